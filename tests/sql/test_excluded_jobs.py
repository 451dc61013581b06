"""The success rate counts each chain of attempts once, and leaves out what was cancelled or handed back."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import IsolationLevel

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.histories import (
    COSTS,
    Known,
    act,
    as_service,
    differences,
    insert_job,
    one,
    recount,
    series,
    utc,
)
from tests.sql.people import Cast, Person, acting, add_project, introduce, new_id
from tests.sql.schema import bring_back, paste_all
from tests.sql.test_attempts import claim_due, fail
from tests.sql.test_cost_totals import END, START, fold, tail
from tests.sql.test_cost_totals import totals as all_totals
from tests.sql.test_limits import LIMIT
from tests.sql.workers import Job, claim, finish

MIDDLE = utc(2026, 3, 10, 12)
FAILED = "update public.generation_jobs set status = 'failed' where id = %s"


@pytest.fixture
def job(owner: psycopg.Connection, cast: Cast) -> Job:
    """Ana's only job, which a worker holds."""
    owner.execute("delete from public.generation_jobs where id <> %s", [cast.ana.jobs["queued"]])
    [held] = claim(owner)
    return held


@pytest.fixture
def kept(database: Database) -> Iterator[psycopg.Connection]:
    """A database of its own in which what happens is committed at once: only that can be folded."""
    with database.connect() as connection:
        yield connection


def totals(connection: psycopg.Connection, of: Person) -> tuple[int, int, int]:
    """Ever failed, excluded, ever succeeded: since the fixture, beside what is left of its finished jobs."""
    told = all_totals(connection, of.id)
    return told["ever_failed_jobs"], told["excluded_jobs"], told["ever_succeeded_jobs"]


def since(before: tuple[int, int, int], now: tuple[int, int, int]) -> tuple[int, int, int]:
    return now[0] - before[0], now[1] - before[1], now[2] - before[2]


def test_of_a_chain_the_last_attempt_counts(owner: psycopg.Connection, cast: Cast, job: Job) -> None:
    before = totals(owner, cast.ana)
    fail(owner, job)
    assert since(before, totals(owner, cast.ana)) == (1, 1, 0), "it is not over"
    [second] = claim_due(owner)
    fail(owner, second)
    [third] = claim_due(owner)
    fail(owner, third)
    assert since(before, totals(owner, cast.ana)) == (3, 2, 0)
    as_service(owner, "retry_generation_job", job["id"])
    [fourth] = claim(owner)
    finish(owner, [fourth])
    assert since(before, totals(owner, cast.ana)) == (3, 3, 1)
    assert all_totals(owner, cast.ana.id)["ever_failed_cents"] == 112
    assert differences(owner) == []


