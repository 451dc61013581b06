"""What the pages read, kept for a few seconds for this session only, and dropped after every write.

`user_id` is part of each key, so that a session that changes hands starts empty; `_client` is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from genjobs.console.costs import reads
from genjobs.data import assets, jobs, projects, statistics
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.errors import NotFound
from genjobs.domain.rows import Asset, Job, Project, StatusStatistics, SummaryRow
from genjobs.domain.totals import TotalsHealth
from genjobs.domain.workflow import Status
from genjobs.setup import reading
from genjobs.setup.facts import SetupFacts

SECONDS = 15
JOBS_SHOWN = 50


@dataclass(frozen=True)
class Holdings:
    """The caller's projects by name, and their jobs' totals by status."""

    projects: list[Project]
    statistics: list[StatusStatistics]


@dataclass(frozen=True)
class Workbench:
    """The newest jobs of a choice, newest first, at most `JOBS_SHOWN`, and its project's input assets."""

    jobs: list[Job]
    assets: list[Asset]


@dataclass(frozen=True)
class Shelf:
    """The caller's projects by name, the totals of each by status, and all input assets."""

    projects: list[Project]
    summary: list[SummaryRow]
    assets: list[Asset]


@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Reading your projects")
def holdings(user_id: str, _client: Client) -> Holdings:
    """Both at once, in one wait."""
    return Holdings(
        *together(lambda: projects.list_projects(_client), lambda: statistics.get_statistics(_client))
    )


@st.cache_data(scope="session", ttl=SECONDS, max_entries=16, show_spinner="Reading your jobs")
def workbench(
    user_id: str,
    _client: Client,
    project_id: str,
    everywhere: bool,
    status: Status | None,
    kept_job_id: str | None = None,
) -> Workbench:
    """The jobs of one project or, `everywhere`, of all, of one status or any; and the project's inputs.

    One more job is among them where `kept_job_id` names one of these projects that the choice left out.
    """
    wanted = None if everywhere else project_id
    listed, inputs, kept = together(
        lambda: jobs.list_jobs(_client, project_id=wanted, status=status, limit=JOBS_SHOWN),
        lambda: assets.list_assets(_client, project_id),
        lambda: _job(_client, kept_job_id) if kept_job_id else None,
    )
    if kept and wanted in (None, kept.project_id) and kept.id not in {job.id for job in listed}:
        listed = sorted([*listed, kept], key=lambda job: job.created_at, reverse=True)
    return Workbench(listed, inputs)


def _job(client: Client, job_id: str) -> Job | None:
    try:
        return jobs.get_job(client, job_id)
    except NotFound:
        return None


@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Reading your projects")
def shelf(user_id: str, _client: Client) -> Shelf:
    """All three at once, in one wait."""
    return Shelf(
        *together(
            lambda: projects.list_projects(_client),
            lambda: statistics.summary(_client),
            lambda: assets.list_assets(_client),
        )
    )


@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Looking at the database")
def setup_facts(user_id: str, _client: Client) -> SetupFacts:
    """What the database tells about its own edition; SchemaBehind when it is too old to tell."""
    return reading.read_setup(_client)


@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Looking at the totals")
def totals_health(user_id: str, _client: Client) -> TotalsHealth:
    """How the totals of costs are; SchemaBehind when the database is too old to tell."""
    return reading.read_totals(_client)


@st.cache_data(scope="session", ttl=600, max_entries=2, show_spinner=False)
def is_behind(user_id: str, _client: Client) -> bool:
    """Whether migrations of ours are missing; SchemaBehind when the database is too old to tell."""
    return reading.is_behind(reading.read_setup(_client))


def forget() -> None:
    """Drop everything that this session has read."""
    for read in (holdings, workbench, shelf, setup_facts, totals_health):
        read.clear()
    reads.forget()
