"""Creating, reading, cancelling and retrying jobs, with one or a few requests each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from genjobs.client.exchanges import exchange, in_parts
from genjobs.client.jobs import (
    DETAIL_COLUMNS,
    JOB_COLUMNS,
    Created,
    Creation,
    Job,
    JobDetails,
    NewJob,
    Refused,
)
from genjobs.client.refusals import told
from genjobs.client.steps import Effect, Operation, Pace, Request, call
from genjobs.domain.errors import Conflict, ConsoleError, InvalidInput, NotFound, TimedOut
from genjobs.domain.inputs import check_count, check_error, check_status, check_uuid
from genjobs.domain.rows import Row
from genjobs.domain.workflow import Status

MOST_AT_ONCE = 1000
IDS_IN_A_URL = 100
_CREATION_COLUMNS = ("outcome", "job_id", "reason", "code", "details", "hint")


def create(pace: Pace, user_id: str | None, job: NewJob) -> Operation[Created]:
    """One job; raises the error of a refusal."""
    _check_kind(job)
    [made] = yield from _create(pace, "create the job", [job.as_request(user_id)])
    if isinstance(made, Refused):
        raise made.error
    return made


def create_many(pace: Pace, user_id: str | None, jobs: Iterable[NewJob]) -> Operation[list[Creation]]:
    """The result of each job, in order; a job whose values cannot be sent is refused, and the others go on.

    Raises if the first request fails. If a later one fails, its jobs and those after it, which are not sent,
    get its error.
    """
    asked = [_requested_or_refused(job, user_id) for job in jobs]
    made = yield from _create_in_turn(pace, [one for one in asked if not isinstance(one, Refused)])
    answers = iter(made)
    return [one if isinstance(one, Refused) else next(answers) for one in asked]


def _create_in_turn(pace: Pace, wanted: Sequence[Row]) -> Operation[list[Creation]]:
    """So many in one request as the database takes."""
    made: list[Creation] = []
    for start in range(0, len(wanted), MOST_AT_ONCE):
        try:
            made += yield from _create(pace, "create the jobs", wanted[start : start + MOST_AT_ONCE])
        except ConsoleError as error:
            if start == 0:
                raise
            return made + [Refused(error)] * (len(wanted) - start)
    return made


def _requested_or_refused(job: NewJob, user_id: str | None) -> Row | Refused:
    _check_kind(job)
    try:
        return job.as_request(user_id)
    except InvalidInput as error:
        return Refused(error)


def _check_kind(job: object) -> None:
    if not isinstance(job, NewJob):
        raise InvalidInput(
            f"A job to create cannot be of type {type(job).__name__}.",
            hint='Use genjobs.NewJob(project_id="…", mode="…").',
        )


def _create(pace: Pace, task: str, jobs: Sequence[Row]) -> Operation[list[Creation]]:
    """Create the jobs in one request, which may be sent again if each job has a key."""
    effect: Effect = "repeatable" if all("key" in job for job in jobs) else "once"
    request = call("create_generation_jobs", task, effect, _CREATION_COLUMNS, p_jobs=list(jobs))
    made = [_creation(row) for row in (yield from exchange(pace, request)).rows]
    return made + [Refused(_cut_off(len(made), len(jobs)))] * (len(jobs) - len(made))


def _cut_off(told_of: int, sent: int) -> ConsoleError:
    return TimedOut(
        f"The API truncated its answer after {told_of} of {sent} jobs; of the others it is not known.",
        hint=f"Set the API's max rows to {MOST_AT_ONCE:,} or more. Check with list before you try again.",
    )


def _creation(row: Row) -> Creation:
    if row["outcome"] == "refused":
        return Refused(told("create the job", {**row, "message": row["reason"]}))
    return Created(row["job_id"], is_new=row["outcome"] == "created")


def get(pace: Pace, job_id: str) -> Operation[JobDetails]:
    """The job asked for, which need not be its newest attempt."""
    wanted = check_uuid("job_id", job_id)
    rows = yield from read_jobs(pace, [wanted])
    details = yield from read_details(pace, [wanted])
    if wanted not in rows or wanted not in details:
        raise not_found(wanted)
    return JobDetails.from_rows(rows[wanted], details[wanted])


def cancel(pace: Pace, job_id: str, reason: str | None) -> Operation[bool]:
    """Whether the newest attempt was cancelled; false if it had already ended."""
    wanted = check_uuid("job_id", job_id)
    why = check_error("reason", reason)
    request = call("cancel_generation_job", "cancel the job", "repeatable", p_job_id=wanted, p_reason=why)
    answer = yield from exchange(pace, request)
    if answer.body is True:
        return True
    newest = yield from _newest(pace, wanted)
    return answer.was_repeated and newest["ending"] == "cancelled"


def retry(pace: Pace, job_id: str) -> Operation[str]:
    """The id of the new attempt. Raises Conflict if the newest one has not failed."""
    wanted = check_uuid("job_id", job_id)
    request = call("retry_generation_job", "try the job again", "once", p_job_id=wanted)
    answer = yield from exchange(pace, request)
    if answer.body is not None:
        return answer.id
    newest = yield from _newest(pace, wanted)
    raise Conflict(
        f"Could not try the job again: its newest attempt {newest['job_id']} is {newest['newest_status']}.",
        hint="Only a job whose newest attempt has failed can be retried.",
    )


def list_jobs(
    pace: Pace, user_id: str | None, project_id: str | None, status: Status | str | None, limit: int
) -> Operation[list[Job]]:
    """The newest `limit` jobs, read page by page, because the API truncates answers silently."""
    filters = {
        "user_id": user_id,
        "project_id": None if project_id is None else check_uuid("project_id", project_id),
        "status": None if status is None else check_status("status", status),
    }
    found: list[Row] = []
    while (left := check_count("limit", limit) - len(found)) > 0:
        request = _page(filters, min(left, MOST_AT_ONCE), found[-1] if found else None)
        page = (yield from exchange(pace, request)).rows
        if not page:
            break
        found += page
    return [Job.from_row(row) for row in found]


def _page(filters: dict[str, str | None], size: int, last: Row | None) -> Request:
    """The jobs after `last`; the separate bound on created_at lets an index be used."""
    params = {"select": "*", "order": "created_at.desc,id.desc", "limit": str(size)}
    params |= {column: f"eq.{value}" for column, value in filters.items() if value is not None}
    if last is not None:
        at, job_id = last["created_at"], last["id"]
        params["created_at"] = f"lte.{at}"
        params["or"] = f'(created_at.lt."{at}",id.lt."{job_id}")'
    return Request("GET", "generation_jobs", "list the jobs", params=params, columns=JOB_COLUMNS)


def read_jobs(pace: Pace, job_ids: Sequence[str]) -> Operation[dict[str, Job]]:
    """The rows of those of these jobs that exist, by id."""

    def request(ids: Sequence[str]) -> Request:
        params = {"select": "*", "id": f"in.({','.join(ids)})"}
        return Request("GET", "generation_jobs", "read the jobs", params=params, columns=JOB_COLUMNS)

    rows = yield from in_parts(pace, IDS_IN_A_URL, job_ids, "id", request)
    return {job_id: Job.from_row(row) for job_id, row in rows.items()}


def read_details(pace: Pace, job_ids: Sequence[str]) -> Operation[dict[str, Row]]:
    """The rows of `get_generation_job_details` for those of these jobs that exist, by id."""

    def request(ids: Sequence[str]) -> Request:
        return call(
            "get_generation_job_details", "read the jobs", "read", DETAIL_COLUMNS, p_job_ids=list(ids)
        )

    return (yield from in_parts(pace, MOST_AT_ONCE, job_ids, "job_id", request))


def _newest(pace: Pace, job_id: str) -> Operation[Row]:
    details = yield from read_details(pace, [job_id])
    if job_id not in details:
        raise not_found(job_id)
    newest = details[job_id]["newest_job_id"]
    return (yield from read_details(pace, [newest])).get(newest, details[job_id])


def not_found(job_id: str) -> NotFound:
    """The error for a job that does not exist or that the caller may not see."""
    return NotFound(f"There is no job {job_id} among yours.", hint="It may have been deleted.")
