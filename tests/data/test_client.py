"""Jobs from people's own code, over a real API: creating, reading, cancelling and retrying."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from genjobs import Client, errors
from genjobs.client import Created, Event, NewJob, Refused
from genjobs.data.budgets import save_budget
from genjobs.data.transport.answers import rows
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from tests.data.clients import KINDS, Ask, asking, losing_answers, token_of
from tests.data.people import Person, owner, service

NOBODYS = "8a6e0804-2bd0-4672-b79d-d97027f9071a"


@pytest.fixture(params=KINDS)
def ask(request: pytest.FixtureRequest, stack: StackInfo, ana: Person) -> Ask:
    return asking(stack, request.param, ana)


@pytest.fixture
def project(ana: Person) -> str:
    return ana.project().id


def job(project: str, **more: object) -> NewJob:
    return NewJob(**{"project_id": project, "mode": "lifestyle", **more})  # type: ignore[arg-type]


def test_a_job_is_created_read_cancelled_and_tried_again(ask: Ask, project: str) -> None:
    due = datetime.now(UTC) + timedelta(hours=1)
    made = ask("create", job(project, priority=3, not_before=due, timeout_seconds=60, max_attempts=2))
    told = ask("get", made.job_id)
    assert (made.is_new, told.job.status, told.priority, told.due_at) == (True, Status.QUEUED, 3, due)
    assert (told.timeout_seconds, told.attempt, told.attempts_allowed) == (60, 1, 2)
    assert ask("cancel", made.job_id, reason="wrong picture") is True
    assert ask("cancel", made.job_id) is False
    second = ask("retry", made.job_id)
    told = ask("get", made.job_id)
    assert (told.job.error, told.ending, told.newest_job_id) == ("wrong picture", "cancelled", second)
    assert (told.newest_status, ask("get", second).attempt) == (Status.QUEUED, 1), (
        "cancelled ones do not count"
    )
    assert [one.id for one in ask("list", project_id=project)] == [second, made.job_id]
    assert [one.id for one in ask("list", status="failed", limit=1)] == [made.job_id]
    assert ask("create_many", []) == []


def test_a_key_given_again_gives_the_job_and_says_so(ask: Ask, project: str) -> None:
    due = datetime(2030, 1, 1, tzinfo=UTC)
    first = ask("create", job(project, key="shoe 1", not_before=due))
    other_zone = due.astimezone(timezone(timedelta(hours=2)))
    again = ask("create", job(project.upper(), key="shoe 1", not_before=other_zone, priority=0))
    assert again == Created(first.job_id, is_new=False)


def test_a_key_for_another_job_is_a_conflict_with_the_difference(ask: Ask, project: str) -> None:
    first = ask("create", job(project, key="shoe 1"))
    with pytest.raises(errors.Conflict) as caught:
        ask("create", job(project, key="shoe 1", mode="packaging"))
    assert caught.value.message == (
        "Could not create the job: the key shoe 1 already belongs to another job:"
        " mode was lifestyle, now packaging."
    )
    assert first.job_id in caught.value.hint


def test_each_of_many_jobs_is_created_for_itself(ask: Ask, project: str) -> None:
    good, foreign, vague, same = ask(
        "create_many",
        [job(project, key="a"), job(NOBODYS), job(project, priority=101), job(project, key="a")],
    )
    assert (good.is_new, same) == (True, Created(good.job_id, is_new=False))
    assert isinstance(foreign, Refused)
    assert isinstance(foreign.error, errors.NotFound)
    assert isinstance(vague.error, errors.InvalidInput)
    assert vague.error.message == "Could not create the job: a priority must be from -100 to 100."
    assert "the default is 0" in vague.error.hint


def test_more_than_a_thousand_go_in_several_requests_in_their_order(ask: Ask, project: str) -> None:
    made = ask("create_many", [job(project, key=f"k{at}") for at in range(1003)])
    assert [one.is_new for one in made] == [True] * 1003
    again = ask("create", job(project, key="k1002"))
    assert again.job_id == made[1002].job_id
    assert len(ask("list", limit=2000)) == 1003


@pytest.mark.parametrize("method", ["get", "cancel", "retry", "wait", "watch"])
def test_what_is_not_there_is_not_found(ask: Ask, bob: Person, method: str) -> None:
    for one in (NOBODYS, bob.job(bob.project()).id):
        with pytest.raises(errors.NotFound, match=one):
            ask(method, one)
    with pytest.raises(errors.InvalidInput, match="job_id cannot be"):
        ask(method, "shoe")


def test_only_what_has_failed_is_tried_again(ask: Ask, project: str) -> None:
    made = ask("create", job(project))
    with pytest.raises(errors.Conflict, match=f"its newest attempt {made.job_id} is queued"):
        ask("retry", made.job_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"project_id": "shoe"},
        {"mode": ""},
        {"mode": "a\0b"},
        {"key": "a\0b"},
        {"not_before": datetime(2030, 1, 1)},
    ],
)
def test_what_cannot_be_sent_is_refused_before(ask: Ask, project: str, wrong: dict[str, object]) -> None:
    [field] = wrong
    with pytest.raises(errors.InvalidInput, match=f"{field} cannot be"):
        ask("create", job(project, **wrong))


def test_a_hard_budget_is_over_budget(stack: StackInfo, ana: Person) -> None:
    made = ana.project()
    ana.job(made, cost_cents=100)
    save_budget(
        ana.client,
        user_id=ana.user_id,
        project_id=made.id,
        monthly_cents=1,
        warn_percent=80,
        time_zone="UTC",
        is_hard=True,
        expected=None,
    )
    with pytest.raises(errors.OverBudget) as caught:
        asking(stack, "blocking", ana)("create", job(made.id))
    assert caught.value.hint


def test_a_person_creates_nothing_urgent_and_nothing_for_others(
    stack: StackInfo, ana: Person, bob: Person, project: str
) -> None:
    ask = asking(stack, "blocking", ana)
    with pytest.raises(errors.InvalidInput, match="only the secret key can make a job urgent"):
        ask("create", job(project, urgent=True))
    with pytest.raises(errors.InvalidInput, match="only the secret key creates jobs for someone else"):
        ask("create", job(project, user_id=bob.user_id))


def test_the_secret_key_creates_and_lists_for_a_named_person(
    stack: StackInfo, ana: Person, bob: Person, project: str
) -> None:
    with Client(stack.url, stack.secret_key, user_id=ana.user_id) as client:
        made = client.create(job(project, urgent=True))
        assert client.get(made.job_id).urgent
        others = client.create(job(bob.project().id, user_id=bob.user_id))
        assert [one.id for one in client.list()] == [made.job_id]
        assert client.get(others.job_id).job.user_id == bob.user_id
    with (
        Client(stack.url, stack.secret_key) as client,
        pytest.raises(errors.InvalidInput, match="names no owner"),
    ):
        client.create(job(project))


def test_a_function_gives_a_fresh_token_before_each_request(stack: StackInfo, ana: Person) -> None:
    tokens = ["not.a.token", token_of(ana)]
    with Client(stack.url, stack.publishable_key, token=lambda: tokens.pop(0)) as client:
        with pytest.raises(errors.NotSignedIn) as caught:
            client.list()
        assert "a function that returns one" in caught.value.hint
        assert client.list() == []


def test_a_database_that_is_behind_says_what_to_run(stack: StackInfo, ana: Person) -> None:
    with owner(stack) as connection:
        connection.execute("alter function public.get_generation_job_details(uuid[]) rename to elsewhere")
        try:
            with pytest.raises(errors.SchemaBehind) as caught:
                asking(stack, "blocking", ana)("wait", NOBODYS)
        finally:
            connection.execute("alter function public.elsewhere(uuid[]) rename to get_generation_job_details")
    assert "genjobs migrate" in caught.value.hint


@pytest.mark.parametrize("kind", KINDS)
def test_with_a_key_a_lost_answer_makes_no_second_job(
    stack: StackInfo, ana: Person, project: str, kind: str
) -> None:
    with losing_answers(stack, 2) as url:
        made = asking(stack, kind, ana, url)("create", job(project, key="k"))
    assert not made.is_new, "the job is that of the first request"
    assert [one.id for one in asking(stack, kind, ana)("list")] == [made.job_id]


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_key_a_lost_answer_is_told_and_nothing_sent_again(
    stack: StackInfo, ana: Person, project: str, kind: str
) -> None:
    with losing_answers(stack, 1) as url, pytest.raises(errors.TimedOut, match="not known"):
        asking(stack, kind, ana, url)("create", job(project))
    assert len(asking(stack, kind, ana)("list")) == 1


def test_a_cancellation_whose_answer_was_lost_is_one(stack: StackInfo, ana: Person, project: str) -> None:
    ask = asking(stack, "blocking", ana)
    made = ask("create", job(project))
    with losing_answers(stack, 1) as url:
        assert asking(stack, "blocking", ana, url)("cancel", made.job_id) is True
    assert ask("get", made.job_id).ending == "cancelled"


def test_progress_is_told_while_a_worker_holds_the_job(ask: Ask, stack: StackInfo, project: str) -> None:
    made = ask("create", job(project))
    claim = {"p_worker_id": NOBODYS, "p_limit": 1, "p_lease_seconds": 60, "p_project_ids": [project]}
    [held] = rows(service(stack).rpc("claim_generation_jobs", claim).execute())
    beat = {"p_worker_id": NOBODYS, "p_lease_seconds": 60, "p_job_ids": [made.job_id]}
    beat |= {"p_lease_tokens": [held["lease_token"]], "p_percents": [40], "p_messages": ["Upscaling"]}
    service(stack).rpc("heartbeat_generation_workers", beat).execute()
    told = ask("get", made.job_id)
    assert (told.held, told.percent, told.progress) == (True, 40, "Upscaling")
    with owner(stack) as connection:
        connection.execute("delete from public.generation_jobs where id = %s", [made.job_id])


def test_watching_tells_what_was_before_then_ends_with_the_job(ask: Ask, project: str) -> None:
    made = ask("create", job(project))
    ask("cancel", made.job_id)
    created, running, failed = ask("watch", made.job_id)  # and nothing that the log notes for totals alone
    assert [one.new_status for one in (created, running, failed)] == ["queued", "running", "failed"]
    assert isinstance(failed, Event)
    assert (failed.asked_job_id, failed.job_id, failed.error) == (made.job_id, made.job_id, "Cancelled.")
    with pytest.raises(errors.TimedOut, match="1 of 1 jobs had not ended"):
        ask("watch", ask("create", job(project)).job_id, timeout=0.2)


def test_when_the_newest_attempt_is_deleted_the_one_before_is(
    ask: Ask, stack: StackInfo, project: str
) -> None:
    made = ask("create", job(project))
    ask("cancel", made.job_id)
    second = ask("retry", made.job_id)
    with owner(stack) as connection:
        connection.execute("delete from public.generation_jobs where id = %s", [second])
    outcome = ask("wait", made.job_id, timeout=5)
    assert (outcome.newest_job_id, outcome.succeeded, outcome.ending) == (made.job_id, False, "cancelled")
