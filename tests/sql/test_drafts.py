"""A database that holds a draft of the schema is told apart, and becomes the present one with its rows."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations import AnotherEdition, NewerEdition, catalogue
from genjobs.migrations.editions import Edition, edition
from genjobs.migrations.failure import MigrationFailed
from genjobs.migrations.repair import Repair
from genjobs.migrations.runner import apply_missing
from genjobs.migrations.schema import Key, compare, failures
from tests.clusters import MIGRATED, Cluster, Database
from tests.commands import genjobs
from tests.sql.histories import differences as totals_that_differ
from tests.sql.people import introduce
from tests.sql.schema import rows
from tests.sql.test_job_queue import flaws as queue_flaws

EXPECTED = migrations.expected_schema()
VERSIONS = [migration.version for migration in migrations.available()]
# What drafts have: other columns, names, types and rules, and functions that the present schema lacks.
AS_BEFORE = [
    "create or replace function genjobs.record_all() returns trigger language plpgsql security definer"
    " as $$ begin insert into public.generation_job_events (job_created_at, job_id, user_id, project_id,"
    " mode, kind, new_status, new_cost_cents) values (new.created_at, new.id, new.user_id, new.project_id,"
    " new.mode, 'created', new.status, new.cost_cents); return null; end $$",
    "create trigger record_all after insert on public.generation_jobs"
    " for each row execute function genjobs.record_all()",
    "create trigger erase after delete on auth.users for each row execute function genjobs.erase_person()",
    "drop function public.get_budgets(timestamptz)",
    "create function public.get_budgets(p_at timestamptz, p_zone text) returns json language sql"
    " as 'select genjobs.read_budgets(p_at)'",
    "alter table public.budgets add column is_shared boolean not null default true",
    "alter table public.budgets alter column is_shared drop default",
    "alter table public.budgets drop column warn_percent cascade",
    "alter table public.budgets add constraint budgets_of_old check (monthly_cents < 1000000)",
    "alter table genjobs.spenders add column command xid8 not null",
    "alter table genjobs.cost_totals alter column jobs type bigint[]",
    "alter table genjobs.fold_state add column generation integer not null default 1",
    "alter index public.idx_budgets_project_id rename to budgets_project",
    "create index idx_of_old on public.generation_jobs (mode)",
    "create table genjobs.notes_of_old (id int primary key)",
    "insert into genjobs.notes_of_old values (1)",
]  # fmt: skip


@pytest.fixture
def house(cluster: Cluster) -> Iterator[Database]:
    with cluster.copy_of(MIGRATED) as made:
        with made.connect() as connection:
            introduce(connection)
        yield made


@pytest.fixture
def draft(house: Database) -> Database:
    return made_a_draft(house)


def made_a_draft(house: Database) -> Database:
    """The newest of our files are not noted, and as many that we do not have are."""
    with house.connect() as connection:
        connection.execute("select genjobs.fold()")
        with psycopg.connect(house.admin_dsn, autocommit=True) as admin:
            for statement in AS_BEFORE:
                (admin if " on auth.users" in statement else connection).execute(statement.encode())
        connection.execute("delete from genjobs.job_queue")
        for table in ("genjobs.schema_versions", "supabase_migrations.schema_migrations"):
            moved = f"update {table} set version = version::bigint + 1 where version > %s"
            connection.execute(moved.encode(), [VERSIONS[10]])
    return house


def what_edition(database: Database) -> Edition:
    with database.connect() as connection:
        return edition(connection)


def test_it_is_told_apart_and_refused_with_an_offer(draft: Database) -> None:
    assert what_edition(draft) is Edition.DRAFT
    with pytest.raises(AnotherEdition) as met:
        migrations.apply(draft.postgres_dsn)
    assert "that are not among these" in met.value.message
    assert "--repair" in met.value.hint
    assert "no projects or jobs" not in met.value.hint


def test_where_nobody_has_rows_a_new_database_is_offered_too(draft: Database) -> None:
    with draft.connect() as connection:
        connection.execute("delete from public.projects")
    with pytest.raises(AnotherEdition) as met:
        migrations.apply(draft.postgres_dsn)
    assert "create a new database" in met.value.hint


def test_it_becomes_the_present_schema_and_keeps_every_row(server: Cluster) -> None:
    with server.copy_of(MIGRATED) as house, house.connect() as connection:
        introduce(connection)
        draft = made_a_draft(house)
        before = rows(connection)
        assert migrations.repair(draft.postgres_dsn) == []

        there = compare(EXPECTED, catalogue.read(connection))
        assert failures(there) == []
        assert [str(one) for one in there] == [
            "column is_shared of public.budgets",
            "table genjobs.notes_of_old",
        ]
        assert rows(connection) == before
        assert connection.execute("select * from genjobs.notes_of_old").fetchall() == [(1,)]
        assert totals_that_differ(connection) == queue_flaws(connection) == []
        assert connection.execute("select complete from genjobs.fold_state").fetchone() == (True,)


def test_afterwards_both_histories_are_ours_and_nothing_is_to_do(draft: Database) -> None:
    migrations.repair(draft.postgres_dsn)
    assert what_edition(draft) is Edition.OURS
    assert migrations.pending(draft.postgres_dsn) == []
    with draft.connect() as connection:
        for table in ("genjobs.schema_versions", "supabase_migrations.schema_migrations"):
            told = connection.execute(f"select version from {table} order by version".encode()).fetchall()
            assert [version for (version,) in told] == VERSIONS, table
    assert migrations.apply(draft.postgres_dsn) == []


def test_new_rows_can_be_written_beside_a_column_that_was_left(draft: Database) -> None:
    migrations.repair(draft.postgres_dsn)
    with draft.connect() as connection:
        budget = "insert into public.budgets (user_id, monthly_cents)"
        connection.execute(f"{budget} select user_id, 5 from public.projects limit 1".encode())


def test_a_stack_of_ones_own_is_brought_up_without_asking(draft: Database) -> None:
    steps: list[str] = []
    migrations.bring_up(draft.postgres_dsn, steps.append)
    assert steps[0] == "Bringing another version of the schema to this one; every row stays"
    assert failures(migrations.differences(draft.postgres_dsn)) == []


EARLIER = [
    "drop table genjobs.mode_limits",
    "drop function public.limit_generation_mode, genjobs.open_modes",
    "drop function genjobs.cost_amounts, genjobs.listed",
    "alter type genjobs.amounts drop attribute excluded_jobs",
    "create function genjobs.listed(p_amounts genjobs.amounts) returns int language sql as 'select 1'",
    "create function public.claim_generation_jobs(p_worker_id uuid) returns setof uuid"
    " language sql as 'select id from genjobs.claim_jobs(p_worker_id, 1, 60, null, null)'",
    "update genjobs.schema_versions set checksum = 'another' where version = '20261127131250'",
    "delete from genjobs.schema_versions where version = '20261127132970'",
    "delete from supabase_migrations.schema_migrations where version = '20261127132970'",
]


def test_missing_files_wait_for_what_changed_in_those_before_them(house: Database) -> None:
    """queue_limits, which is not there, needs a table that an earlier file has only now."""
    with house.connect() as connection:
        before = rows(connection)
        for statement in EARLIER:
            connection.execute(statement.encode())
        with pytest.raises(MigrationFailed, match="mode_limits"):
            apply_missing(connection, lambda step: None)
        migrations.bring_up(house.postgres_dsn)
        assert migrations.differences(house.postgres_dsn) == []
        assert rows(connection) == before
    assert migrations.apply(house.postgres_dsn) == []


def test_any_other_schema_can_be_the_present_one(house: Database) -> None:
    """What the files say counts, not which migrations there are: the schema of today becomes another."""
    wanted = dict(EXPECTED)
    fold = Key("function", "genjobs.fold_sometimes(bigint, bigint)")
    wanted[fold] = wanted[fold].replace("65536", "32768")
    gone = Key("function", "public.get_recent_jobs(integer)")
    wanted = {key: text for key, text in wanted.items() if key.object != gone.object}
    wanted[Key("column", "public.budgets", "note")] = "text"
    wanted[Key("type", "genjobs.span")] = "CREATE TYPE genjobs.span AS (\n    a integer,\n    b text\n);"
    wanted[Key("column", "genjobs.erasures", "since")] = "timestamp with time zone DEFAULT now() NOT NULL"
    wanted |= new_table()
    with house.connect() as connection:
        before = rows(connection)
        assert Repair(connection, wanted, lambda step: None, leftovers=True).run() == []
        assert failures(compare(wanted, catalogue.read(connection))) == []
        assert rows(connection) == before

        assert Repair(connection, EXPECTED, lambda step: None, leftovers=True).run() == []
        assert failures(compare(EXPECTED, catalogue.read(connection))) == []
        assert rows(connection) == before


def new_table() -> dict[Key, str]:
    table, security = "genjobs.parked", "ROW LEVEL SECURITY"
    alter = f"ALTER TABLE {table}"
    return {
        Key("table", table): f"CREATE TABLE {table}",
        Key("column", table, "id"): "uuid NOT NULL",
        Key("constraint", table, "parked_pkey"): f"{alter}\n    ADD CONSTRAINT parked_pkey PRIMARY KEY (id);",
        Key("row security", table): f"{alter} ENABLE {security}, NO FORCE {security};",
        Key("grants", table): f"REVOKE ALL ON TABLE {table} FROM PUBLIC, anon, authenticated, service_role;",
    }


def test_a_newer_database_is_left_alone(house: Database) -> None:
    with house.connect() as connection:
        connection.execute("insert into genjobs.schema_versions (version) values ('29990101000000')")
        connection.execute("drop trigger refuse_move on public.generation_jobs")
    assert what_edition(house) is Edition.NEWER
    for ask in (migrations.differences, migrations.repair):
        with pytest.raises(NewerEdition, match="29990101000000"):
            ask(house.postgres_dsn)
    assert migrations.apply(house.postgres_dsn) == []


def test_other_files_over_the_same_schema_are_no_draft(house: Database) -> None:
    """A file was renamed: the schema is the same, and only the history says otherwise."""
    with house.connect() as connection:
        connection.execute(
            "update genjobs.schema_versions set version = version::bigint + 1 where version = %s",
            [VERSIONS[-1]],
        )
    assert what_edition(house) is Edition.OURS


def test_the_command_refuses_a_draft_and_repairs_it(draft: Database) -> None:
    refused = genjobs("migrate", "--database-url", draft.postgres_dsn)
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: The database has a draft of this schema")
    done = genjobs("migrate", "--repair", "--database-url", draft.postgres_dsn)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "Removed trigger record_all of public.generation_jobs. It was:" in done.stdout
    assert "  note      table genjobs.notes_of_old is not ours" in done.stdout


def test_nothing_that_holds_rows_has_a_statement_that_takes_it_away(house: Database) -> None:
    with house.connect() as connection:
        found = catalogue.read(connection)
    kept = {one.key.kind for one in found if one.removal is None}
    assert kept == {"schema", "table", "column", "row security", "sequence", "grants"}
