"""Projects noted as unlimited spare an insert the rule of hard budgets: only what no limit binds is noted."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.clusters import Database
from tests.local.waiting import until
from tests.sql.functions import without
from tests.sql.people import Cast, Person, acting, add_project, introduce, refusal

INSERT = (
    "insert into public.generation_jobs (user_id, project_id, mode, cost_cents)"
    " values (%s, %s, 'lifestyle', %s)"
)
LIMIT = "insert into public.budgets (user_id, project_id, monthly_cents, is_hard) values (%s, %s, %s, true)"
WAITING = "select from pg_locks where not granted"


def noted(connection: psycopg.Connection, project: str) -> bool:
    query = "select from genjobs.unlimited_projects where project_id = %s"
    return connection.execute(query, [project]).rowcount == 1


def insert(connection: psycopg.Connection, person: Person, project: str) -> None:
    with acting(connection, "authenticated", person.id):
        connection.execute(INSERT, [person.id, project, 2])


def test_a_project_is_noted_by_its_first_job_and_struck_off_by_a_limit(
    owner: psycopg.Connection, cast: Cast
) -> None:
    ana = cast.ana
    other = add_project(owner, ana.id)
    assert (noted(owner, ana.project), noted(owner, other)) == (True, False)
    insert(owner, ana, other)
    assert noted(owner, other)
    owner.execute(LIMIT, [ana.id, ana.project, 1])
    assert (noted(owner, ana.project), noted(owner, other)) == (False, True)
    owner.execute("update public.budgets set project_id = null")
    assert not noted(owner, other)
    for project in (ana.project, other):
        with refusal("PT402"):
            insert(owner, ana, project)
    assert noted(owner, cast.bob.project)


def test_a_job_of_unknown_cost_is_refused_once_the_limit_is_reached(
    owner: psycopg.Connection, cast: Cast
) -> None:
    ana = cast.ana
    owner.execute(LIMIT, [ana.id, ana.project, 401])
    with acting(owner, "authenticated", ana.id):
        owner.execute(INSERT, [ana.id, ana.project, 0])
    owner.execute("update public.budgets set monthly_cents = 400")
    with refusal("PT402") as met, acting(owner, "authenticated", ana.id):
        owner.execute(INSERT, [ana.id, ana.project, 0])
    told = str(met.value).splitlines()[0]
    assert re.fullmatch(
        r"The monthly budget of the job's project is used up \(\$4\.00 of \$4\.00 in [A-Z][a-z]+ 20\d\d\),"
        r" and the job's cost is not known yet\.",
        told,
    )
    without(owner, "genjobs.refuse_beyond_budget", "p_job.cost_cents = 0", "false")
    with acting(owner, "authenticated", ana.id):
        owner.execute(INSERT, [ana.id, ana.project, 0])


def test_a_job_that_comes_back_at_no_cost_is_not_refused(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(INSERT, [cast.ana.id, cast.ana.project, 0])
    owner.execute("create temporary table trash as select * from public.generation_jobs where cost_cents = 0")
    owner.execute("delete from public.generation_jobs where cost_cents = 0")
    owner.execute(LIMIT, [cast.ana.id, None, 1])
    owner.execute("set local genjobs.restoring = 'on'")
    owner.execute("insert into public.generation_jobs select * from trash")
    owner.execute("set local genjobs.restoring = 'off'")


@pytest.mark.parametrize("end", ["delete from public.budgets", "update public.budgets set is_hard = false"])
def test_where_the_limit_is_gone_the_next_job_notes_the_project(
    owner: psycopg.Connection, cast: Cast, end: str
) -> None:
    owner.execute(LIMIT, [cast.ana.id, None, 1])
    owner.execute(end.encode())
    insert(owner, cast.ana, cast.ana.project)
    assert noted(owner, cast.ana.project)


def test_a_soft_budget_becomes_a_limit(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(LIMIT.replace("true", "false"), [cast.ana.id, None, 1])
    insert(owner, cast.ana, cast.ana.project)
    owner.execute("update public.budgets set is_hard = true")
    with refusal("PT402"):
        insert(owner, cast.ana, cast.ana.project)


def test_another_amount_strikes_nothing_off(owner: psycopg.Connection, cast: Cast) -> None:
    """And so it waits for nobody who inserts."""
    owner.execute(LIMIT, [cast.ana.id, add_project(owner, cast.ana.id), 1])
    without(owner, "genjobs.limit_projects", "perform", "raise 'locked'; perform")
    owner.execute("update public.budgets set monthly_cents = 2")


def test_without_striking_off_a_limit_is_passed(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("alter table public.budgets disable trigger limit_projects")
    owner.execute(LIMIT, [cast.ana.id, None, 1])
    insert(owner, cast.ana, cast.ana.project)


@pytest.mark.parametrize("struck", [True, False])
def test_a_project_that_changes_hands_is_its_old_users_no_more(
    owner: psycopg.Connection, cast: Cast, struck: bool
) -> None:
    ana, bob = cast.ana, cast.bob
    if not struck:
        owner.execute("alter table public.projects disable trigger limit_new_owner")
    owner.execute("update public.projects set user_id = %s where id = %s", [bob.id, ana.project])
    if struck:
        with refusal("23503"):
            insert(owner, ana, ana.project)
        insert(owner, bob, ana.project)
    else:
        insert(owner, ana, ana.project)


def test_a_deleted_project_is_struck_off(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("delete from public.projects where id = %s", [cast.ana.project])
    assert not noted(owner, cast.ana.project)


def test_a_note_does_not_hold_on_to_a_projects_id(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("delete from public.generation_jobs")
    owner.execute("delete from public.assets")
    (project,) = owner.execute(
        "update public.projects set id = gen_random_uuid() where id = %s returning id::text",
        [cast.ana.project],
    ).fetchone() or ("",)
    assert noted(owner, project)


@pytest.mark.parametrize("locked", [True, False])
def test_a_limit_waits_for_whoever_notes_a_project(database: Database, locked: bool) -> None:
    with database.connect() as inserter, database.connect() as limiter, ThreadPoolExecutor(1) as pool:
        ana = introduce(inserter).ana
        other = add_project(inserter, ana.id)
        if not locked:
            without(inserter, "genjobs.lock_limits", "perform pg_advisory_xact_lock", "perform")
        with inserter.transaction():
            insert(inserter, ana, other)
            made = pool.submit(limiter.execute, LIMIT, [ana.id, None, 1])
            until(lambda: made.done() or inserter.execute(WAITING).rowcount > 0, "the limit is made or waits")
            assert made.done() is not locked
        made.result()
        assert noted(inserter, other) is not locked


@pytest.mark.parametrize("locked", [True, False])
def test_while_a_limit_is_made_nothing_is_noted(database: Database, locked: bool) -> None:
    """An insert does not wait for it either."""
    with database.connect() as inserter, database.connect() as limiter:
        ana = introduce(inserter).ana
        other = add_project(inserter, ana.id)
        if not locked:
            lock = "and pg_try_advisory_xact_lock(hashtext('genjobs limits'), genjobs.limits_key(p_user_id))"
            without(inserter, "genjobs.note_unlimited", lock)
        with limiter.transaction():
            limiter.execute(LIMIT, [ana.id, None, 1])
            insert(inserter, ana, other)
        assert noted(inserter, other) is not locked


@pytest.mark.parametrize("checked", [True, False])
def test_a_snapshot_older_than_a_limit_notes_nothing(database: Database, checked: bool) -> None:
    with database.connect() as inserter, database.connect() as limiter:
        ana = introduce(limiter).ana
        other = add_project(limiter, ana.id)
        if not checked:
            without(limiter, "genjobs.note_unlimited", "= 'read committed'", "<> ''")
        inserter.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with inserter.transaction():
            inserter.execute("select")
            limiter.execute(LIMIT, [ana.id, None, 1])
            inserter.execute(INSERT, [ana.id, other, 2])
        assert noted(limiter, other) is not checked


@pytest.mark.parametrize(
    "change",
    [
        "insert into public.budgets (user_id, monthly_cents, is_hard) values (%(ana)s, 1, true)",
        "update public.projects set user_id = %(ana)s where user_id = %(bob)s",
    ],
)
def test_limits_and_users_of_projects_change_at_read_committed_only(database: Database, change: str) -> None:
    with database.connect() as connection:
        cast = introduce(connection)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with refusal("25000"), connection.transaction():
            connection.execute(change.encode(), {"ana": cast.ana.id, "bob": cast.bob.id})


def test_people_share_locks_so_that_a_bulk_insert_needs_few(owner: psycopg.Connection) -> None:
    row = owner.execute(
        "select count(distinct genjobs.limits_key(gen_random_uuid())) from generate_series(1, 20000)"
    ).fetchone()
    assert row
    assert 100 < row[0] < 600
