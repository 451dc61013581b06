"""Workers claim queued jobs, none twice, in turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Cast, acting, add_project, introduce, refusal
from tests.sql.test_job_queue import flaws, insert
from tests.sql.workers import MANY, claim, row


def test_a_claim_gives_whole_rows_that_are_running_now(owner: psycopg.Connection, cast: Cast) -> None:
    claimed = claim(owner)
    assert {job["id"] for job in claimed} == {cast.ana.jobs["queued"], cast.bob.jobs["queued"]}
    for job in claimed:
        found = owner.cursor(row_factory=dict_row).execute(
            "select * from public.generation_jobs where id = %s", [job["id"]]
        )
        told = (job.pop("attempt"), job.pop("timeout_seconds"), str(job.pop("first_job_id")))
        assert told == (1, None, job["id"])
        token = job.pop("lease_token")
        assert {**job, "lease_token": token} == {
            **(found.fetchone() or {}),
            "id": job["id"],
            "lease_token": token,
        }
        assert (job["status"], token is not None) == ("running", True)
    assert claim(owner) == []
    assert flaws(owner) == []


def test_a_claim_is_told_in_the_history_as_the_workers(owner: psycopg.Connection, cast: Cast) -> None:
    claim(owner)
    told = owner.execute(
        "select kind, old_status, new_status, actor_role from public.generation_job_events"
        " where job_id = %s order by id desc limit 1",
        [cast.ana.jobs["queued"]],
    ).fetchone()
    assert told == ("moved", "queued", "running", "service_role")


def test_after_an_emptied_queue_the_next_jobs_begin_with_the_first(
    owner: psycopg.Connection, cast: Cast
) -> None:
    """Claims look from the turn that was noted last, and nothing notes one while no job waits."""
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 20])
    claim(owner, 12)
    owner.execute("select genjobs.note_turn()")
    claim(owner, 10)
    owner.execute("update public.generation_jobs set status = 'succeeded' where status = 'running'")
    new = [insert(owner, cast.ana) for _ in range(20)]
    assert [job["id"] for _ in new for job in claim(owner, 1)] == new


def test_jobs_behind_the_turn_that_is_served_are_found(owner: psycopg.Connection, cast: Cast) -> None:
    """A long transaction may queue a job with a turn that is over by then."""
    owner.execute("select setval('genjobs.queue_turn', 1000000)")
    assert len(claim(owner)) == 2
    insert(owner, cast.ana)
    owner.execute("select genjobs.note_turn()")


@pytest.mark.parametrize(("modes", "expected"), [(["a"], "a"), (["a", "b"], "ab"), ([], ""), (["c"], "")])
def test_a_worker_takes_only_its_modes(
    owner: psycopg.Connection, cast: Cast, modes: list[str], expected: str
) -> None:
    for mode in "ab":
        insert(owner, cast.ana, mode)
    assert "".join(job["mode"] for job in claim(owner, 10, modes)) == expected


def test_over_several_modes_the_order_is_one(owner: psycopg.Connection, cast: Cast) -> None:
    new = [insert(owner, cast.ana, mode) for mode in "baba"]
    assert [job["id"] for job in claim(owner, 3, ["a", "b"])] == new[:3]


@pytest.mark.parametrize("modes", [None, ["lifestyle"]])
def test_a_worker_takes_only_its_projects(
    owner: psycopg.Connection, cast: Cast, modes: list[str] | None
) -> None:
    assert [job["id"] for job in claim(owner, 10, modes, [cast.bob.project])] == [cast.bob.jobs["queued"]]
    assert claim(owner, 10, modes, [add_project(owner, cast.ana.id)]) == []


@pytest.mark.parametrize("role", ["anon", "authenticated"])
@pytest.mark.parametrize(
    "call",
    [
        "select * from public.claim_generation_jobs(gen_random_uuid())",
        "select * from public.finish_generation_jobs('{}', '{}', '{}', '{}')",
        "select * from public.heartbeat_generation_workers(gen_random_uuid())",
        "select * from genjobs.job_queue",
        "select * from genjobs.job_leases",
        "select * from genjobs.workers",
    ],
)
def test_only_workers_may(owner: psycopg.Connection, cast: Cast, role: str, call: str) -> None:
    with refusal("42501"), acting(owner, role, cast.ana.id):
        owner.execute(call.encode())


@pytest.mark.parametrize(
    "call",
    [
        "select public.claim_generation_jobs(null)",
        "select public.claim_generation_jobs(gen_random_uuid(), 0)",
        "select public.claim_generation_jobs(gen_random_uuid(), 1001)",
        "select public.claim_generation_jobs(gen_random_uuid(), null)",
        "select public.claim_generation_jobs(gen_random_uuid(), 1, 4)",
        "select public.claim_generation_jobs(gen_random_uuid(), 1, 3601)",
        "select public.finish_generation_jobs('{}', array[gen_random_uuid()], '{}', '{}')",
        "select public.finish_generation_jobs(null, '{}', '{}', '{}')",
        "select public.finish_generation_jobs('{}', '{}', '{}', '{}', array['x'])",
        "select public.finish_generation_jobs('{}', '{}', '{}', '{}', null, null, array[1])",
        "select public.heartbeat_generation_workers(null)",
        "select public.heartbeat_generation_workers(gen_random_uuid(), 4)",
        "select public.heartbeat_generation_workers(gen_random_uuid(), 60, array[gen_random_uuid()])",
    ],
)
def test_what_cannot_be_meant_is_refused(owner: psycopg.Connection, call: str) -> None:
    with refusal("22023"), acting(owner, "service_role"):
        owner.execute(call.encode())


@pytest.mark.parametrize(
    "call", ["claim_generation_jobs(gen_random_uuid())", "finish_generation_jobs('{}', '{}', '{}', '{}')"]
)
def test_a_stricter_level_is_refused(database: Database, call: str) -> None:
    """There PostgreSQL answers races with 40001, which the API repeats without end."""
    with database.connect() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with refusal("25000"), connection.transaction():
            connection.execute(f"select public.{call}".encode())


def test_a_row_without_its_job_keeps_nobody_waiting(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("alter table public.generation_jobs disable trigger record_change")
    owner.execute(
        "update public.generation_jobs set status = 'running' where id = %s", [cast.ana.jobs["queued"]]
    )
    owner.execute("alter table public.generation_jobs enable trigger record_change")
    for _ in range(3):
        claim(owner, 1)
    assert row(owner, cast.bob.jobs["queued"])[0] == "running"
    assert flaws(owner) == []


def claim_until_empty(database: Database, limit: int) -> list[str]:
    with database.connect() as connection:
        found = list[str]()
        while jobs := claim(connection, limit):
            found += [job["id"] for job in jobs]
        return found


def test_of_many_workers_none_gets_what_another_has(database: Database) -> None:
    with database.connect() as owner:
        ana = introduce(owner).ana
        owner.execute(MANY, [ana.id, ana.project, 998])
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(claim_until_empty, [database] * 8, range(1, 17, 2)))
        claimed = [job for jobs in found for job in jobs]
        assert len(claimed) == len(set(claimed)) == 1000
        assert sum(bool(jobs) for jobs in found) > 1
        assert flaws(owner) == []


@pytest.mark.parametrize("modes", [None, ["lifestyle"]])
def test_jobs_that_somebody_is_changing_are_passed_over(database: Database, modes: list[str] | None) -> None:
    """The person has locked the job and needs its queue row next: the claim skips it."""
    with database.connect() as owner, database.connect() as worker:
        cast = introduce(owner)
        worker.execute("set statement_timeout = '5s'")
        with owner.transaction():
            owner.execute(
                "select from public.generation_jobs where id = %s for update", [cast.ana.jobs["queued"]]
            )
            assert [job["id"] for job in claim(worker, 1, modes)] == [cast.bob.jobs["queued"]]
            assert claim(worker, 1, modes) == []
        assert [job["id"] for job in claim(worker, 1, modes)] == [cast.ana.jobs["queued"]]


def test_who_notes_the_turn_keeps_no_job_from_others(database: Database) -> None:
    with database.connect() as owner, database.connect() as worker:
        cast = introduce(owner)
        waiting = {cast.ana.jobs["queued"], cast.bob.jobs["queued"]}
        with owner.transaction():
            owner.execute("select genjobs.note_turn()")
            assert {job["id"] for job in claim(worker, 2)} == waiting


def test_a_plan_from_an_empty_queue_serves_a_long_one(database: Database) -> None:
    """The turn is noted whenever a claim finds too few jobs, as the first of a quiet hour does."""
    with database.connect() as owner, database.connect() as worker:
        ana = introduce(owner).ana
        owner.execute("delete from public.generation_jobs")
        owner.execute("vacuum analyze genjobs.job_queue")
        owner.execute("vacuum analyze public.generation_jobs")
        worker.execute("set statement_timeout = '5s'")
        assert claim(worker, 5, ["other"]) == []
        owner.execute(MANY, [ana.id, ana.project, 2000])
        assert claim(worker, 5, ["other"]) == []


def test_of_several_modes_a_claim_keeps_only_what_it_takes(database: Database) -> None:
    modes = ["a", "b", "c"]
    with database.connect() as owner, database.connect() as worker:
        ana = introduce(owner).ana
        for mode in modes:
            insert(owner, ana, mode)
        with owner.transaction():
            assert [job["mode"] for job in claim(owner, 1, modes)] == ["a"]
            assert [job["mode"] for job in claim(worker, 1, modes)] == ["b"]
            assert [job["mode"] for job in claim(worker, 1, modes)] == ["c"]


def test_of_several_modes_a_claim_looks_behind_what_others_hold(database: Database) -> None:
    modes = ["lifestyle", "packaging"]
    with database.connect() as owner, database.connect() as worker:
        ana = introduce(owner).ana
        owner.execute(MANY, [ana.id, ana.project, 30])
        with owner.transaction():
            held = claim(owner, 20, modes)
            next_ones = claim(worker, 5, modes)
        assert (len(held), len(next_ones)) == (20, 5)
        without(owner, "genjobs.pick_jobs", "wanted := wanted * 4", "exit")
        with owner.transaction():
            claim(owner, 5, modes)
            assert claim(worker, 3, modes) == []


def test_nobody_gets_in_front_by_an_earlier_time_of_creation(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("delete from public.generation_jobs where user_id = %s", [cast.bob.id])
    with acting(owner, "authenticated", cast.bob.id):
        owner.execute(
            "insert into public.generation_jobs (user_id, project_id, mode, created_at)"
            " values (%s, %s, 'x', '-infinity')",
            [cast.bob.id, cast.bob.project],
        )
    assert [str(job["user_id"]) for job in claim(owner, 1)] == [cast.ana.id]


def test_a_lease_whose_worker_is_not_known_runs_out(owner: psycopg.Connection, cast: Cast) -> None:
    job, *_ = claim(owner)
    owner.execute("delete from genjobs.workers")
    for _ in range(2):
        claim(owner)
    assert row(owner, job["id"])[0] == "failed"
