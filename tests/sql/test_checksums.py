"""`genjobs migrate` keeps the checksum of what it applied, and tells when a file has another text since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from genjobs import migrations
from genjobs.migrations import AppliedFileChanged
from genjobs.migrations.files import Migration
from tests.clusters import BLANK, MIGRATED, Cluster, Database
from tests.commands import genjobs
from tests.sql.schema import paste_all

FILES = migrations.available()
ALTER, SECURITY = "ALTER TABLE public.projects", "ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    with cluster.copy_of(MIGRATED) as made:
        yield made


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    with cluster.copy_of(BLANK) as made:
        yield made


def noted(database: Database) -> dict[str, str | None]:
    with database.connect() as connection:
        return dict(connection.execute("select version, checksum from genjobs.schema_versions").fetchall())


def note(database: Database, version: str, checksum: str) -> None:
    with database.connect() as connection:
        connection.execute(
            "update genjobs.schema_versions set checksum = %s where version = %s", [checksum, version]
        )


def test_each_applied_file_has_its_checksum(database: Database) -> None:
    assert noted(database) == {
        file.version: hashlib.sha256(file.path.read_bytes()).hexdigest() for file in FILES
    }


def test_what_ends_the_lines_does_not_count(tmp_path: Path) -> None:
    unix, windows = tmp_path / "20300101000000_unix.sql", tmp_path / "20300101000000_windows.sql"
    unix.write_bytes(b"select 1;\nselect 2;\n")
    windows.write_bytes(b"select 1;\r\nselect 2;\r\n")
    assert Migration("1", "unix", unix).checksum == Migration("1", "windows", windows).checksum


def test_a_changed_file_is_refused_and_named(database: Database) -> None:
    note(database, FILES[4].version, "0" * 64)
    with pytest.raises(AppliedFileChanged) as met:
        migrations.apply(database.postgres_dsn)
    assert FILES[4].path.name in met.value.message
    assert "--repair" in met.value.hint


def test_a_changed_file_is_told_before_anything_is_applied(database: Database, tmp_path: Path) -> None:
    for file in FILES:
        (tmp_path / file.path.name).write_text(file.sql)
    (tmp_path / FILES[6].path.name).write_text(FILES[6].sql + "-- changed\n")
    (tmp_path / "20300101000000_next.sql").write_text("create table public.next (id int);")
    with pytest.raises(AppliedFileChanged, match=FILES[6].path.name):
        migrations.apply(database.postgres_dsn, folder=tmp_path)
    with database.connect() as connection:
        assert connection.execute("select to_regclass('public.next')").fetchone() == (None,)


def test_a_repair_notes_the_present_text(database: Database) -> None:
    note(database, FILES[4].version, "0" * 64)
    assert migrations.repair(database.postgres_dsn) == []
    assert noted(database)[FILES[4].version] == FILES[4].checksum
    assert migrations.apply(database.postgres_dsn) == []


def test_a_stack_of_ones_own_takes_the_changed_file(database: Database) -> None:
    note(database, FILES[4].version, "0" * 64)
    migrations.bring_up(database.postgres_dsn)
    assert noted(database)[FILES[4].version] == FILES[4].checksum


def test_pasted_files_have_none_and_are_judged_by_the_catalogue(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        paste_all(connection)
    assert set(noted(empty_database).values()) == {None}
    assert migrations.differences(empty_database.postgres_dsn) == []
    assert migrations.apply(empty_database.postgres_dsn) == FILES
    with empty_database.connect() as connection:
        connection.execute("drop index public.idx_generation_jobs_status")
    assert len(migrations.differences(empty_database.postgres_dsn)) == 1


def test_the_history_that_was_lost_comes_back(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("drop table genjobs.schema_versions")
    assert migrations.repair(database.postgres_dsn) == []
    assert noted(database) == {file.version: file.checksum for file in FILES}


def test_the_command_names_each_difference_and_ends_with_one(database: Database) -> None:
    url = database.postgres_dsn
    with database.connect() as connection:
        for statement in (
            "drop trigger refuse_move on public.generation_jobs",
            "alter table public.projects disable row level security",
            "create policy everybody on public.assets using (true)",
            "create index mine on public.assets (kind)",
        ):
            connection.execute(statement.encode())
    for words in (["migrate"], ["migrate", "--dry-run"]):
        done = genjobs(*words, "--database-url", url)
        assert [line for line in done.stdout.splitlines() if line.startswith("  ")] == [
            "  MISSING   trigger refuse_move of public.generation_jobs",
            "  DIFFERENT row security of public.projects",
            f"            expected: {ALTER} ENABLE {SECURITY};",
            f"            found:    {ALTER} DISABLE {SECURITY};",
            "  note      index mine of public.assets is not ours",
            "  EXTRA     policy everybody of public.assets",
        ]
        assert done.returncode == 1
        assert "3 differences from the schema. To repair: genjobs migrate --repair" in done.stdout

    mended = genjobs("migrate", "--repair", "--database-url", url)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "Repaired trigger refuse_move of public.generation_jobs" in mended.stdout
    assert (
        "Removed policy everybody of public.assets. It was:\nCREATE POLICY everybody ON public.assets"
        in mended.stdout
    )
    assert mended.stdout.splitlines()[-2:] == [
        "  note      index mine of public.assets is not ours",
        "The database has the schema that the migrations make.",
    ]


def test_what_the_command_cannot_repair_it_names_with_the_reason(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("drop index public.idx_budgets_hard")
        connection.execute("alter function public.get_recent_jobs(integer) rename to taken_away")
    asking = database.postgres_dsn + "&options=-cdefault_transaction_read_only%3Don"
    done = genjobs("migrate", "--repair", "--database-url", asking)
    assert done.returncode == 1
    assert "Not repaired: index idx_budgets_hard of public.budgets. Cannot execute" in done.stdout
    assert "  MISSING   function public.get_recent_jobs(integer)" in done.stdout
