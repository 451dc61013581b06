"""A transaction reads a month once to judge its jobs, and adds what the log has since."""

from __future__ import annotations

from contextlib import nullcontext

import psycopg
import pytest

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Cast, add_project, introduce, refusal
from tests.sql.test_limits import INSERT, LIMIT

MANY = (
    "insert into public.generation_jobs (user_id, project_id, mode, cost_cents, created_at)"
    " select %s, %s, 'lifestyle', 1, at from unnest(%s::timestamptz[]) as at"
)
KEPT = "and earlier.budget_id = p_budget.id"
PROJECT_KEPT = "and earlier.project_id is not distinct from p_budget.project_id"
AGAIN = "and spent.began_at = transaction_timestamp()"
ADDED = "+ coalesce(added.cents, 0)"
MARCH, APRIL = "2026-03-10Z", "2026-04-10Z"
TAKE_TURN = "genjobs.take_turn(uuid)"
SPENT_BEFORE = "genjobs.spent_before(public.budgets, public.generation_jobs)"
MOVE = """
    create function public.move_limit() returns trigger language plpgsql security definer as
    $$begin update public.budgets set project_id = '{project}'; return null; end$$;
    create trigger zz_move_limit after insert on public.generation_jobs
        for each row when (new.cost_cents = 1) execute function public.move_limit();
"""


def number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row
    return int(row[0] or 0)


def readings(connection: psycopg.Connection) -> list[psycopg.errors.Diagnostic]:
    """A list that has one more with each month that is read to judge a job."""
    met: list[psycopg.errors.Diagnostic] = []
    connection.add_notice_handler(met.append)
    without(connection, "genjobs.spent_before", "if not found then", "if not found then raise notice 'read';")
    return met


def scans(connection: psycopg.Connection) -> int:
    return number(
        connection,
        "select seq_scan from pg_stat_xact_all_tables where relid = 'genjobs.spendings'::regclass",
    )


@pytest.mark.parametrize("kept", [True, False])
def test_a_transaction_reads_each_month_once(owner: psycopg.Connection, cast: Cast, kept: bool) -> None:
    ana = cast.ana
    if not kept:
        without(owner, "genjobs.spent_before", KEPT, "and false")
    owner.execute(LIMIT, [ana.id, None, 1000])
    read = readings(owner)
    owner.execute(MANY, [ana.id, ana.project, [MARCH, APRIL, MARCH, APRIL]])
    assert len(read) == (2 if kept else 4)
    owner.execute(MANY, [ana.id, ana.project, [MARCH]])
    assert len(read) == (2 if kept else 5)


def test_only_the_last_transactions_are_kept(database: Database) -> None:
    with database.connect() as connection:
        ana = introduce(connection).ana
        connection.execute(LIMIT, [ana.id, None, 1000])
        for _ in range(3):
            connection.execute(MANY, [ana.id, ana.project, [MARCH, APRIL]])
        assert number(connection, "select count(*) from genjobs.spendings") == 2


