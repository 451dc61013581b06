from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from genjobs.data import assets, jobs, projects
from genjobs.data.transport.client import user_client
from genjobs.data.transport.translation import mapped
from genjobs.domain.errors import Conflict, ConsoleError, Forbidden, InvalidInput, NotFound
from genjobs.domain.rows import Asset, Project
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from tests.data.people import Person, owner

NOBODY = "00000000-0000-4000-8000-000000000000"


def picture(person: Person, project: Project) -> Asset:
    return assets.create_input_asset(
        person.client,
        user_id=person.user_id,
        project_id=project.id,
        storage_path="in/Küchenwaage 3.png",
        mode="lifestyle",
    )


def age(stack: StackInfo, job_id: str, days: int) -> None:
    with owner(stack) as connection:
        connection.execute(
            "update public.generation_jobs set created_at = now() - make_interval(days => %s) where id = %s",
            [days, job_id],
        )


def test_a_new_job_is_queued_and_holds_what_was_given(ana: Person) -> None:
    project = ana.project()
    asset = picture(ana, project)
    made = jobs.create_job(
        ana.client,
        user_id=ana.user_id,
        project_id=project.id,
        mode=" packaging ",
        cost_cents=2**31 - 1,
        input_asset_id=asset.id,
    )
    assert (made.status, made.mode, made.cost_cents) == (Status.QUEUED, "packaging", 2**31 - 1)
    assert (made.user_id, made.project_id, made.input_asset_id) == (ana.user_id, project.id, asset.id)
    assert made.error is None
    assert made.created_at.tzinfo is UTC
    assert jobs.get_job(ana.client, made.id) == made


def test_a_job_in_someone_elses_project_is_refused_like_one_in_no_project(ana: Person, bob: Person) -> None:
    refused = []
    for project_id in (bob.project().id, NOBODY):
        with pytest.raises(NotFound) as caught:
            jobs.create_job(ana.client, user_id=ana.user_id, project_id=project_id, mode="lifestyle")
        refused.append((caught.value.message, caught.value.code))
    assert refused[0] == refused[1]
    assert jobs.list_jobs(ana.client) == []


def test_a_job_with_someone_elses_asset_is_refused(ana: Person, bob: Person) -> None:
    theirs, mine = picture(bob, bob.project()), ana.project()
    with pytest.raises(NotFound):
        jobs.create_job(
            ana.client,
            user_id=ana.user_id,
            project_id=mine.id,
            mode="lifestyle",
            input_asset_id=theirs.id,
        )


def test_a_job_for_someone_else_is_refused(ana: Person, bob: Person) -> None:
    with pytest.raises(Forbidden) as caught:
        jobs.create_job(ana.client, user_id=bob.user_id, project_id=ana.project().id, mode="lifestyle")
    assert caught.value.code == "42501"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user_id", "me"),
        ("project_id", "1"),
        ("mode", "  "),
        ("cost_cents", -1),
        ("cost_cents", 2**31),
        ("cost_cents", True),
        ("cost_cents", 1.5),
        ("input_asset_id", ""),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(field: str, value: Any) -> None:
    nowhere = user_client(Connection("http://127.0.0.1:9", "key"), "token")
    values: dict[str, Any] = {"user_id": NOBODY, "project_id": NOBODY, "mode": "lifestyle"}
    with pytest.raises(InvalidInput, match=field):
        jobs.create_job(nowhere, **(values | {field: value}))


def test_a_list_is_newest_first_and_filtered_by_project_and_status(ana: Person, bob: Person) -> None:
    first, second = ana.project("First"), ana.project("Second")
    made = [ana.job(first), ana.job(second), ana.job(first, Status.RUNNING), ana.job(first)]
    bob.job(bob.project())
    ids = [job.id for job in made]
    assert [job.id for job in jobs.list_jobs(ana.client)] == ids[::-1]
    assert [job.id for job in jobs.list_jobs(ana.client, limit=2)] == [ids[3], ids[2]]
    assert [job.id for job in jobs.list_jobs(ana.client, project_id=first.id)] == [ids[3], ids[2], ids[0]]
    assert [job.id for job in jobs.list_jobs(ana.client, status="running")] == [ids[2]]
    assert jobs.list_jobs(ana.client, project_id=second.id, status=Status.RUNNING) == []


def test_someone_elses_job_is_as_if_it_were_not_there(ana: Person, bob: Person) -> None:
    theirs = bob.job(bob.project(), Status.RUNNING)
    with pytest.raises(NotFound):
        jobs.get_job(ana.client, theirs.id)
    with pytest.raises(NotFound):
        jobs.update_job(ana.client, theirs.id, cost_cents=0)
    with pytest.raises(NotFound):
        jobs.delete_job(ana.client, theirs.id)
    assert jobs.transition_job(ana.client, theirs.id, Status.FAILED) == jobs.Transition(moved=False, job=None)
    assert jobs.get_job(bob.client, theirs.id) == theirs


def test_every_writable_column_can_be_changed_and_nothing_else_changes(ana: Person) -> None:
    project, other = ana.project(), ana.project("Other")
    asset = picture(ana, project)
    job = ana.job(project)
    changes = {
        "project_id": other.id,
        "mode": "ghost_mannequin",
        "cost_cents": 7,
        "input_asset_id": asset.id,
        "error": 'it\'s "odd" \\ ü\n',
    }
    changed = jobs.update_job(ana.client, job.id, **changes)
    assert {name: getattr(changed, name) for name in changes} == changes
    assert changed == jobs.get_job(ana.client, job.id)
    assert changed.status == job.status
    assert changed.updated_at > job.updated_at
    assert jobs.update_job(ana.client, job.id, input_asset_id=None, error=None).input_asset_id is None


