"""`genjobs migrate`: what is missing, in order, once, with the failing file, line and reason named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import psycopg
import pytest

from genjobs import migrations
from genjobs.domain.errors import Unavailable, UnexpectedError
from genjobs.migrations import MigrationFailed
from tests.clusters import PLAIN, Cluster, Database
from tests.commands import genjobs, genjobs_process
from tests.sql.schema import snapshot

FILES = migrations.available()
FIRST = "create table public.first (id int primary key);\n"


def history(database: Database) -> list[tuple[str, str]]:
    with database.connect() as connection:
        return connection.execute(
            "select version, name from supabase_migrations.schema_migrations order by version"
        ).fetchall()


def relations(database: Database) -> set[str]:
    """Every table outside of PostgreSQL's own schemas and of auth."""
    with database.connect() as connection:
        found = connection.execute(
            "select format('%s.%s', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema', 'auth')"
        )
        return {name for (name,) in found}


def write(folder: Path, **files: str) -> Path:
    for number, (name, text) in enumerate(files.items(), 1):
        (folder / f"2030010100000{number}_{name}.sql").write_text(text)
    return folder


def test_it_applies_all_in_order_and_tells_each_step(empty_database: Database) -> None:
    steps: list[str] = []
    assert migrations.pending(empty_database.postgres_dsn) == FILES
    assert migrations.apply(empty_database.postgres_dsn, steps.append) == FILES
    assert [step for step in steps if step.startswith("Applying")] == [
        f"Applying {number} of {len(FILES)}: {migration.path.name}"
        for number, migration in enumerate(FILES, 1)
    ]
    assert steps[-1] == f"{len(FILES)} applied; no migration is missing."
    assert history(empty_database) == [(migration.version, migration.name) for migration in FILES]


def test_a_second_run_finds_nothing_to_do(database: Database) -> None:
    steps: list[str] = []
    assert migrations.pending(database.postgres_dsn) == []
    assert migrations.apply(database.postgres_dsn, steps.append) == []
    assert steps == ["0 applied; no migration is missing."]

    assert migrations.bring_up(database.postgres_dsn, steps.append) == []
    assert len(steps) == 1, "a command that uses the running stack does not begin with this line"


def test_looking_changes_nothing(empty_database: Database) -> None:
    migrations.pending(empty_database.postgres_dsn)
    assert relations(empty_database) == set()


def test_two_at_once_share_the_work(empty_database: Database) -> None:
    barrier = Barrier(4)

    def run(_: int) -> list[migrations.Migration]:
        barrier.wait()
        return migrations.apply(empty_database.postgres_dsn)

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(run, range(4)))
    assert sorted((one for share in shares for one in share), key=lambda one: one.version) == FILES
    assert len(history(empty_database)) == len(FILES)


def test_it_continues_in_the_middle(
    empty_database: Database, owner: psycopg.Connection, tmp_path: Path
) -> None:
    for migration in FILES[:5]:
        (tmp_path / migration.path.name).write_text(migration.sql)
    assert len(migrations.apply(empty_database.postgres_dsn, folder=tmp_path)) == 5
    assert migrations.apply(empty_database.postgres_dsn) == FILES[5:]
    with empty_database.connect() as connection:
        assert snapshot(connection) == snapshot(owner)


def test_an_older_history_table_is_taken_over(empty_database: Database) -> None:
    """The CLI's first versions kept the version alone."""
    with empty_database.connect() as connection:
        connection.execute("create schema supabase_migrations")
        connection.execute(
            "create table supabase_migrations.schema_migrations (version text not null primary key)"
        )
        connection.execute("insert into supabase_migrations.schema_migrations values ('20200101000000')")
    assert migrations.apply(empty_database.postgres_dsn) == FILES
    assert len(history(empty_database)) == len(FILES) + 1