def test_nothing_is_kept_of_who_is_deleted(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(LIMIT, [cast.ana.id, None, 1000])
    owner.execute(MANY, [cast.ana.id, cast.ana.project, [MARCH]])
    owner.execute("delete from auth.users where id = %s", [cast.ana.id])
    assert number(owner, "select count(*) from genjobs.spendings") == 0


@pytest.mark.parametrize("asked", [True, False])
def test_a_budget_that_changes_in_the_midst_of_a_statement_is_read_anew(
    database: Database, asked: bool
) -> None:
    """It moves from a project with 400 cents to one with 404."""
    with database.connect() as connection:
        ana = introduce(connection).ana
        other = add_project(connection, ana.id)
        connection.execute(INSERT, [ana.id, other, 404])
        connection.execute(LIMIT, [ana.id, ana.project, 405])
        connection.execute(MOVE.format(project=other).encode())
        if not asked:
            without(connection, "genjobs.spent_before", PROJECT_KEPT)
        both = [ana.id, ana.project, 1, ana.id, other, 3]
        with refusal("PT402") if asked else nullcontext():
            connection.execute(f"{INSERT}, (%s, %s, 'lifestyle', %s)", both)


@pytest.mark.parametrize("asked", [True, False])
def test_months_of_another_zone_are_read_anew(owner: psycopg.Connection, cast: Cast, asked: bool) -> None:
    """Kolkata's March has a job that is one of February in UTC."""
    given = [cast.ana.id, cast.ana.project]
    if not asked:
        without(owner, "genjobs.spent_before", "and earlier.time_zone = p_budget.time_zone")
    owner.execute(LIMIT, [cast.ana.id, None, 2])
    owner.execute(MANY, [*given, ["2026-02-28 20:00Z", MARCH]])
    owner.execute("update public.budgets set time_zone = 'Asia/Kolkata'")
    with refusal("PT402") if asked else nullcontext():
        owner.execute(MANY, [*given, [MARCH]])


@pytest.mark.parametrize("untold", [None, TAKE_TURN, SPENT_BEFORE])
def test_it_is_found_by_its_key_however_small_the_table_was(
    owner: psycopg.Connection, cast: Cast, untold: str | None
) -> None:
    """A plan is made for the table as it was analyzed last, and kept while the table grows."""
    ana = cast.ana
    if untold:
        owner.execute(f"alter function {untold} reset enable_seqscan".encode())
    owner.execute(LIMIT, [ana.id, None, 1000])
    owner.execute(MANY, [ana.id, ana.project, [MARCH]])
    owner.execute("analyze genjobs.spendings")
    before = scans(owner)
    owner.execute(MANY, [ana.id, ana.project, [MARCH, MARCH]])
    assert (scans(owner) == before) is (untold is None)


@pytest.mark.parametrize("added", [True, False])
@pytest.mark.parametrize(("jobs", "rows"), [(1, 1), (250, 3)])
def test_what_the_log_has_since_is_added(
    owner: psycopg.Connection, cast: Cast, jobs: int, rows: int, added: bool
) -> None:
    """A row is kept each hundred jobs, so that none adds all those before it."""
    ana = cast.ana
    if not added:
        without(owner, "genjobs.spent_before", ADDED)
    owner.execute(LIMIT, [ana.id, None, jobs + 1])
    owner.execute(MANY, [ana.id, ana.project, [MARCH] * jobs])
    assert number(owner, "select count(*) from genjobs.spendings") == rows
    owner.execute(MANY, [ana.id, ana.project, [MARCH]])
    with refusal("PT402") if added else nullcontext():
        owner.execute(MANY, [ana.id, ana.project, [MARCH]])


def test_a_cost_that_the_statement_changes_meanwhile_is_counted(
    owner: psycopg.Connection, cast: Cast
) -> None:
    """An upsert of three jobs: the one that is there already goes from 200 cents to 290, so 400 to 500."""
    ana = cast.ana
    upsert = (
        "insert into public.generation_jobs (id, user_id, project_id, mode, cost_cents)"
        " select coalesce(id, gen_random_uuid()), %s, %s, 'lifestyle', cost"
        " from unnest(%s::uuid[], %s::int[]) as given (id, cost)"
        " on conflict (id) do update set cost_cents = excluded.cost_cents"
    )
    cost = number(owner, f"select cost_cents from public.generation_jobs where id = '{ana.jobs['queued']}'")
    costs = [5, cost + 90, 5]
    for limit in (499, 500):
        owner.execute("delete from public.budgets")
        owner.execute(LIMIT, [ana.id, None, limit])
        with refusal("PT402") if limit < 500 else nullcontext(), owner.transaction():
            owner.execute(upsert, [ana.id, ana.project, [None, ana.jobs["queued"], None], costs])


@pytest.mark.parametrize("told", [True, False])
def test_what_another_server_kept_is_not_taken_for_ones_own(database: Database, told: bool) -> None:
    """Restored there, the rows of a transaction may meet another with its id."""
    with database.connect() as connection:
        ana = introduce(connection).ana
        if not told:
            without(connection, "genjobs.take_turn", AGAIN)
        connection.execute(LIMIT, [ana.id, None, 1])
        connection.execute(MANY, [ana.id, ana.project, [MARCH]])
        with connection.transaction(force_rollback=True):
            connection.execute(
                "update genjobs.spendings set transaction_id = pg_current_xact_id(), cents = -1"
            )
            with refusal("PT402") if told else nullcontext():
                connection.execute(MANY, [ana.id, ana.project, [MARCH]])


def test_a_moment_without_a_month_is_refused_where_a_limit_is_hard(
    owner: psycopg.Connection, cast: Cast
) -> None:
    ana = cast.ana
    owner.execute(LIMIT, [ana.id, None, 1])
    owner.execute(MANY, [ana.id, ana.project, ["0001-01-01Z"]])
    owner.execute(MANY, [ana.id, ana.project, ["9998-12-31 23:59Z"]])
    for moment in ("infinity", "-infinity", "0001-12-31 23:59Z BC", "9999-01-01Z"):
        with refusal("22008"), owner.transaction():
            owner.execute(MANY, [ana.id, ana.project, [moment]])
