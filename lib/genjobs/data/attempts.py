"""What is known of the caller's jobs beside their rows: attempts, progress; cancelling and trying again.

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
    """By job id; what is not there, or is somebody else's, is left out. At most 1,000."""
    ids = [check_uuid("job_ids", job_id) for job_id in job_ids]
    with mapped("read the jobs' attempts"):
        answer = client.rpc("get_generation_job_details", {"p_job_ids": ids}).execute()
        return {row["job_id"]: JobDetails.from_row(row) for row in rows(answer)}


def cancel(client: Client, job_id: str) -> bool:
    """Fail the newest attempt of a job, and try it no more; whether there was one that had not ended."""
    with mapped("cancel the job", writes=True):
        return truth(
            client.rpc("cancel_generation_job", {"p_job_id": check_uuid("job_id", job_id)}).execute()
        )


def retry(client: Client, job_id: str) -> str | None:
    """Queue the next attempt of a job whose newest one has failed: its id; None where that has not failed."""
    with mapped("try the job again", writes=True):
        answer = client.rpc("retry_generation_job", {"p_job_id": check_uuid("job_id", job_id)}).execute()
    data: object = answer.data
    return data if isinstance(data, str) else None
