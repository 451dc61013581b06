"""What the Projects page reads."""

from __future__ import annotations

from dataclasses import dataclass

from genjobs.console.kit.kept import kept
from genjobs.console.kit.reads import SECONDS
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


@kept(SECONDS, spinner="Reading your projects")
def projects_and_contents(user_id: str, client: Client) -> ProjectsAndContents:
    """Read all three in parallel."""
    return ProjectsAndContents(
        *together(
            lambda: projects.list_projects(client),
            lambda: statistics.summary(client),
            lambda: assets.list_assets(client),
        )
    )
