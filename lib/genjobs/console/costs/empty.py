"""What the Costs page says when there is nothing to draw, or a filter finds nothing."""

from __future__ import annotations

import streamlit as st

from genjobs.console.costs.reads import Choices
from genjobs.console.kit import links
from genjobs.domain.cost_screen import CostFilters, CostScreen


def draw(choices: Choices, screen: CostScreen, *, is_to_come: bool) -> None:
    """Point a reader without jobs to creating one, and others to their range and filters."""
    if not choices.modes and screen.filters == CostFilters():
        st.info("There are no jobs yet. Costs appear here once you create one.", icon=":material/inbox:")
        links.create_a_job()
        return
    if is_to_come:
        st.info("This range has not begun yet. Choose an earlier one.", icon=":material/event_upcoming:")
    elif not _is_foreign(choices, screen):
        st.info(
            "No jobs were created in this range. Choose a longer range or fewer filters.",
            icon=":material/inbox:",
        )


def explain_foreign(choices: Choices, screen: CostScreen) -> None:
    """Say that a chosen project has no jobs of the reader, who may believe that the figures include it."""
    if _is_foreign(choices, screen):
        told = "has none of your jobs: it may be somebody else's"
        told = "has no jobs, or does not exist" if screen.everyone else told
        st.info(f"A chosen project {told}. Remove it from the filters.", icon=":material/search_off:")


def _is_foreign(choices: Choices, screen: CostScreen) -> bool:
    known = {project.key for project in choices.projects}
    return any(project not in known for project in screen.filters.projects)
