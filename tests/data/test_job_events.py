from __future__ import annotations

from genjobs.data import job_events, jobs
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from tests.data.people import Person, newcomer


def test_the_newest_events_change_with_whatever_happens_to_the_persons_jobs(
    stack: StackInfo, bob: Person
) -> None:
    ana = newcomer(stack)
    assert job_events.newest_events(ana.client) == ()
    job = ana.job(ana.project())
    created = job_events.newest_events(ana.client)
    assert len(created) == 1

    bob.job(bob.project())
    assert job_events.newest_events(ana.client) == created
    jobs.transition_job(ana.client, job.id, Status.RUNNING)
    moved = job_events.newest_events(ana.client)
    jobs.update_job(ana.client, job.id, cost_cents=7)
    dearer = job_events.newest_events(ana.client)
    jobs.delete_job(ana.client, job.id)
    deleted = job_events.newest_events(ana.client)

    assert [len(one) for one in (moved, dearer, deleted)] == [2, 3, 4]
    assert list(deleted) == sorted(deleted, reverse=True)


def test_no_more_than_the_newest_twenty_are_named(ana: Person) -> None:
    project = ana.project()
    for _ in range(job_events.NEWEST + 1):
        ana.job(project)
    assert len(job_events.newest_events(ana.client)) == job_events.NEWEST
