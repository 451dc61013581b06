"""What a statement has spent so far judges its next job, and spares it to read the month again."""

from __future__ import annotations

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
KEPT = "and earlier.command = p_command"
MARCH, APRIL = "2026-03-10Z", "2026-04-10Z"
TAKE_TURN = "genjobs.take_turn(uuid, text)"
SPENT_BEFORE = "genjobs.spent_before(public.budgets, public.generation_jobs, text)"
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
def test_a_statement_reads_each_month_once(owner: psycopg.Connection, cast: Cast, kept: bool) -> None:
    ana = cast.ana
    if not kept:
        without(owner, "genjobs.spent_before", KEPT, "and false")
    owner.execute(LIMIT, [ana.id, None, 1000])
    read = readings(owner)
    owner.execute(MANY, [ana.id, ana.project, [MARCH, APRIL, MARCH, APRIL]])
    assert len(read) == (2 if kept else 4)
    owner.execute(MANY, [ana.id, ana.project, [MARCH]])
    assert len(read) == (3 if kept else 5)


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
            without(connection, "genjobs.spent_before", "and earlier.budget_updated_at = p_budget.updated_at")
        both = [ana.id, ana.project, 1, ana.id, other, 3]
        if asked:
            with refusal("PT402"):
                connection.execute(f"{INSERT}, (%s, %s, 'lifestyle', %s)", both)
        else:
            connection.execute(f"{INSERT}, (%s, %s, 'lifestyle', %s)", both)


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


def test_a_job_that_its_own_statement_deletes_is_judged_too(owner: psycopg.Connection, cast: Cast) -> None:
    """Its command is gone with it."""
    ana = cast.ana
    owner.execute(LIMIT, [ana.id, None, 401])
    owner.execute(
        "create function public.gone(p_id uuid) returns void language plpgsql as"
        " $$begin delete from public.generation_jobs where id = p_id; end$$"
    )
    owner.execute(f"{INSERT} returning public.gone(id)", [ana.id, ana.project, 1])
    with refusal("PT402"), owner.transaction():
        owner.execute(f"{INSERT} returning public.gone(id)", [ana.id, ana.project, 1])
