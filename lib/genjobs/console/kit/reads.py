"""What pages read is kept for some seconds in each session, and all of it is dropped after a write.

Each page registers what it keeps. `user_id` is part of each key, so that a session that changes hands starts
empty; `_client` is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import streamlit as st

from genjobs.data import projects, statistics
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.rows import Project, StatusStatistics

SECONDS = 15
_clear: list[Callable[[], None]] = []


class _Kept(Protocol):
    def clear(self) -> None: ...


Kept = TypeVar("Kept", bound=_Kept)


def forgotten_after_writes(read: Kept) -> Kept:
    """Register a cached read, so that a write on any page drops what it keeps."""
    _clear.append(read.clear)
    return read


def forget() -> None:
    """Drop everything that this session has read."""
    for clear in _clear:
        clear()


@dataclass(frozen=True)
class ProjectsAndStatistics:
    """The caller's projects by name, and their jobs' totals by status."""

    projects: list[Project]
    statistics: list[StatusStatistics]


@forgotten_after_writes
@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Reading your projects")
def projects_and_statistics(user_id: str, _client: Client) -> ProjectsAndStatistics:
    """Both at once, in one wait."""
    return ProjectsAndStatistics(
        *together(lambda: projects.list_projects(_client), lambda: statistics.get_statistics(_client))
    )
