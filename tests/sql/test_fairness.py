"""Whose turn it is: nobody waits for all jobs of somebody else, whatever modes and projects workers serve."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext

import psycopg
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Cast, Person, acting, add_project, add_user, introduce, new_id
from tests.sql.test_job_queue import insert
from tests.sql.workers import MANY, Job, claim, finish

MODES = ("lifestyle", "packaging", "product")
STEP = st.one_of(
    st.tuples(st.just("queue"), st.integers(0, 2), st.sampled_from(MODES), st.integers(1, 6)),
    st.tuples(st.just("delete"), st.just(2), st.sampled_from(MODES), st.just(0)),
    st.tuples(st.just("claim"), st.just(0), st.just(""), st.integers(1, 4)),
)
Step = tuple[str, int, str, int]
NOTING = "perform genjobs.note_reached(picked, p_modes, p_project_ids)"
NO_WAITING = {
    " skip locked": ("", True),
    "pg_try_advisory_xact_lock(": ("true or pg_try_advisory_xact_lock(", False),
}
"""Rules against waiting: what to put in place of each, and whether it matters if a note exists, or if not."""
LEAVE_LAST = """
delete from public.generation_jobs where user_id = %s and mode = %s and status = 'queued' and id <> (
    select job_id from genjobs.job_queue where user_id = %s order by turn desc limit 1
)
"""


def pass_time(connection: psycopg.Connection) -> None:
    """Claims note the turn that they have reached once a second."""
    connection.execute("update genjobs.reached_turns set noted_at = noted_at - interval '1 second'")


def queue(connection: psycopg.Connection, person: Person, number: int, mode: str = "lifestyle") -> None:
    connection.execute(
        "insert into public.generation_jobs (user_id, project_id, mode)"
        " select %s, %s, %s from generate_series(1, %s)",
        [person.id, person.project, mode, number],
    )


def jobs_of(person: Person, claimed: list[Job]) -> int:
    return sum(str(job["user_id"]) == person.id for job in claimed)


def begins_as(
    connection: psycopg.Connection,
    job: str,
    modes: list[str] | None = None,
    projects: list[str] | None = None,
) -> int:
    """How many jobs are claimed until this one is; each is finished before the next."""
    for place in range(1, 1000):
        claimed = claim(connection, 1, modes, projects)
        finish(connection, claimed)
        if claimed[0]["id"] == job:
            return place
    raise AssertionError("the job was never claimed")


def limit_mode(connection: psycopg.Connection, mode: str, running: int) -> None:
    with acting(connection, "service_role"):
        connection.execute("select public.limit_generation_mode(%s, %s)", [mode, running])


@pytest.fixture
def pair(owner: psycopg.Connection, cast: Cast) -> tuple[Person, Person]:
    """Two people without jobs."""
    owner.execute("delete from public.generation_jobs")
    return cast.ana, cast.bob


def test_one_persons_thousand_do_not_keep_anothers_three_waiting(
    owner: psycopg.Connection, cast: Cast
) -> None:
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 1000])
    for _ in range(2):
        insert(owner, cast.bob)
    assert jobs_of(cast.bob, claim(owner, 8)) == 3


def test_a_newcomer_begins_with_the_turn_that_is_served(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("delete from public.generation_jobs where user_id = %s", [cast.bob.id])
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 1000])
    claim(owner, 500)
    for _ in range(100):
        insert(owner, cast.bob)
    assert 49 <= jobs_of(cast.bob, claim(owner, 100)) <= 51


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
        pass_time(owner)
        insert(owner, introduce_one(owner) if newcomers else cast.bob)
    assert given[cast.ana.id] >= 8


def introduce_one(connection: psycopg.Connection) -> Person:
    user = new_id()
    add_user(connection, user)
    return Person(user, add_project(connection, user), "", {})


@pytest.mark.parametrize("rule", [True, False])
def test_a_mode_that_nobody_takes_does_not_put_newcomers_of_others_in_front(
    owner: psycopg.Connection, cast: Cast, rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.claim_jobs", NOTING, "null")
    insert(owner, cast.bob, "unheard of")
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 100])
    claim(owner, 50, ["lifestyle"])
    for _ in range(10):
        insert(owner, cast.bob)
    assert (jobs_of(cast.ana, claim(owner, 10, ["lifestyle"])) >= 4) is rule


@pytest.mark.parametrize("deleted", [0, 300])
def test_a_last_job_of_another_mode_keeps_nobody_waiting(
    owner: psycopg.Connection, pair: tuple[Person, Person], deleted: int
) -> None:
    """The only waiting job of its mode is the last of a person's 200, or of 500 of which 300 were deleted."""
    ana, bob = pair
    queue(owner, ana, 200, "packaging")
    queue(owner, ana, deleted)
    owner.execute("delete from public.generation_jobs where mode = 'lifestyle'")
    insert(owner, ana)
    for _ in range(3):
        assert begins_as(owner, insert(owner, bob)) <= 3
        pass_time(owner)


