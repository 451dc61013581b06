from __future__ import annotations

from decimal import Decimal

import pytest

from genjobs.data import statistics
from genjobs.domain.errors import InvalidInput
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from tests.data.people import Person, service


def test_statistics_have_one_row_for_each_status_that_occurs(ana: Person, bob: Person) -> None:
    project = ana.project()
    for status, cents in ((Status.FAILED, 1), (Status.FAILED, 2), (Status.QUEUED, 10)):
        ana.job(project, status, cost_cents=cents)
    bob.job(bob.project(), cost_cents=1_000_000)
    stats = statistics.get_statistics(ana.client)
    assert [(row.status, row.count, row.total_cost_cents) for row in stats] == [
        (Status.FAILED, 2, 3),
        (Status.QUEUED, 1, 10),
    ]
    assert stats[0].avg_cost_cents == Decimal("1.5")
    assert statistics.total_cost_cents(stats) == 13


def test_nobodys_statistics_are_empty_and_cost_nothing(ana: Person) -> None:
    assert statistics.get_statistics(ana.client) == []
    assert statistics.total_cost_cents([]) == 0


def test_only_the_service_role_learns_of_other_peoples_totals(
    stack: StackInfo, ana: Person, bob: Person
) -> None:
    bob.job(bob.project(), cost_cents=42)
    assert statistics.get_statistics(ana.client, bob.user_id) == []
    told = statistics.get_statistics(service(stack), bob.user_id)
    assert statistics.total_cost_cents(told) == 42
    assert statistics.get_statistics(bob.client, bob.user_id) == told


def test_recent_jobs_are_the_newest_and_no_more_than_asked_for(ana: Person) -> None:
    project = ana.project()
    made = [ana.job(project, cost_cents=cents) for cents in range(4)][::-1]
    recent = statistics.recent_jobs(ana.client, 3)
    assert [(job.id, job.cost_cents) for job in recent] == [(job.id, job.cost_cents) for job in made[:3]]
    assert len(statistics.recent_jobs(ana.client, 2**31 - 1)) == 4
    with pytest.raises(InvalidInput):
        statistics.recent_jobs(ana.client, 0)


def test_the_summary_has_one_row_for_each_project_and_status(ana: Person, bob: Person) -> None:
    first, second = ana.project("First"), ana.project("Second")
    made = [ana.job(first, cost_cents=5), ana.job(first, cost_cents=6), ana.job(second, Status.RUNNING)]
    bob.job(bob.project())
    summary = {(row.project_id, row.status): row for row in statistics.summary(ana.client)}
    assert set(summary) == {(first.id, Status.QUEUED), (second.id, Status.RUNNING)}
    row = summary[first.id, Status.QUEUED]
    assert (row.user_id, row.job_count, row.total_cost_cents) == (ana.user_id, 2, 11)
    assert (row.first_job_at, row.last_job_at) == (made[0].created_at, made[1].created_at)
    assert row.avg_cost_cents == Decimal("5.5")


def test_one_projects_statistics_are_those_of_its_jobs_alone(ana: Person, bob: Person) -> None:
    first, second = ana.project("First"), ana.project("Second")
    ana.job(first, cost_cents=5), ana.job(first, cost_cents=6), ana.job(second, Status.RUNNING)
    (row,) = statistics.project_statistics(ana.client, first.id)
    assert (row.status, row.count, row.total_cost_cents) == (Status.QUEUED, 2, 11)
    assert row.avg_cost_cents == Decimal("5.5")
    assert statistics.project_statistics(bob.client, first.id) == []
