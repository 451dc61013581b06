"""Jobs that people's own code creates: each for itself, none twice under one key, with what it asks for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Cast, Person, acting, introduce, new_id, refusal
from tests.sql.test_erasure import WAITING
from tests.sql.test_job_queue import flaws, insert, waiting
from tests.sql.workers import MANY, claim

CREATE = "select outcome, job_id::text, code, reason, details, hint from public.create_generation_jobs(%s)"
OPTIONS = "select timeout_seconds, priority, max_attempts, urgent from genjobs.job_options where job_id = %s"

# After the insert that finds the key taken, and before the key is read.
FORGET_ONCE = """
create function public.forget_once() returns trigger language plpgsql security definer as $$
begin
    delete from genjobs.job_keys where current_setting('tests.forgot', true) is null;
    perform set_config('tests.forgot', 'yes', true);
    return null;
end
$$;
create trigger forget_once after insert on genjobs.job_keys
    for each statement execute function public.forget_once()
"""


def ask(of: Person, **more: object) -> dict[str, object]:
    return {"project_id": of.project, "mode": "lifestyle", **more}


def create(connection: psycopg.Connection, of: Person, *jobs: object) -> list[dict[str, Any]]:
    with acting(connection, "authenticated", of.id):
        cursor = connection.cursor(row_factory=dict_row)
        return cursor.execute(CREATE, [Jsonb(list(jobs))]).fetchall()


def create_as_service(connection: psycopg.Connection, *jobs: object) -> list[dict[str, Any]]:
    with acting(connection, "service_role"):
        cursor = connection.cursor(row_factory=dict_row)
        return cursor.execute(CREATE, [Jsonb(list(jobs))]).fetchall()


def made(rows: list[dict[str, Any]]) -> list[str]:
    assert {row["outcome"] for row in rows} == {"created"}, rows
    return [row["job_id"] for row in rows]


def test_jobs_are_created_in_their_order_as_the_callers(owner: psycopg.Connection, cast: Cast) -> None:
    asset = cast.ana.asset
    first, second = made(
        create(owner, cast.ana, ask(cast.ana, input_asset_id=asset), ask(cast.ana, mode="x"))
    )
    found = owner.execute(
        "select id::text, user_id::text, project_id::text, status, mode, input_asset_id::text"
        " from public.generation_jobs where id = any (%s) order by mode",
        [[first, second]],
    ).fetchall()
    ana, project = cast.ana.id, cast.ana.project
    assert found == [
        (first, ana, project, "queued", "lifestyle", asset),
        (second, ana, project, "queued", "x", None),
    ]
    assert waiting(owner, cast.ana)[1:] == [first, second]
    assert owner.execute("select count(*) from genjobs.job_options").fetchone() == (0,)


def test_one_bad_job_leaves_the_others(owner: psycopg.Connection, cast: Cast) -> None:
    rows = create(
        owner,
        cast.ana,
        ask(cast.ana),
        ask(cast.bob),
        ask(cast.ana, mode="m" * 101),
        ask(cast.ana, project_id="nonsense"),
        ask(cast.ana, input_asset_id=cast.bob.asset),
        7,
        ask(cast.ana),
    )
    assert [row["outcome"] for row in rows] == ["created", *["refused"] * 5, "created"]
    assert [row["code"] for row in rows[1:6]] == ["23503", "23514", "22P02", "23503", "22023"]
    assert all(row["reason"] for row in rows[1:6])
    assert "100 characters" in rows[2]["reason"] + str(rows[2]["hint"])
    assert len(waiting(owner, cast.ana)) == 3


def test_a_key_given_again_finds_the_job_and_says_so(owner: psycopg.Connection, cast: Cast) -> None:
    [job] = made(create(owner, cast.ana, ask(cast.ana, key="shoe 1", priority=2)))
    [again] = create(owner, cast.ana, ask(cast.ana, priority=2, key="shoe 1"))
    assert (again["outcome"], again["job_id"]) == ("existing", job)
    assert len(waiting(owner, cast.ana)) == 2


def test_a_key_twice_in_one_call_creates_one_job(owner: psycopg.Connection, cast: Cast) -> None:
    rows = create(owner, cast.ana, *[ask(cast.ana, key="k")] * 3)
    assert [row["outcome"] for row in rows] == ["created", "existing", "existing"]
    assert len({row["job_id"] for row in rows}) == 1


def test_a_key_with_other_content_is_refused_with_the_difference(
    owner: psycopg.Connection, cast: Cast
) -> None:
    [job] = made(create(owner, cast.ana, ask(cast.ana, key="k", priority=1)))
    [other] = create(owner, cast.ana, ask(cast.ana, key="k", mode="packaging", timeout_seconds=9))
    assert (other["outcome"], other["code"]) == ("refused", "PT409")
    assert other["reason"] == "The key k already belongs to another job."
    assert other["details"] == (
        "mode was lifestyle, now packaging; priority was 1, now left out; timeout_seconds was left out, now 9"
    )
    assert job in other["hint"]


def test_keys_are_each_persons_own(owner: psycopg.Connection, cast: Cast) -> None:
    made(create(owner, cast.ana, ask(cast.ana, key="k")))
    made(create(owner, cast.bob, ask(cast.bob, key="k", mode="x")))


def test_a_refused_job_leaves_its_key_free(owner: psycopg.Connection, cast: Cast) -> None:
    [refused] = create(owner, cast.ana, ask(cast.bob, key="k"))
    assert refused["outcome"] == "refused"
    made(create(owner, cast.ana, ask(cast.ana, key="k")))


def test_a_key_goes_with_its_job(owner: psycopg.Connection, cast: Cast) -> None:
    [job] = made(create(owner, cast.ana, ask(cast.ana, key="k", priority=4)))
    owner.execute("delete from public.generation_jobs where id = %s", [job])
    assert owner.execute("select count(*) from genjobs.job_options").fetchone() == (0,)
    made(create(owner, cast.ana, ask(cast.ana, key="k", mode="x")))


def test_a_key_whose_job_is_deleted_just_then_is_free(owner: psycopg.Connection, cast: Cast) -> None:
    create(owner, cast.ana, ask(cast.ana, key="same"))
    owner.execute(FORGET_ONCE)
    [told] = create(owner, cast.ana, ask(cast.ana, key="same", mode="packaging"))
    assert told["outcome"] == "created"


def test_with_a_hard_budget_calls_that_share_a_key_do_not_wait_in_a_circle(database: Database) -> None:
    """The second call waits for the person's lock; it must not hold the key's lock meanwhile."""
    with (
        database.connect() as first,
        database.connect() as second,
        database.connect() as watcher,
        ThreadPoolExecutor(1) as pool,
    ):
        cast = introduce(first)
        first.execute(
            "insert into public.budgets (user_id, project_id, monthly_cents, is_hard)"
            " values (%s, %s, 1000000, true)",
            [cast.ana.id, cast.ana.project],
        )
        with first.transaction():
            [mine] = made(create(first, cast.ana, ask(cast.ana)))
            waiting = pool.submit(create, second, cast.ana, ask(cast.ana, key="shared"))
            while not watcher.execute(WAITING).rowcount:
                pass
            [shared] = made(create(first, cast.ana, ask(cast.ana, key="shared")))
        [told] = waiting.result()
        assert (told["outcome"], told["job_id"]) == ("existing", shared)
        assert mine != shared


def test_two_calls_with_one_key_create_one_job(database: Database) -> None:
    with database.connect() as setup:
        cast = introduce(setup)

    def call(number: int) -> list[dict[str, Any]]:
        jobs = [ask(cast.ana, key=f"k{at}") for at in range(20)]
        with database.connect() as connection:
            return create(connection, cast.ana, *(jobs if number % 2 else reversed(jobs)))

    with ThreadPoolExecutor(6) as pool:
        answers = [row for rows in pool.map(call, range(6)) for row in rows]
    outcomes = [row["outcome"] for row in answers]
    assert (outcomes.count("created"), outcomes.count("existing")) == (20, 100)
    assert len({row["job_id"] for row in answers}) == 20


def test_keys_are_taken_in_one_order_however_the_person_is_spelled(
    owner: psycopg.Connection, cast: Cast
) -> None:
    """Otherwise two calls could deadlock."""
    ana = cast.ana.id
    spelled = [ana, ana.upper(), f"{{{ana}}}", ana.replace("-", "")]
    keys = ["d", "b", "c", "a"]
    for people in (spelled, spelled[::-1]):
        jobs = [ask(cast.ana, user_id=who, key=key) for who, key in zip(people, keys, strict=True)]
        ids = made(create_as_service(owner, *jobs))
        assert waiting(owner, cast.ana)[-4:] == [ids[keys.index(key)] for key in sorted(keys)]
        keys = [f"{key}2" for key in keys]


def test_the_secret_key_names_each_jobs_person(owner: psycopg.Connection, cast: Cast) -> None:
    rows = create_as_service(owner, ask(cast.bob, user_id=cast.bob.id), ask(cast.bob))
    assert [row["outcome"] for row in rows] == ["created", "refused"]
    assert rows[1]["reason"] == "The job names no owner."
    [own, others] = create(
        owner, cast.ana, ask(cast.ana, user_id=cast.ana.id), ask(cast.bob, user_id=cast.bob.id)
    )
    assert (own["outcome"], others["reason"]) == (
        "created",
        "Only the secret key creates jobs for someone else.",
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"priorty": 1}, "The job has unknown fields: priorty."),
        ({"priority": 101}, "A priority must be from -100 to 100."),
        ({"priority": "high"}, "invalid input syntax"),
        ({"timeout_seconds": 0}, "A job may take 1 to 86400 seconds"),
        ({"max_attempts": 0}, "A job may take 1 to 86400 seconds"),
        ({"key": ""}, "A key must have 1 to 200 characters."),
        ({"not_before": "infinity"}, "not_before must be a finite time."),
        ({"urgent": True}, "Only the secret key can make a job urgent."),
        ({"mode": None}, "A job needs a project and a mode."),
        ({"mode": "a\0b"}, "unsupported Unicode escape sequence"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_words(
    owner: psycopg.Connection, cast: Cast, asked: dict[str, object], said: str
) -> None:
    if "\0" in str(asked.get("mode")):
        with refusal("22P05"):
            create(owner, cast.ana, ask(cast.ana, **asked))
        return
    [row] = create(owner, cast.ana, ask(cast.ana, **asked))
    assert row["outcome"] == "refused"
    assert str(row["reason"]).startswith(said)


def test_no_more_than_a_thousand_at_once(owner: psycopg.Connection, cast: Cast) -> None:
    assert len(made(create(owner, cast.ana, *[ask(cast.ana)] * 1000))) == 1000
    with refusal("22023"):
        create(owner, cast.ana, *[ask(cast.ana)] * 1001)
    with refusal("22023"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(CREATE, [Jsonb({"project_id": cast.ana.project})])


def test_what_a_job_asks_for_is_its_next_attempts_too(owner: psycopg.Connection, cast: Cast) -> None:
    [job] = made(
        create(owner, cast.ana, ask(cast.ana, timeout_seconds=30, priority=5, max_attempts=1, mode="x"))
    )
    [held] = claim(owner, modes=["x"])
    assert (held["id"], held["timeout_seconds"], held["attempt"]) == (job, 30, 1)
    owner.execute(
        "select public.transition_job_status(%s, 'failed')",
        [job],
    )
    owner.execute("update public.generation_jobs set status = 'failed' where id = %s", [job])
    with acting(owner, "service_role"):
        row = owner.execute("select public.retry_generation_job(%s)::text", [job]).fetchone()
    assert row
    assert owner.execute(OPTIONS, [row[0]]).fetchone() == (30, 5, 1, False)
    [again] = claim(owner, modes=["x"])
    assert (again["id"], again["timeout_seconds"], again["attempt"]) == (row[0], 30, 2)


def test_a_priority_orders_a_persons_own_jobs_and_gives_them_no_turn_of_others(
    owner: psycopg.Connection, cast: Cast
) -> None:
    a, b = made(create(owner, cast.ana, ask(cast.ana), ask(cast.ana)))
    others = made(create(owner, cast.bob, *[ask(cast.bob)] * 3))
    before = owner.execute("select array_agg(turn order by turn) from genjobs.job_queue").fetchone()
    [high] = made(create(owner, cast.ana, ask(cast.ana, priority=10)))
    [low, higher, same] = made(
        create(
            owner,
            cast.ana,
            ask(cast.ana, priority=-1),
            ask(cast.ana, priority=11),
            ask(cast.ana, priority=10),
        )
    )
    assert waiting(owner, cast.ana) == [higher, high, same, cast.ana.jobs["queued"], a, b, low]
    assert waiting(owner, cast.bob) == [cast.bob.jobs["queued"], *others]
    after = owner.execute("select array_agg(turn order by turn) from genjobs.job_queue").fetchone()
    assert before
    assert after
    taken = list(after[0])
    for turn in before[0]:
        taken.remove(turn)
    assert min(taken) > max(before[0]) - 2, "the new jobs stand at the end, where the person's last stood"
    assert [job["id"] for job in claim(owner, 2, projects=[cast.ana.project])] == [higher, high]
    assert flaws(owner) == []


def test_a_priority_takes_no_job_that_goes_first_anyway_from_a_claim(database: Database) -> None:
    with database.connect() as owner, database.connect() as worker:
        cast = introduce(owner)
        [first] = made(create(owner, cast.ana, ask(cast.ana, priority=1)))
        with owner.transaction():
            made(create(owner, cast.ana, ask(cast.ana, priority=1)))
            assert [job["id"] for job in claim(worker, 1, projects=[cast.ana.project])] == [first]


def test_many_jobs_with_a_priority_find_their_places_together(database: Database) -> None:
    """The places are computed once a call; once a job would take minutes."""
    with database.connect() as owner:
        ana = introduce(owner).ana
        owner.execute(MANY, [ana.id, ana.project, 3000])
        owner.execute("set statement_timeout = '25s'")
        high = made(create(owner, ana, *[ask(ana, priority=1)] * 300))
        assert waiting(owner, ana)[:300] == high


def test_an_urgent_job_comes_before_everybodys(owner: psycopg.Connection, cast: Cast) -> None:
    made(create(owner, cast.ana, *[ask(cast.ana)] * 30))
    claim(owner, 15)
    [urgent] = made(create_as_service(owner, ask(cast.bob, user_id=cast.bob.id, urgent=True)))
    assert [job["id"] for job in claim(owner, 1)] == [urgent]
    without(owner, "genjobs.place_jobs", "set turn = -1", "set turn = queued.turn")
    [usual] = made(create_as_service(owner, ask(cast.bob, user_id=cast.bob.id, urgent=True)))
    assert [job["id"] for job in claim(owner, 1)] != [usual]


def test_while_an_urgent_job_waits_the_turns_of_others_go_on(owner: psycopg.Connection, cast: Cast) -> None:
    made(create(owner, cast.ana, *[ask(cast.ana)] * 20))
    claim(owner, 15, modes=["lifestyle"])
    made(create_as_service(owner, ask(cast.bob, user_id=cast.bob.id, urgent=True, mode="x")))
    [late] = made(create(owner, cast.bob, ask(cast.bob)))
    turns = owner.execute(
        "select (select turn from genjobs.job_queue where job_id = %s),"
        " (select max(turn) from genjobs.reached_turns)",
        [late],
    ).fetchone()
    assert turns
    assert turns[0] > turns[1] > 0


def test_a_job_waits_until_it_is_due(owner: psycopg.Connection, cast: Cast) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    [job, past] = made(
        create(
            owner,
            cast.ana,
            ask(cast.ana, not_before=soon.isoformat(), mode="x", priority=1),
            ask(cast.ana, not_before="2020-01-01T00:00:00Z", mode="x"),
        )
    )
    claimed = [held["id"] for held in claim(owner, projects=[cast.ana.project])]
    assert claimed == [cast.ana.jobs["queued"], past]
    insert(owner, cast.ana)
    owner.execute("update genjobs.job_delays set due_at = now() - interval '1 second'")
    first = claim(owner, 1, projects=[cast.ana.project])
    assert [held["id"] for held in first] == [job], "its priority counts once it is due"
    assert flaws(owner) == []


def test_nobody_creates_without_being_signed_in(owner: psycopg.Connection, cast: Cast) -> None:
    with refusal("42501"), acting(owner, "anon"):
        owner.execute(CREATE, [Jsonb([ask(cast.ana)])])


def test_a_hard_budget_refuses_the_job_that_is_beyond_it(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(
        "insert into public.budgets (user_id, project_id, monthly_cents, is_hard) values (%s, %s, 1, true)",
        [cast.ana.id, cast.ana.project],
    )
    [row] = create(owner, cast.ana, ask(cast.ana, key=new_id()))
    assert (row["outcome"], row["code"]) == ("refused", "PT402")
    assert row["reason"]