@pytest.mark.parametrize("rule", [True, False])
def test_a_mode_does_not_wait_for_the_turns_of_another(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    """Each mode has workers of its own, and those of one have reached a far higher turn."""
    if not rule:
        without(owner, "genjobs.reached_by", "genjobs.pool(asked.mode,", "genjobs.pool(null,")
    ana, bob = pair
    queue(owner, ana, 150, "packaging")
    queue(owner, ana, 150)
    claim(owner, 2, ["packaging"])
    pass_time(owner)
    claim(owner, 148, ["lifestyle"])
    newcomers = [insert(owner, bob, mode) for mode in ("packaging", "lifestyle")]
    assert (begins_as(owner, newcomers[0], ["packaging"]) <= 3) is rule
    assert begins_as(owner, newcomers[1], ["lifestyle"]) <= 3


@pytest.mark.parametrize("rule", [True, False])
def test_workers_of_several_modes_reach_the_same_turn_in_all(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    """Jobs of a mode that none of them has claimed yet do not come before all others of theirs."""
    if not rule:
        without(owner, "genjobs.reached_by", "<= 100", "<= 0")
    ana, bob = pair
    insert(owner, bob, "unheard of")
    queue(owner, ana, 100)
    claim(owner, 50, ["lifestyle", "packaging"])
    queue(owner, bob, 40, "packaging")
    assert (jobs_of(ana, claim(owner, 20, ["lifestyle", "packaging"])) >= 9) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_a_project_does_not_wait_for_the_turns_of_another(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.reached_by", "project.id as", "null::uuid as")
    ana, bob = pair
    queue(owner, ana, 150)
    other = Person(ana.id, add_project(owner, ana.id), "", {})
    queue(owner, other, 150)
    claim(owner, 150, None, [other.project])
    newcomer = insert(owner, bob)
    assert (begins_as(owner, newcomer, None, [ana.project, bob.project]) <= 3) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_a_mode_at_its_limit_does_not_wait_for_the_turns_of_others(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.reached_by", "limits.max_running is not null", "false")
    ana, bob = pair
    queue(owner, ana, 50)
    queue(owner, ana, 5, "packaging")
    limit_mode(owner, "lifestyle", 1)
    first, *_ = claimed = claim(owner, 6)
    assert [job["mode"] for job in claimed] == ["lifestyle", *["packaging"] * 5]
    finish(owner, [first])
    assert (begins_as(owner, insert(owner, bob)) <= 2) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_who_changes_the_mode_of_waiting_jobs_comes_before_nobody(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.follow_change", "queued.turn between 0 and", "queued.turn between 1 and 0 *")
    ana, bob = pair
    queue(owner, bob, 100, "unheard of")
    queue(owner, ana, 100)
    claim(owner, 50, ["lifestyle"])
    owner.execute("update public.generation_jobs set mode = 'lifestyle' where mode <> 'lifestyle'")
    assert (jobs_of(ana, claim(owner, 20, ["lifestyle"])) >= 9) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_modes_without_a_limit_share_their_turns_where_another_has_one(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    """Jobs of a new mode come behind no turn of the full mode, and before no turn of the others."""
    if not rule:
        without(owner, "genjobs.reached_by", "<= 100", "<= 0")
    ana, bob = pair
    limit_mode(owner, "video", 1)
    queue(owner, introduce_one(owner), 20, "video")
    queue(owner, bob, 50)
    claim(owner, 50)
    queue(owner, ana, 30, "packaging")
    queue(owner, bob, 30)
    assert (jobs_of(bob, claim(owner, 10)) >= 4) is rule


@pytest.mark.parametrize("delayed", [True, False])
@pytest.mark.parametrize("rule", [True, False])
def test_jobs_of_one_statement_start_where_each_of_their_modes_is(
    owner: psycopg.Connection, pair: tuple[Person, Person], delayed: bool, rule: bool
) -> None:
    """A job of a mode that is far behind takes none of the others with it, and waits for none of them."""
    if not rule:
        function = "genjobs.queue_jobs" if delayed else "genjobs.record_new_jobs"
        without(owner, function, "max(placed.first_turn", "first_value(placed.first_turn")
    ana, bob = pair
    queue(owner, ana, 3, "aaa")
    queue(owner, bob, 60)
    claim(owner, 50, ["lifestyle"])
    rows = owner.execute(
        "insert into public.generation_jobs (user_id, project_id, mode)"
        " select %s, %s, mode from unnest(array_fill('lifestyle'::text, array[30]) || '{aaa}') as mode"
        " returning id",
        [ana.id, ana.project],
    ).fetchall()
    if delayed:
        jobs = [job for (job,) in rows]
        owner.execute("delete from genjobs.job_queue where job_id = any (%s)", [jobs])
        owner.execute("select genjobs.queue_jobs(%s)", [jobs])
    turns = owner.execute(
        "select mode, count(distinct turn) from genjobs.job_queue where user_id = %s group by mode",
        [ana.id],
    ).fetchall()
    assert dict(turns) == {"aaa": 4, "lifestyle": 30}
    assert (jobs_of(bob, claim(owner, 10, ["lifestyle"])) >= 4) is rule
    assert begins_as(owner, insert(owner, introduce_one(owner), "aaa"), ["aaa"]) <= 3


@pytest.mark.parametrize("rule", [True, False])
def test_a_priority_takes_no_place_where_the_workers_have_not_come_yet(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.prioritise", "partition by kinds.reached", "")
        without(owner, "genjobs.prioritise", "places.reached = ranked.reached and", "")
    ana, bob = pair
    queue(owner, ana, 20, "unheard of")
    queue(owner, bob, 60)
    claim(owner, 50, ["lifestyle"])
    wanted = [{"project_id": ana.project, "mode": "lifestyle", "priority": 1}] * 20
    with acting(owner, "authenticated", ana.id):
        owner.execute("select public.create_generation_jobs(%s)", [Jsonb(wanted)])
    assert (jobs_of(bob, claim(owner, 10, ["lifestyle"])) >= 4) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_who_was_held_back_by_a_limit_adds_no_jobs_to_the_turns_that_passed(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.next_turn", "own_turn >= greatest(", "own_turn >= least(")
    ana, bob = pair
    queue(owner, ana, 3)
    with acting(owner, "service_role"):
        owner.execute("select public.limit_generation_person(%s, 2)", [ana.id])
    mine = claim(owner, 2)
    queue(owner, bob, 50)
    pass_time(owner)
    claim(owner, 50)
    queue(owner, bob, 20)
    queue(owner, ana, 20)
    finish(owner, mine)
    with acting(owner, "service_role"):
        owner.execute("select public.limit_generation_person(%s, null)", [ana.id])
    assert (jobs_of(bob, claim(owner, 11)) >= 4) is rule


@pytest.mark.parametrize("has_limit", [True, False])
@pytest.mark.parametrize("rule", [True, False])
def test_turns_of_workers_that_are_gone_do_not_count_where_others_work(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool, has_limit: bool
) -> None:
    """A worker of one project came far by the last job of a person who has many elsewhere."""
    if not rule:
        without(owner, "genjobs.first_turn", "'1 minute'", "'1 year'")
    ana, bob = pair
    if has_limit:
        limit_mode(owner, "lifestyle", 1000)
    queue(owner, ana, 100)
    insert(owner, bob)
    owner.execute("update genjobs.job_queue set turn = 100 + turn where user_id = %s", [bob.id])
    claim(owner, 1, ["lifestyle"], [bob.project])
    owner.execute("update genjobs.reached_turns set noted_at = now() - interval '2 minutes'")
    claim(owner, 1)
    assert (begins_as(owner, insert(owner, bob)) <= 3) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_turns_that_did_not_count_do_not_come_back(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.note_reached", "'1 minute'", "'1 year'")
    ana, bob = pair
    queue(owner, ana, 60)
    claim(owner, 60, ["lifestyle"])
    owner.execute("update genjobs.reached_turns set noted_at = now() - interval '2 minutes'")
    queue(owner, ana, 2, "packaging")
    owner.execute("update genjobs.job_queue set turn = 1")
    claim(owner, 1)
    queue(owner, ana, 50)
    claim(owner, 1, ["lifestyle"])
    assert (begins_as(owner, insert(owner, bob), ["lifestyle"]) <= 3) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_a_claim_of_many_modes_notes_those_that_it_found(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.reached_by", "<= 100", "<= 1000")
    ana, _ = pair
    queue(owner, ana, 3)
    claim(owner, 2, ["lifestyle", *map(str, range(100))])
    noted = owner.execute("select pool from genjobs.reached_turns").fetchall()
    assert (noted == [("* =lifestyle",)]) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_an_urgent_job_stays_urgent_in_another_mode(
    owner: psycopg.Connection, pair: tuple[Person, Person], rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.follow_change", "queued.turn between 0 and", "queued.turn between -1 and")
    ana, bob = pair
    urgent = insert(owner, ana)
    owner.execute("update genjobs.job_queue set turn = -1")
    queue(owner, bob, 5)
    claim(owner, 2, ["lifestyle"], [bob.project])
    owner.execute("update public.generation_jobs set mode = 'product' where id = %s", [urgent])
    assert (begins_as(owner, urgent) == 1) is rule


@pytest.mark.parametrize("rule", [None, *NO_WAITING])
@pytest.mark.parametrize("is_noted", [True, False])
def test_claims_do_not_wait_for_each_other_to_note_their_turn(
    database: Database, rule: str | None, is_noted: bool
) -> None:
    """One adds the first note, or changes it, and has not committed yet."""
    waits = rule is not None and is_noted is NO_WAITING[rule][1]
    with database.connect() as one, database.connect() as other:
        ana = introduce(one).ana
        one.execute(MANY, [ana.id, ana.project, 10])
        if rule:
            without(one, "genjobs.note_reached", rule, NO_WAITING[rule][0])
        if is_noted:
            claim(one, 1)
            pass_time(one)
        other.execute("set statement_timeout = '2s'")
        with one.transaction():
            claim(one, 2)
            with pytest.raises(psycopg.errors.QueryCanceled) if waits else nullcontext():
                assert len(claim(other, 2)) == 2


class Turns:
    """Counts the jobs of each person that were begun while each other person was waiting."""

    def __init__(self, people: list[str]) -> None:
        self.waiting = dict.fromkeys(people, 0)
        self.leads = {(ahead, behind): 0 for ahead in people for behind in people if ahead != behind}

    def begin(self, person: str) -> None:
        assert self.waiting[person]
        for ahead, behind in self.leads:
            if person == behind:
                self.leads[ahead, behind] = max(0, self.leads[ahead, behind] - 1)
            elif person == ahead and self.waiting[behind]:
                self.leads[ahead, behind] += 1
        self.waiting[person] -= 1
        self.forget()

    def forget(self) -> None:
        for ahead, behind in self.leads:
            if not self.waiting[behind]:
                self.leads[ahead, behind] = 0


def play(
    connection: psycopg.Connection, people: list[Person], steps: list[Step], modes: list[str] | None
) -> None:
    """While somebody waits who deletes no job, nobody else begins more than two jobs more than they do."""
    turns = Turns([person.id for person in people])
    for what, who, mode, number in steps:
        person = people[who]
        if what == "queue":
            queue(connection, person, number, mode)
            turns.waiting[person.id] += number
        elif what == "delete":
            turns.waiting[person.id] -= connection.execute(LEAVE_LAST, [person.id, mode, person.id]).rowcount
            turns.forget()
        else:
            for job in claim(connection, number, modes):
                turns.begin(str(job["user_id"]))
                for (ahead, behind), lead in turns.leads.items():
                    assert behind == people[2].id or lead <= 2, (ahead, behind, lead)
            pass_time(connection)


def check_turns(
    connection: psycopg.Connection,
    people: list[Person],
    modes: list[str] | None,
    examples: int,
    *phases: Phase,
) -> None:
    @settings(max_examples=examples, deadline=None, database=None, phases=phases or tuple(Phase))
    @given(st.lists(STEP, min_size=10, max_size=60))
    def check(steps: list[Step]) -> None:
        with connection.transaction(force_rollback=True):
            play(connection, people, steps, modes)

    check()


@pytest.mark.parametrize("modes", [None, list(MODES)])
def test_nobody_begins_two_jobs_more_than_who_waits(
    owner: psycopg.Connection, pair: tuple[Person, Person], modes: list[str] | None
) -> None:
    check_turns(owner, [*pair, introduce_one(owner)], modes, 40)


@pytest.mark.parametrize(
    ("function", "rule", "instead"),
    [
        ("genjobs.next_turn", "max(queued.turn)", "min(queued.turn)"),
        ("genjobs.first_turn", "(select min(queued.turn)", "(select max(queued.turn)"),
    ],
)
def test_that_notices_a_rule_that_is_gone(
    owner: psycopg.Connection, pair: tuple[Person, Person], function: str, rule: str, instead: str
) -> None:
    without(owner, function, rule, instead)
    with pytest.raises(AssertionError):
        check_turns(owner, [*pair, introduce_one(owner)], None, 500, Phase.generate)
