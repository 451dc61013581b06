from __future__ import annotations

import pytest

from genjobs.data import budgets, jobs
from genjobs.domain.budgets import Level
from genjobs.domain.errors import InvalidInput, NotFound, OverBudget
from genjobs.local.stack import StackInfo
from tests.data.people import Person, newcomer


@pytest.fixture
def eve(stack: StackInfo) -> Person:
    """Someone of the test's own, with nothing spent."""
    return newcomer(stack)


def save(
    person: Person,
    project_id: str | None = None,
    *,
    cents: int = 500,
    warn_percent: int = 80,
    time_zone: str = "Europe/Berlin",
    is_hard: bool = False,
) -> None:
    budgets.save_budget(
        person.client,
        user_id=person.user_id,
        project_id=project_id,
        monthly_cents=cents,
        warn_percent=warn_percent,
        time_zone=time_zone,
        is_hard=is_hard,
    )


def test_a_budget_is_set_changed_read_and_lifted(eve: Person) -> None:
    project = eve.project()
    save(eve, project.id)
    save(eve)
    save(eve, cents=120, time_zone="Asia/Kolkata", warn_percent=50)
    eve.job(project)
    own, of_project = budgets.read_budgets(eve.client)
    assert (own.project_id, own.monthly_cents, own.time_zone) == (None, 120, "Asia/Kolkata")
    assert (own.spent_cents, own.open_cents, own.level) == (100, 100, Level.WARNING)
    assert (of_project.name, of_project.monthly_cents) == (project.name, 500)
    budgets.delete_budget(eve.client, own.id)
    assert budgets.read_budgets(eve.client) == [of_project]
    with pytest.raises(NotFound):
        budgets.delete_budget(eve.client, own.id)


def test_a_job_beyond_a_hard_limit_is_refused_in_money_and_nothing_is_lost(eve: Person) -> None:
    project = eve.project()
    save(eve, cents=123_456, is_hard=True)
    eve.job(project, cost_cents=123_456)
    with pytest.raises(OverBudget) as met:
        eve.job(project, cost_cents=5)
    assert met.value.code == "PT402"
    assert "the monthly budget of all jobs, with $1,234.61 of $1,234.56 spent in " in met.value.message
    assert "Raise the budget" in met.value.hint
    assert len(jobs.list_jobs(eve.client)) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"cents": 0}, {"cents": 2**31}, {"warn_percent": 0}, {"warn_percent": 101}, {"time_zone": "Mars"}],
)
def test_a_budget_that_makes_no_sense_is_refused(eve: Person, wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        save(eve, **wrong)  # type: ignore[arg-type]
    assert budgets.read_budgets(eve.client) == []


def test_nobody_sets_reads_or_lifts_anothers(eve: Person, bob: Person) -> None:
    save(eve)
    with pytest.raises(NotFound):
        save(bob, eve.project().id)
    assert budgets.read_budgets(bob.client) == []
    with pytest.raises(NotFound):
        budgets.delete_budget(bob.client, budgets.read_budgets(eve.client)[0].id)
