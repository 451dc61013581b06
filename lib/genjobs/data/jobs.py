"""The jobs of the client's user; row-level security hides all others.

All functions raise the errors of `genjobs.domain.errors`: InvalidInput before anything is sent, others after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from postgrest import CountMethod, ReturnMethod, SyncSelectRequestBuilder
from supabase import Client

from genjobs.data.transport.answers import counted, one_row, rows, truth
from genjobs.data.transport.concurrent import together
from genjobs.data.transport.paging import API_CAP, pages
from genjobs.data.transport.translation import mapped
from genjobs.domain.errors import InvalidInput, NotFound
from genjobs.domain.inputs import (
    check_cents,
    check_count,
    check_error,
    check_mode,
    check_moment,
    check_status,
    check_statuses,
    check_uuid,
)
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

TABLE = "generation_jobs"
IDS_AT_ONCE = 100
"""Each id takes 37 characters of a URL, which servers limit to about 8,000."""


def _optional_uuid(field: str, value: object) -> str | None:
    return None if value is None else check_uuid(field, value)


WRITABLE: dict[str, Callable[[str, object], object]] = {
    "project_id": check_uuid,
    "mode": check_mode,
    "input_asset_id": _optional_uuid,
    "error": check_error,
    "cost_cents": check_cents,
}


@dataclass(frozen=True)
class Transition:
    """Whether the job moved. If it did not, `job` is its current state, or None if it no longer exists."""

    moved: bool
    job: Job | None = None


def create_job(
    client: Client,
    *,
    user_id: str,
    project_id: str,
    mode: str,
    cost_cents: int = 0,
    input_asset_id: str | None = None,
) -> Job:
    """A new queued job of `user_id`, who is the caller, in one of the caller's projects."""
    row = {"user_id": check_uuid("user_id", user_id)} | _checked(
        {"project_id": project_id, "mode": mode, "cost_cents": cost_cents, "input_asset_id": input_asset_id}
    )
    with mapped("create the job", writes=True):
        return Job.from_row(one_row(client.table(TABLE).insert(row).execute(), "new job"))


def list_jobs(
    client: Client, *, project_id: str | None = None, status: Status | str | None = None, limit: int = 100
) -> list[Job]:
    """The newest `limit` jobs, newest first, of one project or status if given; never silently truncated."""
    query = _filtered(client, project_id, status)
    read = pages(query, "list jobs", limit=check_count("limit", limit))
    return [Job.from_row(row) for page in read for row in page]


def iter_jobs(
    client: Client,
    *,
    project_id: str | None = None,
    status: Status | str | None = None,
    page_size: int = API_CAP,
) -> Iterator[list[Job]]:
    """All jobs, newest first, in lists of at most `page_size`; each list is one request."""
    query = _filtered(client, project_id, status)
    read = pages(query, "read the jobs", page_size=check_count("page_size", page_size))
    return ([Job.from_row(row) for row in page] for page in read)


def get_job(client: Client, job_id: str) -> Job:
    """One job. Raises NotFound if it is not one of the caller's."""
    query = client.table(TABLE).select("*").eq("id", check_uuid("job_id", job_id))
    with mapped("read the job"):
        return Job.from_row(one_row(query.execute(), f"job {job_id}"))


def get_jobs(client: Client, job_ids: Sequence[str]) -> list[Job]:
    """Those of these jobs that exist and are the caller's, in no particular order."""
    ids = [check_uuid("job_ids", job_id) for job_id in job_ids]
    parts = [ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE)]
    found = together(*[partial(_get_jobs, client, part) for part in parts]) if parts else ()
    return [job for part in found for job in part]


def _get_jobs(client: Client, ids: Sequence[str]) -> list[Job]:
    query = client.table(TABLE).select("*").in_("id", ids)
    with mapped("read the jobs"):
        return [Job.from_row(row) for row in rows(query.execute())]


def update_job(client: Client, job_id: str, **changes: Any) -> Job:
    """Change project_id, mode, input_asset_id, error or cost_cents; `transition_job` moves the status."""
    query = client.table(TABLE).update(_checked(changes)).eq("id", check_uuid("job_id", job_id))
    with mapped("change the job", writes=True):
        return Job.from_row(one_row(query.execute(), f"job {job_id}"))


def transition_job(
    client: Client, job_id: str, new_status: Status | str, error: str | None = None
) -> Transition:
    """Move the job, with an error text if it failed.

    Each status can be reached from only one other, so a move states which status it expects. If another
    caller moved the job first, returns the job's current state.
    """
    arguments = {
        "p_job_id": check_uuid("job_id", job_id),
        "p_new_status": check_status("new_status", new_status),
        "p_error": check_error("error", error),
    }
    with mapped("move the job", writes=True):
        if truth(client.rpc("transition_job_status", arguments).execute()):
            return Transition(moved=True)
    return Transition(moved=False, job=_job_if_there(client, job_id))


def delete_job(client: Client, job_id: str) -> None:
    """Delete one job. Raises NotFound if it is not one of the caller's."""
    query = client.table(TABLE).delete().eq("id", check_uuid("job_id", job_id))
    with mapped("delete the job", writes=True):
        one_row(query.execute(), f"job {job_id}")


def count_old_jobs(client: Client, before: datetime, statuses: Iterable[Status | str]) -> int:
    """How many jobs of these statuses were created before this moment."""
    select = client.table(TABLE).select("id", count=CountMethod.exact, head=True)
    with mapped("count the old jobs"):
        return counted(_old(select, before, statuses).execute())


def delete_old_jobs(client: Client, before: datetime, statuses: Iterable[Status | str]) -> int:
    """Delete the jobs that `count_old_jobs` counts, all or none; returns the number deleted."""
    delete = client.table(TABLE).delete(count=CountMethod.exact, returning=ReturnMethod.minimal)
    with mapped("delete the old jobs", writes=True):
        return counted(_old(delete, before, statuses).execute())


def _old(
    query: SyncSelectRequestBuilder, before: datetime, statuses: Iterable[Status | str]
) -> SyncSelectRequestBuilder:
    moment = check_moment("before", before).isoformat()
    return query.lt("created_at", moment).in_("status", check_statuses("statuses", statuses))


def _filtered(
    client: Client, project_id: str | None, status: Status | str | None
) -> Callable[[], SyncSelectRequestBuilder]:
    project = _optional_uuid("project_id", project_id)
    state = None if status is None else check_status("status", status)

    def query() -> SyncSelectRequestBuilder:
        select = client.table(TABLE).select("*")
        select = select if project is None else select.eq("project_id", project)
        return select if state is None else select.eq("status", state)

    return query


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    if not values:
        raise InvalidInput("There is nothing to change.", hint=f"Name one of {', '.join(WRITABLE)}.")
    for field in values.keys() - WRITABLE.keys():
        raise InvalidInput(f"{field} cannot be changed.", hint=f"These can: {', '.join(WRITABLE)}.")
    return {field: WRITABLE[field](field, value) for field, value in values.items()}


def _job_if_there(client: Client, job_id: str) -> Job | None:
    try:
        return get_job(client, job_id)
    except NotFound:
        return None
