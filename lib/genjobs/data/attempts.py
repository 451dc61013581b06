"""Attempts and progress of the caller's jobs; cancelling and retrying jobs.

All raise the errors of `genjobs.domain.errors`.
"""

from __future__ import annotations

from collections.abc import Sequence

from supabase import Client

from genjobs.data.transport.answers import rows, truth
from genjobs.data.transport.translation import mapped
from genjobs.domain.attempts import JobDetails
from genjobs.domain.inputs import check_uuid


def get_details(client: Client, job_ids: Sequence[str]) -> dict[str, JobDetails]:
    """Details by job id, for at most 1,000 ids; jobs that are missing or not the caller's are left out."""
    ids = [check_uuid("job_ids", job_id) for job_id in job_ids]
    with mapped("read the jobs' attempts"):
        answer = client.rpc("get_generation_job_details", {"p_job_ids": ids}).execute()
        return {row["job_id"]: JobDetails.from_row(row) for row in rows(answer)}


def cancel(client: Client, job_id: str) -> bool:
    """Fail a job's newest attempt and do not retry it; returns whether that attempt had not yet ended."""
    with mapped("cancel the job", writes=True):
        return truth(
            client.rpc("cancel_generation_job", {"p_job_id": check_uuid("job_id", job_id)}).execute()
        )


def retry(client: Client, job_id: str) -> str | None:
    """Queue another attempt if a job's newest one has failed; returns its id, else None."""
    with mapped("try the job again", writes=True):
        answer = client.rpc("retry_generation_job", {"p_job_id": check_uuid("job_id", job_id)}).execute()
    data: object = answer.data
    return data if isinstance(data, str) else None
