from __future__ import annotations

from typing import Any

import pytest

from genjobs.data import budgets, jobs
from genjobs.domain.budgets import Budget, Level
from genjobs.domain.errors import Conflict, InvalidInput, NotFound, OverBudget
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
    expected: Budget | None = None,
) -> None:
    budgets.save_budget(
        person.client,
        user_id=person.user_id,
        project_id=project_id,
        monthly_cents=cents,
        warn_percent=warn_percent,
        time_zone=time_zone,
        is_hard=is_hard,
        expected=expected,
    )


def test_a_budget_is_set_changed_read_and_lifted(eve: Person) -> None:
    project = eve.project()
    save(eve, project.id)
    save(eve)
    save(
        eve,
        cents=120,
        time_zone="Asia/Kolkata",
        warn_percent=50,
        expected=budgets.read_budgets(eve.client)[0],
    )
    eve.job(project)
    own, of_project = budgets.read_budgets(eve.client)
    assert (own.project_id, own.monthly_cents, own.time_zone) == (None, 120, "Asia/Kolkata")
    assert (own.spent_cents, own.open_cents, own.level) == (100, 100, Level.WARNING)
    assert (of_project.name, of_project.monthly_cents) == (project.name, 500)
    budgets.delete_budget(eve.client, own)
    assert budgets.read_budgets(eve.client) == [of_project]
    with pytest.raises(Conflict):
        budgets.delete_budget(eve.client, own)


@pytest.mark.parametrize(
    "elsewhere",
    [{"cents": 501}, {"warn_percent": 81}, {"time_zone": "Etc/GMT+5"}, {"is_hard": True}],
)
def test_what_was_changed_elsewhere_since_it_was_read_is_neither_overwritten_nor_removed(
    eve: Person, elsewhere: dict[str, Any]
) -> None:
    save(eve)
    [seen] = budgets.read_budgets(eve.client)
    save(eve, expected=seen, **elsewhere)
    [there] = budgets.read_budgets(eve.client)
    with pytest.raises(Conflict, match="was changed or removed elsewhere after you opened Budgets"):
        save(eve, cents=9, expected=seen)
    with pytest.raises(Conflict):
        budgets.delete_budget(eve.client, seen)
    assert budgets.read_budgets(eve.client) == [there]
    save(eve, cents=9, expected=there)
    assert [one.monthly_cents for one in budgets.read_budgets(eve.client)] == [9]


def test_a_budget_that_was_set_or_removed_elsewhere_is_not_set_again(eve: Person) -> None:
    project = eve.project()
    save(eve)
    save(eve, project.id)
    own, of_project = budgets.read_budgets(eve.client)
    for target in (None, project.id):
        with pytest.raises(Conflict, match="was set elsewhere after you opened Budgets") as met:
            save(eve, target, cents=9)
        assert "Open Budgets again" in met.value.hint
    budgets.delete_budget(eve.client, own)
    with pytest.raises(Conflict):
        save(eve, cents=9, expected=own)
    assert budgets.read_budgets(eve.client) == [of_project]


def test_a_job_beyond_a_hard_limit_is_refused_in_money_and_nothing_is_lost(eve: Person) -> None:
    project = eve.project()
    save(eve, cents=123_456, is_hard=True)
    eve.job(project, cost_cents=123_456)
    with pytest.raises(OverBudget) as met:
        eve.job(project, cost_cents=5)
    assert met.value.code == "PT402"
    assert "all jobs has no room for $0.05 ($1,234.56 of $1,234.56 is spent in " in met.value.message
    assert "Raise the budget" in met.value.hint
    assert len(jobs.list_jobs(eve.client)) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"cents": 0}, {"cents": 2**31}, {"warn_percent": 0}, {"warn_percent": 101}, {"time_zone": "Mars"}],
)
def test_a_budget_that_makes_no_sense_is_refused(eve: Person, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        save(eve, **wrong)
    assert budgets.read_budgets(eve.client) == []


def test_nobody_sets_reads_or_lifts_anothers(eve: Person, bob: Person) -> None:
    save(eve)
    with pytest.raises(NotFound):
        save(bob, eve.project().id)
    assert budgets.read_budgets(bob.client) == []
    with pytest.raises(Conflict):
        budgets.delete_budget(bob.client, budgets.read_budgets(eve.client)[0])
    assert len(budgets.read_budgets(eve.client)) == 1


def test_only_a_budget_that_is_there_counts_as_set_elsewhere(
    monkeypatch: pytest.MonkeyPatch, eve: Person
) -> None:
    """Other conflicts keep their words."""
    save(eve)
    monkeypatch.setattr(budgets, "UNIQUE_VIOLATION", "another code")
    with pytest.raises(Conflict, match="the same row already exists"):
        save(eve)