@pytest.mark.parametrize(
    "changes", [{}, {"status": "running"}, {"user_id": NOBODY}, {"id": NOBODY}, {"cost": 1}]
)
def test_other_columns_cannot_be_changed(ana: Person, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        jobs.update_job(ana.client, NOBODY, **changes)
    assert "cost_cents" in caught.value.hint


def test_a_job_goes_its_way_and_keeps_its_error_text(ana: Person) -> None:
    job = ana.job(ana.project())
    assert jobs.transition_job(ana.client, job.id, Status.RUNNING) == jobs.Transition(moved=True)
    assert jobs.transition_job(ana.client, job.id, "failed", "GPU ran out of memory").moved
    failed = jobs.get_job(ana.client, job.id)
    assert (failed.status, failed.error) == (Status.FAILED, "GPU ran out of memory")


def test_whoever_comes_second_sees_the_state_that_the_first_left(ana: Person) -> None:
    job = ana.job(ana.project(), Status.RUNNING)
    assert jobs.transition_job(ana.client, job.id, Status.SUCCEEDED).moved
    lost = jobs.transition_job(ana.client, job.id, Status.FAILED, "too late")
    assert not lost.moved
    assert lost.job is not None
    assert (lost.job.status, lost.job.error) == (Status.SUCCEEDED, None)


def test_a_plain_update_of_the_status_meets_the_workflow_with_its_reason(ana: Person) -> None:
    job = ana.job(ana.project())
    update = ana.client.table("generation_jobs").update({"status": "succeeded"}).eq("id", job.id)
    with pytest.raises(Conflict) as caught, mapped("change the job", writes=True):
        update.execute()
    assert caught.value.code == "PT409"
    assert caught.value.hint == "A queued job can only become running."


def test_a_deleted_job_is_gone_and_cannot_be_deleted_twice(ana: Person) -> None:
    job = ana.job(ana.project())
    jobs.delete_job(ana.client, job.id)
    with pytest.raises(NotFound):
        jobs.get_job(ana.client, job.id)
    with pytest.raises(NotFound):
        jobs.delete_job(ana.client, job.id)


def test_old_jobs_are_counted_and_deleted_by_age_and_status(
    stack: StackInfo, ana: Person, bob: Person
) -> None:
    project, theirs = ana.project(), bob.job(bob.project(), Status.FAILED)
    old = {status: ana.job(project, status) for status in Status}
    young = ana.job(project, Status.FAILED)
    for job in (*old.values(), theirs):
        age(stack, job.id, days=40)
    before, statuses = datetime.now(UTC) - timedelta(days=30), [Status.SUCCEEDED, "failed"]
    assert jobs.count_old_jobs(ana.client, before, statuses) == 2
    assert jobs.delete_old_jobs(ana.client, before, statuses) == 2
    assert jobs.count_old_jobs(ana.client, before, statuses) == 0
    assert jobs.delete_old_jobs(ana.client, before, statuses) == 0
    left = {job.id for job in jobs.list_jobs(ana.client)}
    assert left == {old[Status.QUEUED].id, old[Status.RUNNING].id, young.id}
    assert jobs.get_job(bob.client, theirs.id).status == Status.FAILED


def test_the_moment_of_old_jobs_is_exact_in_any_zone(ana: Person) -> None:
    job = ana.job(ana.project())
    zone = (job.created_at + timedelta()).astimezone().tzinfo
    assert jobs.count_old_jobs(ana.client, job.created_at.astimezone(zone), ["queued"]) == 0
    assert jobs.count_old_jobs(ana.client, job.created_at + timedelta(microseconds=1), ["queued"]) == 1


@pytest.mark.parametrize(
    ("before", "statuses"),
    [
        (datetime(2026, 1, 1), ["failed"]),
        (datetime(2026, 1, 1, tzinfo=UTC), []),
        (datetime.now(UTC), ["old"]),
    ],
)
def test_old_jobs_need_a_zone_and_a_status(ana: Person, before: datetime, statuses: list[str]) -> None:
    for call in (jobs.count_old_jobs, jobs.delete_old_jobs):
        with pytest.raises(InvalidInput):
            call(ana.client, before, statuses)


def test_deleting_a_project_takes_its_jobs_along(ana: Person) -> None:
    project = ana.project()
    kept, lost = ana.job(ana.project("Kept")), ana.job(project)
    assert projects.count_jobs(ana.client, project.id) == 1
    projects.delete_project(ana.client, project.id)
    assert [job.id for job in jobs.list_jobs(ana.client)] == [kept.id]
    with pytest.raises(ConsoleError):
        jobs.get_job(ana.client, lost.id)


def test_jobs_are_read_by_their_ids_however_many(
    ana: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "IDS_AT_ONCE", 2)
    project = ana.project()
    mine = [ana.job(project).id for _ in range(3)]
    theirs = bob.job(bob.project()).id
    assert {job.id for job in jobs.get_jobs(ana.client, [*mine, theirs, NOBODY])} == set(mine)
    assert jobs.get_jobs(ana.client, []) == []
