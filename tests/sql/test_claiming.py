"""Workers claim queued jobs, none twice, in turn; and end what they hold, each job for itself."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.clusters import Database
from tests.sql.people import Cast, Person, acting, add_project, add_user, introduce, new_id, refusal
from tests.sql.test_job_queue import flaws, insert

CLAIM = "select * from public.claim_generation_jobs(%s, %s, 60, %s, %s)"
FINISH = "select job_id::text, outcome, reason from public.finish_generation_jobs(%s, %s, %s, %s, %s, %s)"
BEAT = "select lost_job_id::text from public.heartbeat_generation_workers(%s, 60, %s, %s)"
MANY = """
insert into public.generation_jobs (user_id, project_id, mode)
select %s, %s, 'lifestyle' from generate_series(1, %s)
"""
Job = dict[str, Any]


def claim(
    connection: psycopg.Connection,
    limit: int = 10,
    modes: list[str] | None = None,
    projects: list[str] | None = None,
    worker: str | None = None,
) -> list[Job]:
    with acting(connection, "service_role"):
        cursor = connection.cursor(row_factory=dict_row)
        rows = cursor.execute(CLAIM, [worker or new_id(), limit, modes, projects]).fetchall()
    return [{**row, "id": str(row["id"])} for row in rows]


def finish(
    connection: psycopg.Connection,
    jobs: list[Job],
    status: str | list[str] = "succeeded",
    cents: int | list[int] = 5,
    errors: list[str | None] | None = None,
    finals: list[bool] | None = None,
) -> list[tuple[str, str, str | None]]:
    statuses = status if isinstance(status, list) else [status] * len(jobs)
    costs = cents if isinstance(cents, list) else [cents] * len(jobs)
    with acting(connection, "service_role"):
        return connection.execute(
            FINISH,
            [
                [job["id"] for job in jobs],
                [job["lease_token"] for job in jobs],
                statuses,
                costs,
                errors,
                finals,
            ],
        ).fetchall()


def row(connection: psycopg.Connection, job: str) -> tuple[str, int, str | None]:
    found = connection.execute(
        "select status, cost_cents, error from public.generation_jobs where id = %s", [job]
    ).fetchone()
    assert found
    return found


def test_a_claim_gives_whole_rows_that_are_running_now(owner: psycopg.Connection, cast: Cast) -> None:
    claimed = claim(owner)
    assert {job["id"] for job in claimed} == {cast.ana.jobs["queued"], cast.bob.jobs["queued"]}
    for job in claimed:
        found = owner.cursor(row_factory=dict_row).execute(
            "select * from public.generation_jobs where id = %s", [job["id"]]
        )
        assert (job.pop("attempt"), job.pop("timeout_seconds")) == (1, None)
        token = job.pop("lease_token")
        assert {**job, "lease_token": token} == {
            **(found.fetchone() or {}),
            "id": job["id"],
            "lease_token": token,
        }
        assert (job["status"], token is not None) == ("running", True)
    assert claim(owner) == []
    assert flaws(owner) == []


def test_moves_after_a_claim_or_finish_in_its_transaction_are_followed_too(
    owner: psycopg.Connection, cast: Cast
) -> None:
    for _ in range(3):
        insert(owner, cast.bob)
    with owner.transaction():
        held = claim(owner, 2)
        owner.execute("update public.generation_jobs set status = 'running' where status = 'queued'")
        finish(owner, held[:1])
        owner.execute("update public.generation_jobs set status = 'failed' where id = %s", [held[1]["id"]])
    assert flaws(owner) == []
    assert [outcome for _, outcome, _ in finish(owner, held)] == ["lost", "lost"]


def test_a_claim_is_told_in_the_history_as_the_workers(owner: psycopg.Connection, cast: Cast) -> None:
    claim(owner)
    told = owner.execute(
        "select kind, old_status, new_status, actor_role from public.generation_job_events"
        " where job_id = %s order by id desc limit 1",
        [cast.ana.jobs["queued"]],
    ).fetchone()
    assert told == ("moved", "queued", "running", "service_role")


def test_one_persons_thousand_do_not_keep_anothers_three_waiting(
    owner: psycopg.Connection, cast: Cast
) -> None:
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 1000])
    for _ in range(2):
        insert(owner, cast.bob)
    assert Counter(str(job["user_id"]) for job in claim(owner, 8))[cast.bob.id] == 3


def test_a_newcomer_begins_with_the_turn_that_is_served(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("delete from public.generation_jobs where user_id = %s", [cast.bob.id])
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 1000])
    claim(owner, 500)
    owner.execute("select genjobs.note_turn()")
    for _ in range(100):
        insert(owner, cast.bob)
    assert 49 <= Counter(str(job["user_id"]) for job in claim(owner, 100))[cast.bob.id] <= 51


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


def test_a_batch_ends_each_job_for_itself(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 6])
    good, failed, negative, unknown, long, stolen = claim(owner, 6)
    stolen["lease_token"] = uuid.uuid4()
    made_up = {"id": new_id(), "lease_token": uuid.uuid4()}
    batch = [good, failed, negative, unknown, long, stolen, made_up, good]
    assert finish(
        owner,
        batch,
        ["succeeded", "failed", "succeeded", "queued", "failed", "succeeded", "succeeded", "failed"],
        [7, 3, -1, 1, 1, 1, 1, 1],
        [None, "no light", None, None, "x" * 100_001, None, None, None],
    ) == [
        (good["id"], "finished", None),
        (failed["id"], "finished", None),
        (negative["id"], "refused", "A cost is 0 cents or more."),
        (unknown["id"], "refused", "A job ends succeeded, failed or handed_back."),
        (long["id"], "refused", "An error has 100,000 characters at most."),
        (stolen["id"], "lost", None),
        (made_up["id"], "lost", None),
        (good["id"], "lost", None),
    ]
    assert row(owner, good["id"]) == ("succeeded", 7, None)
    assert row(owner, failed["id"]) == ("failed", 3, "no light")
    for job in (negative, unknown, long, stolen):
        assert row(owner, job["id"])[0] == "running"
    assert flaws(owner) == []
    assert finish(owner, [good]) == [(good["id"], "lost", None)]


def test_a_person_who_ends_a_leased_job_by_hand_wins(owner: psycopg.Connection, cast: Cast) -> None:
    worker = new_id()
    jobs = claim(owner, worker=worker)
    mine = next(job for job in jobs if job["id"] == cast.ana.jobs["queued"])
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("select public.transition_job_status(%s, 'failed', 'enough')", [mine["id"]])
    with acting(owner, "service_role"):
        lost = owner.execute(
            BEAT, [worker, [job["id"] for job in jobs], [job["lease_token"] for job in jobs]]
        ).fetchall()
    assert lost == [(mine["id"],)]
    for _ in range(2):
        assert [outcome for _, outcome, _ in finish(owner, [mine], cents=5)] == ["lost"]
        assert row(owner, mine["id"]) == ("failed", 105, "enough")
    told = owner.execute(
        "select kind, old_cost_cents, new_cost_cents from public.generation_job_events"
        " where job_id = %s order by id desc limit 1",
        [mine["id"]],
    ).fetchone()
    assert told == ("cost_changed", 100, 105)


def test_what_was_spent_on_a_lost_job_is_added_for_its_own_token_alone(
    owner: psycopg.Connection, cast: Cast
) -> None:
    [job] = claim(owner, 1)
    owner.execute("update public.generation_jobs set status = 'succeeded' where id = %s", [job["id"]])
    assert finish(owner, [{**job, "lease_token": uuid.uuid4()}], cents=5)[0][1] == "lost"
    assert finish(owner, [job], cents=-5)[0][1] == "lost"
    assert row(owner, job["id"]) == ("succeeded", 100, None)
    assert finish(owner, [job], cents=2_147_483_647)[0][1] == "lost"
    assert row(owner, job["id"]) == ("succeeded", 2_147_483_647, None)


def test_a_job_that_its_worker_ended_costs_what_it_said_once(owner: psycopg.Connection, cast: Cast) -> None:
    [job] = claim(owner, 1)
    for _ in range(2):
        finish(owner, [job], cents=7)
    assert row(owner, job["id"]) == ("succeeded", 7, None)
    assert owner.execute("select from genjobs.lost_leases").fetchall() == []


def test_leases_that_were_lost_long_ago_are_forgotten(owner: psycopg.Connection, cast: Cast) -> None:
    for job in claim(owner):
        owner.execute("update public.generation_jobs set status = 'failed' where id = %s", [job["id"]])
    owner.execute(
        "update genjobs.lost_leases set lost_at = lost_at - interval '8 days' where job_id = %s", [job["id"]]
    )
    claim(owner)
    assert len(owner.execute("select from genjobs.lost_leases").fetchall()) == 1


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
    """The person holds the job and will want its row in the queue: nobody waits, the next one is given."""
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


HOLDS = {
    "the job": "select from public.generation_jobs where id = %(job)s for update",
    "the project": "select from public.projects where id = %(project)s for update",
    "the person": "select from auth.users where id = %(person)s for update",
}


@pytest.mark.parametrize("held", HOLDS)
def test_a_job_that_somebody_is_changing_or_deleting_is_busy(database: Database, held: str) -> None:
    """To wait for them while other jobs of the batch are held would be a circle."""
    with database.connect() as owner, database.connect() as worker:
        cast = introduce(owner)
        jobs = claim(owner)
        worker.execute("set statement_timeout = '5s'")
        with owner.transaction():
            given = {"job": cast.ana.jobs["queued"], "project": cast.ana.project, "person": cast.ana.id}
            owner.execute(HOLDS[held].encode(), given)
            told = {job: outcome for job, outcome, _ in finish(worker, jobs, "failed")}
        assert told == {cast.ana.jobs["queued"]: "busy", cast.bob.jobs["queued"]: "finished"}
        mine = [job for job in jobs if job["id"] == cast.ana.jobs["queued"]]
        assert finish(worker, mine, "failed")[0][1] == "finished"


@pytest.mark.parametrize("held", ["the project", "the person"])
def test_a_job_that_succeeded_waits_for_nobody_who_deletes_its_parents(database: Database, held: str) -> None:
    with database.connect() as owner, database.connect() as worker:
        cast = introduce(owner)
        jobs = claim(owner)
        worker.execute("set statement_timeout = '5s'")
        with owner.transaction():
            owner.execute(HOLDS[held].encode(), {"project": cast.ana.project, "person": cast.ana.id})
            assert [outcome for _, outcome, _ in finish(worker, jobs)] == ["finished", "finished"]


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("newcomers", [True, False])
def test_who_comes_one_by_one_does_not_keep_many_jobs_of_one_person_waiting(
    owner: psycopg.Connection, cast: Cast, finished: bool, newcomers: bool
) -> None:
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 100])
    given = Counter[str]()
    for _ in range(40):
        [job] = claim(owner, 1)
        given[str(job["user_id"])] += 1
        if finished:
            finish(owner, [job])
        insert(owner, introduce_one(owner) if newcomers else cast.bob)
    assert given[cast.ana.id] >= 8


def introduce_one(connection: psycopg.Connection) -> Person:
    user = new_id()
    add_user(connection, user)
    return Person(user, add_project(connection, user), "", {})


def test_nobody_gets_in_front_by_an_earlier_time_of_creation(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("delete from public.generation_jobs where user_id = %s", [cast.bob.id])
    with acting(owner, "authenticated", cast.bob.id):
        owner.execute(
            "insert into public.generation_jobs (user_id, project_id, mode, created_at)"
            " values (%s, %s, 'x', '-infinity')",
            [cast.bob.id, cast.bob.project],
        )
    assert [str(job["user_id"]) for job in claim(owner, 1)] == [cast.ana.id]


def test_a_mode_that_nobody_takes_does_not_put_newcomers_of_others_in_front(
    owner: psycopg.Connection, cast: Cast
) -> None:
    insert(owner, cast.bob, "unheard of")
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 100])
    claim(owner, 50, ["lifestyle"])
    for _ in range(10):
        insert(owner, cast.bob)
    assert Counter(str(job["user_id"]) for job in claim(owner, 20, ["lifestyle"]))[cast.ana.id] >= 9


def test_of_two_tokens_for_a_job_the_right_one_counts(owner: psycopg.Connection, cast: Cast) -> None:
    [job] = claim(owner, 1)
    wrong = {**job, "lease_token": uuid.uuid4()}
    assert [told[1] for told in finish(owner, [wrong, job])] == ["lost", "finished"]


def test_a_lease_whose_worker_is_not_known_runs_out(owner: psycopg.Connection, cast: Cast) -> None:
    job, *_ = claim(owner)
    owner.execute("delete from genjobs.workers")
    for _ in range(2):
        claim(owner)
    assert row(owner, job["id"])[0] == "failed"


def test_people_and_workers_who_end_the_same_jobs_end_each_once(database: Database) -> None:
    with database.connect() as owner:
        ana = introduce(owner).ana
        owner.execute(MANY, [ana.id, ana.project, 200])
        jobs = claim(owner, 200)

        def by_worker() -> int:
            with database.connect() as connection:
                outcomes = [
                    outcome
                    for n in range(0, 200, 10)
                    for _, outcome, _ in finish(connection, jobs[n : n + 10])
                ]
            return outcomes.count("finished")

        with ThreadPoolExecutor(2) as pool:
            finished = pool.submit(by_worker)
            owner.execute("set role service_role")
            by_hand = moved_by_hand(owner, [job["id"] for job in reversed(jobs)])
            owner.execute("reset role")
            assert finished.result() + by_hand == len(jobs)
        assert flaws(owner) == []


def moved_by_hand(connection: psycopg.Connection, jobs: list[str]) -> int:
    moves = [
        connection.execute("select public.transition_job_status(%s, 'failed', 'by hand')", [job]).fetchone()
        for job in jobs
    ]
    return moves.count((True,))


@pytest.mark.parametrize("status", ["queued", "succeeded", "failed"])
def test_a_leased_job_that_does_not_run_is_lost_and_the_batch_goes_on(
    owner: psycopg.Connection, cast: Cast, status: str
) -> None:
    """Somebody wrote past the triggers."""
    jobs = claim(owner)
    owner.execute("alter table public.generation_jobs disable trigger user")
    owner.execute("update public.generation_jobs set status = %s where id = %s", [status, jobs[0]["id"]])
    owner.execute("alter table public.generation_jobs enable trigger user")
    assert [outcome for _, outcome, _ in finish(owner, jobs)] == ["lost", "finished"]
    assert row(owner, jobs[0]["id"])[:2] == (status, 100)
