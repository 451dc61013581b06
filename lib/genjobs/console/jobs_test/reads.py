"""What the Jobs test page reads."""

from __future__ import annotations

from dataclasses import dataclass

from genjobs.console.kit.kept import kept
from genjobs.console.kit.reads import SECONDS
from genjobs.data import assets, jobs
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.errors import NotFound
from genjobs.domain.rows import Asset, Job
from genjobs.domain.workflow import Status

JOBS_SHOWN = 50


@dataclass(frozen=True)
class JobsAndInputs:
    """The newest jobs of a choice, newest first, at most `JOBS_SHOWN`, and its project's input assets."""

    jobs: list[Job]
    assets: list[Asset]


@kept(SECONDS, spinner="Reading your jobs")
def jobs_and_inputs(
    user_id: str,
    client: Client,
    project_id: str,
    everywhere: bool,
    status: Status | None,
    kept_job_id: str | None = None,
) -> JobsAndInputs:
    """The jobs of one project or, `everywhere`, of all, of one status or any; and the project's inputs.

    One more job is among them where `kept_job_id` names one of these projects that the choice left out.
    """
    wanted = None if everywhere else project_id
    listed, inputs, kept = together(
        lambda: jobs.list_jobs(client, project_id=wanted, status=status, limit=JOBS_SHOWN),
        lambda: assets.list_assets(client, project_id),
        lambda: _job(client, kept_job_id) if kept_job_id else None,
    )
    if kept and wanted in (None, kept.project_id) and kept.id not in {job.id for job in listed}:
        listed = sorted([*listed, kept], key=lambda job: job.created_at, reverse=True)
    return JobsAndInputs(listed, inputs)


def _job(client: Client, job_id: str) -> Job | None:
    try:
        return jobs.get_job(client, job_id)
    except NotFound:
        return None
