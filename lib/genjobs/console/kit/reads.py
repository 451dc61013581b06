"""Reads that several pages share, and dropping cached reads, which happens after each write."""

from __future__ import annotations

from dataclasses import dataclass

from genjobs.console.kit.kept import Memory, kept, memory
from genjobs.console.kit.shared import Shared
from genjobs.data import projects, statistics
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.rows import Project, StatusStatistics

SECONDS = 15
of_everyone = Shared(SECONDS)
"""Answers that are the same for all analysts."""


def forget(held: Memory | None = None) -> None:
    """Drop this session's cached reads, which are `held`, and those shared by everyone."""
    (held or memory()).forget()
    of_everyone.forget()


@dataclass(frozen=True)
class ProjectsAndStatistics:
    """The caller's projects by name, and their jobs' totals by status."""

    projects: list[Project]
    statistics: list[StatusStatistics]


@kept(SECONDS, spinner="Reading your projects")
def projects_and_statistics(user_id: str, client: Client) -> ProjectsAndStatistics:
    """Read both in parallel."""
    return ProjectsAndStatistics(
        *together(lambda: projects.list_projects(client), lambda: statistics.get_statistics(client))
    )
