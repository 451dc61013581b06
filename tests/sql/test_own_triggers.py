"""A project's own triggers on jobs: a refusal stops no other job, and a move they make is followed."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.functions import without
from tests.sql.people import Cast, Person
from tests.sql.test_attempts import next_of
from tests.sql.test_creating import ask, create_as_service
from tests.sql.test_job_queue import flaws
from tests.sql.workers import MANY, claim, finish, row

REFUSE = """
create function public.refuse_jobs() returns trigger language plpgsql as $$
begin
    if new.user_id = '{person}' then
        raise exception 'The shop is closed.';
    end if;
    return new;
end
$$;
create trigger refuse_jobs before insert on public.generation_jobs
    for each row execute function public.refuse_jobs();
"""
FOLLOW = """
create function public.move_others() returns trigger language plpgsql as $$
begin
    update public.generation_jobs set status = '{to}'
    where user_id = new.user_id and status = '{of}' and id <> new.id;
    return null;
end
$$;
create trigger move_others after update on public.generation_jobs
    for each row when (new.status = '{when}' and pg_trigger_depth() = 0)
    execute function public.move_others();
"""


def refuse(connection: psycopg.Connection, person: Person) -> None:
    connection.execute(REFUSE.format(person=person.id).encode())


def test_a_retry_that_they_refuse_leaves_the_reason_and_the_batch_goes_on(
    owner: psycopg.Connection, cast: Cast
) -> None:
    jobs = claim(owner)
    refuse(owner, cast.ana)
    assert {told[1] for told in finish(owner, jobs, "failed", errors=["dark", "dark"])} == {"finished"}
    mine, other = cast.ana.jobs["queued"], cast.bob.jobs["queued"]
    assert row(owner, mine)[2] == "dark It was not retried: The shop is closed."
    assert next_of(owner, other)


def test_a_lost_job_that_they_refuse_to_try_again_keeps_nobody_from_claiming(
    owner: psycopg.Connection, cast: Cast
) -> None:
    claim(owner)
    refuse(owner, cast.ana)
    owner.execute("update genjobs.workers set leased_until = '-infinity'")
    claim(owner)
    assert "The shop is closed." in str(row(owner, cast.ana.jobs["queued"])[2])
    assert next_of(owner, cast.bob.jobs["queued"])


@pytest.mark.parametrize("kept", [True, False])
def test_a_lost_job_that_they_refuse_to_fail_is_left_running_and_keeps_nobody_from_claiming(
    owner: psycopg.Connection, cast: Cast, kept: bool
) -> None:
    claim(owner)
    owner.execute(REFUSE.format(person=cast.ana.id).replace("before insert", "after update").encode())
    owner.execute("update genjobs.workers set leased_until = '-infinity'")
    if not kept:
        without(owner, "genjobs.give_up", "not genjobs.is_refusal(sqlstate)", "true")
        with pytest.raises(psycopg.errors.RaiseException, match="The shop is closed"):
            claim(owner)
        return
    assert cast.ana.jobs["queued"] not in [job["id"] for job in claim(owner)]
    assert row(owner, cast.ana.jobs["queued"])[0] == "running"
    assert next_of(owner, cast.bob.jobs["queued"])
    assert flaws(owner) == []
    assert owner.execute("select from genjobs.job_leases").fetchall() == []


def test_a_new_job_that_they_refuse_leaves_the_others(owner: psycopg.Connection, cast: Cast) -> None:
    refuse(owner, cast.ana)
    jobs = [ask(person, user_id=person.id) for person in (cast.ana, cast.bob)]
    told = [(made["outcome"], made["code"], made["reason"]) for made in create_as_service(owner, *jobs)]
    assert told == [("refused", "P0001", "The shop is closed."), ("created", None, None)]


@pytest.mark.parametrize("kept", [True, False])
def test_a_job_whose_start_they_refuse_waits_for_a_minute_and_the_others_start(
    owner: psycopg.Connection, cast: Cast, kept: bool
) -> None:
    mine, other = cast.ana.jobs["queued"], cast.bob.jobs["queued"]
    owner.execute(REFUSE.format(person=cast.ana.id).replace("before insert", "after update").encode())
    if not kept:
        without(owner, "genjobs.claim_jobs", "not genjobs.is_refusal(sqlstate)", "true")
        with pytest.raises(psycopg.errors.RaiseException, match="The shop is closed"):
            claim(owner)
        return
    assert [job["id"] for job in claim(owner)] == [other]
    assert row(owner, mine)[0] == "queued"
    assert flaws(owner) == []
    assert claim(owner) == []
    owner.execute("drop trigger refuse_jobs on public.generation_jobs")
    owner.execute("update genjobs.job_delays set due_at = '-infinity'")
    assert [job["id"] for job in claim(owner)] == [mine]


def test_what_says_that_it_is_not_now_refuses_no_job(owner: psycopg.Connection, cast: Cast) -> None:
    """A job whose retry only has to wait is not given up: the call is rolled back and sent again."""
    jobs = claim(owner)
    owner.execute(
        REFUSE.format(person=cast.ana.id).replace("closed.'", "closed.' using errcode = '55P03'").encode()
    )
    with pytest.raises(psycopg.errors.LockNotAvailable):
        finish(owner, jobs, "failed")
    assert row(owner, jobs[0]["id"])[0] == "running"


@pytest.mark.parametrize("is_lost", [False, True])
def test_what_says_that_it_is_not_now_puts_off_no_start_and_no_rescue(
    owner: psycopg.Connection, cast: Cast, is_lost: bool
) -> None:
    if is_lost:
        claim(owner)
        owner.execute("update genjobs.workers set leased_until = '-infinity'")
    busy = REFUSE.format(person=cast.ana.id).replace("closed.'", "closed.' using errcode = '55P03'")
    owner.execute(busy.replace("before insert", "after update").encode())
    with pytest.raises(psycopg.errors.LockNotAvailable):
        claim(owner)
    assert row(owner, cast.ana.jobs["queued"])[0] == ("running" if is_lost else "queued")


@pytest.mark.parametrize("kept", [True, False])
def test_jobs_that_they_move_while_others_are_claimed_or_ended_are_followed(
    owner: psycopg.Connection, cast: Cast, kept: bool
) -> None:
    if not kept:
        without(owner, "genjobs.record_change", "pg_trigger_depth() > 1 or ", "")
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 3])
    owner.execute(FOLLOW.format(when="running", of="queued", to="running").encode())
    [job] = claim(owner, 1, projects=[cast.ana.project])
    assert (flaws(owner) == []) is kept
    owner.execute("drop trigger move_others on public.generation_jobs; drop function public.move_others")
    owner.execute("select genjobs.rebuild_job_queue()")
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 3])
    owner.execute(FOLLOW.format(when="succeeded", of="running", to="failed").encode())
    claim(owner, 3)
    finish(owner, [job])
    assert (flaws(owner) == []) is kept
