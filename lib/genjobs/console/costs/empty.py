"""What the Costs page shows when there is nothing to draw."""

from __future__ import annotations

import streamlit as st

from genjobs.console.costs.reads import Choices
from genjobs.console.kit import links
from genjobs.domain.cost_screen import CostFilters, CostScreen


def draw(choices: Choices, screen: CostScreen) -> None:
    """Point a reader without jobs to creating one, and others to their range and filters."""
    if not choices.modes and screen.filters == CostFilters():
        st.info("There are no jobs yet. Costs appear here once you create one.", icon=":material/inbox:")
        links.create_a_job()
        return
    known = {project.key for project in choices.projects}
    if any(project not in known for project in screen.filters.projects):
        st.info(
            "A chosen project has none of your jobs: it may be somebody else's. Remove it from the filters.",
            icon=":material/search_off:",
        )
        return
    st.info(
        "No jobs were created in this range. Choose a longer range or fewer filters.", icon=":material/inbox:"
    )