def test_what_was_handed_back_or_cancelled_is_left_out(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    before = totals(owner, cast.ana)
    finish(owner, [job], "handed_back", 0, ["The worker was stopped."])
    assert since(before, totals(owner, cast.ana)) == (1, 1, 0)
    assert as_service(owner, "cancel_generation_job", job["id"]) is True
    assert since(before, totals(owner, cast.ana)) == (2, 2, 0)
    as_service(owner, "retry_generation_job", job["id"])
    assert since(before, totals(owner, cast.ana)) == (2, 2, 0), "each once"
    [third] = claim(owner)
    assert third["attempt"] == 1, "neither was an attempt"
    fail(owner, third, final=True)
    assert since(before, totals(owner, cast.ana)) == (3, 2, 0)


def test_a_refused_retry_leaves_a_failure_that_counts(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    before = totals(owner, cast.ana)
    owner.execute(LIMIT, [cast.ana.id, None, 1])
    fail(owner, job)
    assert since(before, totals(owner, cast.ana)) == (1, 0, 0)


def test_a_new_job_under_an_old_id_is_another_one(owner: psycopg.Connection, cast: Cast) -> None:
    """Also where another job is given the id of one that was excluded."""
    use_an_id_again(owner, cast)


@pytest.mark.parametrize("kind", ["'created', ", ", 'joined'"])
def test_what_an_id_was_before_is_told_by_each_event(
    owner: psycopg.Connection, cast: Cast, kind: str
) -> None:
    without(owner, "genjobs.is_excluded", kind)
    with pytest.raises(AssertionError, match="assert"):
        use_an_id_again(owner, cast)


def use_an_id_again(owner: psycopg.Connection, cast: Cast) -> None:
    before = totals(owner, cast.ana)
    job = Known(cast.ana.jobs["queued"], cast.ana.project, "lifestyle", "queued", 1, MIDDLE)
    for number in (1, 2):
        as_service(owner, "cancel_generation_job", job.id)
        owner.execute("delete from public.generation_jobs where id = %s", [job.id])
        assert since(before, totals(owner, cast.ana)) == (number, number, 0)
        if number == 1:
            insert_job(owner, cast.ana.id, job)
    owner.execute(
        "update public.generation_jobs set id = %s where id = %s", [job.id, cast.ana.jobs["running"]]
    )
    assert one(owner, "select genjobs.is_excluded(%s)", job.id) is False
    owner.execute(FAILED, [job.id])
    assert since(before, totals(owner, cast.ana)) == (3, 2, 0)


def test_a_job_that_comes_back_stays_left_out(owner: psycopg.Connection, cast: Cast) -> None:
    before = totals(owner, cast.ana)
    gone = Known(cast.ana.jobs["queued"], cast.ana.project, "lifestyle", "failed", 1, MIDDLE)
    as_service(owner, "cancel_generation_job", gone.id)
    owner.execute("delete from public.generation_jobs where id = %s", [gone.id])
    with owner.transaction():
        owner.execute("set local genjobs.restoring = 'on'")
        insert_job(owner, cast.ana.id, gone)
        owner.execute("set local genjobs.restoring = 'off'")
    assert one(owner, "select genjobs.is_excluded(%s)", gone.id) is True
    as_service(owner, "retry_generation_job", gone.id)
    assert totals(owner, cast.ana)[1] == before[1] + 1


def test_a_late_cost_and_a_change_of_id_or_owner_keep_it_out(owner: psycopg.Connection, cast: Cast) -> None:
    bob, job, renamed = cast.bob, cast.ana.jobs["queued"], new_id()
    mine, his = totals(owner, cast.ana), totals(owner, bob)
    as_service(owner, "cancel_generation_job", job)
    owner.execute("update public.generation_jobs set cost_cents = 7 where id = %s", [job])
    assert since(mine, totals(owner, cast.ana)) == (1, 1, 0)
    owner.execute(
        "update public.generation_jobs set id = %s, user_id = %s, project_id = %s where id = %s",
        [renamed, bob.id, bob.project, job],
    )
    assert since(mine, totals(owner, cast.ana)) == (0, 0, 0)
    assert since(his, totals(owner, bob)) == (1, 1, 0)
    as_service(owner, "retry_generation_job", renamed)
    assert since(his, totals(owner, bob)) == (1, 1, 0)
    assert differences(owner) == []


@pytest.mark.parametrize("retries_before", [0, 1])
@pytest.mark.parametrize("level", [IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ])
def test_a_change_by_who_does_not_see_the_retry_leaves_no_difference(
    database: Database, kept: psycopg.Connection, level: IsolationLevel, retries_before: int
) -> None:
    """Retrying locks the failed job without changing it, so PostgreSQL lets an older snapshot change it."""
    failed = introduce(kept).ana.jobs["failed"]
    for _ in range(retries_before):
        failed = str(as_service(kept, "retry_generation_job", failed))
        kept.execute("update public.generation_jobs set status = 'running' where id = %s", [failed])
        kept.execute(FAILED, [failed])
    with database.connect() as other:
        other.isolation_level = level
        with contextlib.suppress(psycopg.errors.SerializationFailure), other.transaction():
            other.execute("select from public.generation_jobs")
            as_service(kept, "retry_generation_job", failed)
            other.execute("update public.generation_jobs set mode = 'packaging' where id = %s", [failed])
    assert differences(kept) == []


def test_at_repeatable_read_a_change_of_a_failed_job_leaves_no_attempt(kept: psycopg.Connection) -> None:
    failed = introduce(kept).ana.jobs["failed"]
    kept.isolation_level = IsolationLevel.REPEATABLE_READ
    kept.execute("update public.generation_jobs set mode = 'packaging' where id = %s", [failed])
    assert one(kept, "select mode from public.generation_jobs where id = %s", failed) == "packaging"
    assert one(kept, "select count(*) from genjobs.job_attempts where job_id = %s", failed) == 0


def test_filters_and_splits_know_them_as_failed(owner: psycopg.Connection, cast: Cast) -> None:
    as_service(owner, "cancel_generation_job", cast.ana.jobs["queued"])
    read = (
        "select status, sum(jobs)::int, sum(excluded)::int from genjobs.cost_cells("
        "array[%s::timestamptz], array[%s::timestamptz], array[%s::uuid], false,"
        " genjobs.checked_filters(p_statuses => %s)) group by 1 order by 1"
    )
    for wanted, told in [
        (None, [("failed", 2, 1), ("running", 1, 0), ("succeeded", 1, 0)]),
        (["failed"], [("failed", 2, 1)]),
        (["excluded"], []),
    ]:
        assert owner.execute(read, [START, END, cast.ana.id, wanted]).fetchall() == told


def test_people_read_why_in_their_history(owner: psycopg.Connection, cast: Cast) -> None:
    """The event itself has no statuses and no costs."""
    as_service(owner, "cancel_generation_job", cast.ana.jobs["queued"])
    with acting(owner, "authenticated", cast.ana.id):
        told = owner.execute(
            "select kind, old_status, new_status, old_cost_cents, new_cost_cents, error, actor_role"
            " from public.generation_job_events where job_id = %s order by id desc limit 1",
            [cast.ana.jobs["queued"]],
        ).fetchone()
    assert told == ("excluded", None, "excluded", None, 0, None, "service_role")


def test_whoever_writes_the_4096th_event_folds(kept: psycopg.Connection) -> None:
    """Otherwise nobody would fold where each attempt writes four events and this is always the fourth."""
    ana = introduce(kept).ana
    kept.execute("alter table public.generation_job_events alter column id restart with 4096")
    kept.execute(
        "select genjobs.exclude_job(job) from public.generation_jobs as job where id = %s",
        [ana.jobs["failed"]],
    )
    assert tail(kept) == 1


def test_jobs_older_than_the_log_and_events_that_lack(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        bring_back(connection, "tables")
        cast = introduce(connection)
        paste_all(connection)
        as_service(connection, "retry_generation_job", cast.ana.jobs["failed"])
        assert totals(connection, cast.ana) == (1, 1, 1)
        connection.execute("select genjobs.rebuild_cost_totals()")
        assert (totals(connection, cast.ana), differences(connection)) == ((1, 1, 1), [])

        connection.execute("delete from public.generation_job_events where kind = 'excluded'")
        connection.execute("select genjobs.rebuild_cost_totals()")
        assert (totals(connection, cast.ana), differences(connection)) == ((1, 1, 1), [])
        without(connection, "genjobs.mend_exclusions", "genjobs.exclude_job(job)", "job")
        connection.execute("delete from public.generation_job_events where kind = 'excluded'")
        connection.execute("select genjobs.rebuild_cost_totals()")
        assert totals(connection, cast.ana) == (1, 0, 1)
        assert differences(connection) != []


@pytest.mark.parametrize("mended", [True, False])
def test_what_is_excluded_of_jobs_that_are_not_there_is_taken_back(
    kept: psycopg.Connection, mended: bool
) -> None:
    """The log was restored, the job was not."""
    cast = introduce(kept)
    if not mended:
        without(kept, "genjobs.mend_exclusions", "event.kind = 'excluded'", "false")
    as_service(kept, "cancel_generation_job", cast.ana.jobs["queued"])
    kept.execute("alter table public.generation_jobs disable trigger user")
    kept.execute("delete from public.generation_jobs where id = %s", [cast.ana.jobs["queued"]])
    kept.execute("alter table public.generation_jobs enable trigger user")
    assert len(differences(kept)) == 8, "the failed job's and what is excluded of it"
    kept.execute("select genjobs.doubt_totals()")
    assert totals(kept, cast.ana) == (1, 0, 1), "of the jobs themselves"
    kept.execute("select genjobs.rebuild_cost_totals()")
    assert (totals(kept, cast.ana) == (1, 0, 1), differences(kept) == []) == (mended, mended)


LOGGED = "event.kind in ('deleted', 'restored', 'excluded')"
LOGGED_BEFORE = "event.kind in ('deleted', 'restored')"
SHOWN = "case cell.status when 'excluded' then 'failed' else cell.status end, cell.deleted"
BACK = "case when event.kind = 'restored'"
# What the totals, and the count that they are compared with, must do.
RULES = [
    ("genjobs.queue_attempt", "perform genjobs.exclude_job(p_job);", ""),
    ("genjobs.cancel_job", "perform genjobs.exclude_job(held);", ""),
    ("genjobs.exclude_job", "if genjobs.is_excluded(p_job.id) then", "if false then"),
    ("genjobs.is_excluded", "event.kind = 'excluded'", "false"),
    ("genjobs.record_change", ":= genjobs.is_excluded(old.id)", ":= false"),
    ("genjobs.cost_cells", LOGGED, LOGGED_BEFORE),
    ("genjobs.cost_cells", f"{BACK} or event.new_status is null", BACK),
    ("genjobs.cost_cells", "filter (where cell.status <> 'excluded'), 0)", ", 0)"),
    ("genjobs.cost_cells", SHOWN, "cell.status, cell.deleted"),
    ("genjobs.cost_cells", "or sum(cell.jobs) filter (where cell.status = 'excluded') <> 0", ""),
    ("genjobs.compare_cost_totals", LOGGED, LOGGED_BEFORE),
    ("genjobs.back_fill", "and given.status <> 'excluded'", ""),
]  # fmt: skip


def agrees(connection: psycopg.Connection) -> bool:
    """Totals equal a recount of random actions, at bucket edges too, before and after a rebuild."""
    chance, ana = random.Random(7), introduce(connection).ana
    connection.execute("delete from public.generation_jobs where user_id = %s", [ana.id])
    projects = [ana.project, add_project(connection, ana.id)]
    jobs = [Known(new_id(), projects[0], "alone", "failed", 0, MIDDLE, deleted=True, excluded=True)]
    insert_job(connection, ana.id, jobs[0])
    as_service(connection, "cancel_generation_job", jobs[0].id)
    connection.execute("update public.generation_jobs set mode = 'gone' where id = %s", [jobs[0].id])
    connection.execute("delete from public.generation_jobs where id = %s", [jobs[0].id])
    jobs[0].mode = "gone"
    for number in range(120):
        present = [job for job in jobs if not job.deleted]
        if number % 3 == 0:
            moment = MIDDLE + timedelta(minutes=chance.randint(-20, 20))
            jobs.append(Known(new_id(), projects[0], "poster", "queued", chance.choice(COSTS), moment))
            insert_job(connection, ana.id, jobs[-1])
        else:
            jobs += act(connection, chance, chance.choice(present), projects)
        if number == 60:
            fold(connection)
    told = []
    for _ in range(2):
        for minutes in (60, 14):
            start, end = MIDDLE - timedelta(minutes=minutes), MIDDLE + timedelta(minutes=minutes)
            for split in ("status", "project"):
                said = series(connection, ana.id, start, end, "UTC", "hour", split)
                told.append(said == recount(jobs, start, end, ZoneInfo("UTC"), "hour", split))
        told.append(differences(connection) == [])
        connection.execute("select genjobs.rebuild_cost_totals()")
    return all(told)


def test_a_history_of_attempts_is_the_recount(kept: psycopg.Connection) -> None:
    assert agrees(kept)


@pytest.mark.parametrize(("function", "rule", "instead"), RULES)
def test_each_rule_is_needed(kept: psycopg.Connection, function: str, rule: str, instead: str) -> None:
    without(kept, function, rule, instead)
    assert not agrees(kept)
