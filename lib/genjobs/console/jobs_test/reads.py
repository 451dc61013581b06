"""What the Jobs test page reads."""

from __future__ import annotations

from dataclasses import dataclass

from genjobs.console.jobs_test.filters import View
from genjobs.console.kit.kept import kept
from genjobs.console.kit.reads import SECONDS
from genjobs.data import assets, attempts, job_events, jobs, projects, statistics
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.attempts import JobDetails
from genjobs.domain.errors import SchemaBehind
from genjobs.domain.rows import Asset, Job, Project, StatusStatistics

MOST_DETAILS = 1000


@dataclass(frozen=True)
class Opening:
    """The reader's projects by name, and the ids of their jobs' newest events before the jobs were read."""

    projects: list[Project]
    events: tuple[int, ...]


@kept(SECONDS, spinner="Reading your projects")
def opening(user_id: str, client: Client) -> Opening:
    """Read both in parallel."""
    return Opening(
        *together(lambda: projects.list_projects(client), lambda: job_events.newest_events(client))
    )


@dataclass(frozen=True)
class Bench:
    """The newest jobs of a view, newest first; totals by status of its projects; its project's inputs."""

    jobs: list[Job]
    statistics: list[StatusStatistics]
    assets: list[Asset]


@kept(SECONDS, spinner="Reading your jobs")
def bench(user_id: str, client: Client, view: View) -> Bench:
    """Read all of it in parallel."""
    return Bench(
        *together(
            lambda: jobs.list_jobs(client, project_id=view.project, status=view.status, limit=view.limit),
            lambda: _statistics(client, view.project),
            lambda: assets.list_assets(client, view.project_id),
        )
    )


@dataclass(frozen=True)
class Followed:
    """Those of the missing jobs that are still there, and the details of all jobs of the list by their id."""

    others: list[Job]
    details: dict[str, JobDetails]


@kept(SECONDS)
def followed(user_id: str, client: Client, missing: tuple[str, ...], listed: tuple[str, ...]) -> Followed:
    """Read both in parallel; no details if the database is too old to have them."""
    return Followed(
        *together(lambda: jobs.get_jobs(client, missing), lambda: _details(client, listed[:MOST_DETAILS]))
    )


def _details(client: Client, listed: tuple[str, ...]) -> dict[str, JobDetails]:
    try:
        return attempts.get_details(client, listed)
    except SchemaBehind:
        return {}


def _statistics(client: Client, project_id: str | None) -> list[StatusStatistics]:
    if project_id is None:
        return statistics.get_statistics(client)
    return statistics.project_statistics(client, project_id)