FAILURES = {
    "a syntax error": ("\n-- why\nselect 1;\n\ncreate tabel x ();\n", 5, "42601", "tabel"),
    "a missing table": ("select 1;\nselect *\nfrom nowhere;", 3, "42P01", "nowhere"),
    "a failing row": (f"{FIRST}\n\ninsert into public.first\nvalues (1), (1);", 4, "23505", "duplicate key"),
    "an error inside a block": ("do $$\nbegin\n  perform 1 / 0;\nend $$;", 1, "22012", "division by zero"),
    "a right that is missing": ("\nalter table auth.users add column x int;", 2, "42501", "must be owner"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_names_the_file_the_line_and_the_reason(
    empty_database: Database, tmp_path: Path, case: str
) -> None:
    text, line, code, reason = FAILURES[case]
    folder = write(tmp_path, works="create table public.kept (id int);", breaks=text, later=FIRST)
    with pytest.raises(MigrationFailed) as met:
        migrations.apply(empty_database.postgres_dsn, folder=folder)
    failure = met.value
    assert (failure.file, failure.line, failure.code) == ("20300101000002_breaks.sql", line, code)
    assert reason in failure.reason
    assert f"20300101000002_breaks.sql, line {line}: " in failure.message
    assert relations(empty_database) == {"public.kept", "supabase_migrations.schema_migrations"}
    assert history(empty_database) == [("20300101000001", "works")]


def test_a_failure_in_the_first_file_leaves_no_history_behind(
    empty_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(MigrationFailed):
        migrations.apply(empty_database.postgres_dsn, folder=write(tmp_path, breaks="select nonsense;"))
    assert relations(empty_database) == set()


def test_after_a_failure_the_next_run_goes_on(empty_database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path, breaks="select nonsense;")
    with pytest.raises(MigrationFailed):
        migrations.apply(empty_database.postgres_dsn, folder=folder)
    write(tmp_path, breaks=FIRST)
    assert len(migrations.apply(empty_database.postgres_dsn, folder=folder)) == 1


def test_a_plain_postgres_is_told_what_it_lacks(server: Cluster) -> None:
    with server.copy_of(PLAIN) as plain, pytest.raises(MigrationFailed) as met:
        migrations.apply(plain.postgres_dsn)
    assert met.value.file == "20260104225132_create_projects_table.sql"
    assert "auth" in met.value.reason
    assert "Supabase" in met.value.hint


def test_a_caller_without_the_rights_is_told_whom_to_be(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        connection.execute("create schema supabase_migrations")
    stranger = empty_database.postgres_dsn + "&options=-crole%3Dauthenticated"
    with pytest.raises(UnexpectedError) as met:
        migrations.apply(stranger)
    assert met.value.code == "42501"
    assert "postgres" in met.value.hint


def test_a_database_that_is_not_there(server: Cluster) -> None:
    with pytest.raises(Unavailable, match="does not exist"):
        migrations.apply(server.database("nowhere").postgres_dsn)


def test_a_connection_that_breaks_in_the_middle_is_no_question_of_rights(empty_database: Database) -> None:
    def break_it(step: str) -> None:
        if step.startswith("Applying 3 "):
            with psycopg.connect(empty_database.admin_dsn) as admin:
                admin.execute(
                    "select pg_terminate_backend(pid, 9000) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )

    with pytest.raises(Unavailable, match="connection to the database broke") as met:
        migrations.apply(empty_database.postgres_dsn, break_it)
    assert "again" in met.value.hint
    assert migrations.apply(empty_database.postgres_dsn) == FILES[2:]


def test_a_statement_that_loses_its_connection_says_how_to_go_on(
    empty_database: Database, tmp_path: Path
) -> None:
    folder = write(tmp_path, breaks="select pg_terminate_backend(pg_backend_pid());")
    with pytest.raises(MigrationFailed) as met:
        migrations.apply(empty_database.postgres_dsn, folder=folder)
    assert "run the command again" in met.value.hint


def test_a_database_that_takes_no_writes_is_no_question_of_rights(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        connection.execute(
            f"alter database {empty_database.name} set default_transaction_read_only = on".encode()
        )
    with pytest.raises(UnexpectedError, match="read-only") as met:
        migrations.apply(empty_database.postgres_dsn)
    assert (met.value.code, "default_transaction_read_only" in met.value.hint) == ("25006", True)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_another_isolation_level_by_default_does_no_harm(empty_database: Database, level: str) -> None:
    with empty_database.connect() as connection:
        connection.execute(
            f"alter database {empty_database.name} set default_transaction_isolation = '{level}'".encode()
        )
    with ThreadPoolExecutor(2) as pool:
        shares = list(pool.map(migrations.apply, [empty_database.postgres_dsn] * 2))
    assert sum(map(len, shares)) == len(FILES)


def test_the_command_line(empty_database: Database) -> None:
    url = empty_database.postgres_dsn
    listed = genjobs("migrate", "--database-url", url, "--dry-run")
    assert (listed.returncode, listed.stdout.splitlines()[-1]) == (1, f"{len(FILES)} to apply.")
    assert relations(empty_database) == set()
    with empty_database.connect() as connection:
        for file in FILES[:-1]:
            connection.execute(file.path.read_bytes())
    *before, last, told = genjobs("migrate", "--database-url", url, "--dry-run").stdout.splitlines()
    assert f"Run by hand, not recorded: {FILES[-2].path.name}" in before
    assert (last, told) == (f"Missing {FILES[-1].path.name}", f"{len(FILES)} to apply.")

    done = genjobs("migrate", DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"Applying 1 of {len(FILES)}: {FILES[0].path.name}"
    assert "Jobs with a negative cost: 0" in done.stdout
    listed = genjobs("migrate", "--database-url", url, "--dry-run")
    assert (listed.returncode, listed.stdout) == (0, "0 to apply.\n")


def test_what_a_terminal_cannot_show_does_not_end_a_repair(database: Database) -> None:
    with database.connect() as connection:
        connection.execute('create policy "\u20ac" on public.projects using (true)'.encode())
    done = genjobs_process(
        "migrate", "--repair", DATABASE_URL=database.postgres_dsn, PYTHONIOENCODING="latin-1"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert r'Removed policy "\u20ac" of public.projects.' in done.stdout


def test_the_command_line_fails_in_two_lines(server: Cluster) -> None:
    with server.copy_of(PLAIN) as plain:
        failed = genjobs_process("migrate", "--database-url", plain.postgres_dsn)
    assert failed.returncode == 1
    error, hint = failed.stderr.splitlines()
    assert error.startswith("Error: 20260104225132_create_projects_table.sql, line ")
    assert hint.startswith("Hint: ")
    assert "Traceback" not in failed.stderr
