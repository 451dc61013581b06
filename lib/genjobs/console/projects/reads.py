"""What the Projects page reads."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from genjobs.console.kit.reads import SECONDS, forgotten_after_writes
from genjobs.data import assets, projects, statistics
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.rows import Asset, Project, SummaryRow


@dataclass(frozen=True)
class ProjectsAndContents:
    """The caller's projects by name, the totals of each by status, and all input assets."""

    projects: list[Project]
    summary: list[SummaryRow]
    assets: list[Asset]


@forgotten_after_writes
@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Reading your projects")
def projects_and_contents(user_id: str, _client: Client) -> ProjectsAndContents:
    """All three at once, in one wait."""
    return ProjectsAndContents(
        *together(
            lambda: projects.list_projects(_client),
            lambda: statistics.summary(_client),
            lambda: assets.list_assets(_client),
        )
    )
