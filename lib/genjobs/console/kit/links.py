"""Links from one page to another. The shell, which knows the pages, registers how to find them by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_find: Callable[[str], StreamlitPage] | None = None


def register(find: Callable[[str], StreamlitPage]) -> None:
    """Set `find`, which returns the page of a name; before that no link is drawn."""
    global _find
    _find = find


def open_setup() -> None:
    """Draw the link to the Setup page."""
    _link("setup", "Open Setup")


def create_a_job() -> None:
    """Draw the link to the page on which jobs are made."""
    _link("jobs_test", "Create a job")


def jobs_of(project_id: str) -> None:
    """Draw the link to the jobs of one project, also where all projects were shown last."""
    _link("jobs_test", "Open its jobs", {"project": project_id, "everywhere": "false"})


def _link(page: str, label: str, asked: Mapping[str, str] | None = None) -> None:
    if _find:
        st.page_link(_find(page), label=label, icon=":material/arrow_forward:", query_params=asked)
