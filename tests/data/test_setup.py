"""The checks on real databases: a migrated one passes, and each thing taken away is found by its check."""

from __future__ import annotations

import pytest

from genjobs.domain.check import APPLY, REPAIR
from genjobs.setup.facts import SetupFacts
from genjobs.setup.reading import checks, is_behind
from tests.clusters import Database

FORGET_NEWEST = (
    "delete from genjobs.schema_versions where version = (select max(version) from genjobs.schema_versions)"
)

BROKEN = [
    ("Columns", "alter table public.generation_jobs add column surprise text not null"),
    ("Columns", "alter table public.generation_jobs alter column mode drop not null"),
    ("Columns", "alter table public.generation_jobs alter column cost_cents drop default"),
    (
        "Columns",
        "drop trigger refuse_long_mode on public.generation_jobs;"
        "alter table public.generation_jobs alter column mode type varchar(40)",
    ),
    ("Row-level security", "alter table public.generation_jobs disable row level security"),
    ("Indexes", "drop index public.idx_generation_jobs_user_status"),
    (
        "Indexes",
        "drop index public.idx_generation_jobs_status;"
        "create index idx_generation_jobs_status on public.generation_jobs (mode)",
    ),
    ("Policies", 'drop policy "Users can delete own generation jobs" on public.generation_jobs'),
    (
        "Policies",
        "create policy everybody on public.generation_jobs for select to authenticated using (true)",
    ),
    ("Policies", "create policy visitors on public.generation_jobs for select using (user_id is not null)"),
    (
        "Policies",
        "create policy wide on public.generation_jobs for update to authenticated"
        " using (auth.uid() = user_id) with check (true)",
    ),
    (
        "Policies",
        "create policy either on public.generation_jobs for select to authenticated"
        " using (auth.uid() = user_id or cost_cents = 0)",
    ),
    ("Functions", "drop function public.get_recent_jobs(integer)"),
    (
        "Functions",
        "drop function public.get_recent_jobs(integer);"
        "create function public.get_recent_jobs(how_many integer) returns void"
        " language sql set search_path = pg_catalog, pg_temp as '';"
        "revoke execute on function public.get_recent_jobs(integer) from public",
    ),
    ("View generation_job_summary", "drop view public.generation_job_summary"),
    (
        "View generation_job_summary",
        "alter view public.generation_job_summary set (security_invoker = false)",
    ),
    (
        "Trigger for updated_at",
        "alter table public.generation_jobs disable trigger update_generation_jobs_updated_at",
    ),
    ("Trigger for updated_at", "drop trigger update_generation_jobs_updated_at on public.generation_jobs"),
    ("Rights of the functions", "alter function public.get_recent_jobs(integer) security definer"),
    ("Rights of the functions", "alter function public.get_recent_jobs(integer) reset search_path"),
    ("Rights of the functions", "alter function public.get_top_costs set search_path = ''"),
    ("Rights of the functions", "alter function genjobs.key_label set search_path = ''"),
    ("Rights of the functions", "grant execute on function public.get_recent_jobs(integer) to anon"),
    ("Migrations", FORGET_NEWEST),
]

SAME_MEANING = [
    "auth.uid() = user_id",
    "user_id = auth.uid()",
    "(select auth.uid()) = generation_jobs.user_id",
    "(select auth.uid() as me) = user_id and cost_cents >= 0",
    "(auth.uid() = user_id and mode = 'a') or (user_id = auth.uid() and mode = 'b or (c')",
]


def facts_of(database: Database) -> SetupFacts:
    with database.connect() as connection:
        found = connection.execute("select public.get_console_setup()").fetchone()
    assert found
    return SetupFacts.from_row(found[0])


def failed(database: Database) -> list[str]:
    return [check.name for check in checks(facts_of(database)) if not check.ok]


def test_a_migrated_database_passes_every_check(database: Database) -> None:
    assert failed(database) == []
    assert not is_behind(facts_of(database))


@pytest.mark.parametrize(("name", "damage"), BROKEN)
def test_damage_is_found_by_its_check_and_by_no_other(database: Database, name: str, damage: str) -> None:
    with database.connect() as connection:
        connection.execute(damage)
    assert failed(database) == [name]


def test_a_column_and_a_function_of_the_teams_own_do_no_harm(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("alter table public.generation_jobs add column surprise text")
        connection.execute(
            "create function public.get_recent_jobs(a text, b text) returns text language sql"
            " set search_path = pg_catalog, pg_temp as 'select a'"
        )
        connection.execute("revoke all on function public.get_recent_jobs(text, text) from public, anon")
    assert failed(database) == []
    columns = next(check for check in checks(facts_of(database)) if check.name == "Columns")
    assert columns.found == "all as expected; not ours: surprise"


@pytest.mark.parametrize(("is_behind", "fix"), [(False, REPAIR), (True, APPLY)])
def test_what_differs_is_repaired_where_no_migration_is_missing(
    database: Database, is_behind: bool, fix: str
) -> None:
    with database.connect() as connection:
        connection.execute("drop index public.idx_generation_jobs_status")
        if is_behind:
            connection.execute(FORGET_NEWEST)
    check = next(check for check in checks(facts_of(database)) if check.name == "Indexes")
    assert check.fix == fix


def test_a_check_names_what_is_missing_beside_what_is_expected(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("drop index public.idx_generation_jobs_status")
    check = next(check for check in checks(facts_of(database)) if check.name == "Indexes")
    assert check.found == "missing: idx_generation_jobs_status"
    assert "six" in check.expected


def test_a_database_without_the_table_is_told_so(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("drop table public.generation_jobs cascade")
    assert {"Table generation_jobs", "Columns", "Row-level security", "Policies"} <= set(failed(database))


def test_a_database_that_lacks_the_newest_file_is_behind(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(FORGET_NEWEST)
    assert is_behind(facts_of(database))


@pytest.mark.parametrize("expression", SAME_MEANING)
def test_policies_that_mean_the_same_pass_however_they_are_written(
    database: Database, expression: str
) -> None:
    with database.connect() as connection:
        for verb in ("view", "insert", "update", "delete"):
            connection.execute(
                f'drop policy "Users can {verb} own generation jobs" on public.generation_jobs'
            )
        connection.execute(
            f"create policy mine on public.generation_jobs to authenticated"
            f" using ({expression}) with check ({expression})"
        )
    assert failed(database) == []


def test_a_policy_for_the_service_role_alone_is_nobody_elses_business(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("create policy workers on public.generation_jobs to service_role using (true)")
    assert failed(database) == []


def test_every_query_of_the_checks_runs_in_the_sql_editor(database: Database) -> None:
    with database.connect() as connection:
        for check in checks(facts_of(database)):
            assert connection.execute(check.sql).fetchall(), check.name
