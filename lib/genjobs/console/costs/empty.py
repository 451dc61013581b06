"""What the Costs page says where there is nothing to draw."""

from __future__ import annotations

import streamlit as st

from genjobs.console.costs.reads import Choices
from genjobs.console.kit import links
from genjobs.domain.cost_screen import CostFilters, CostScreen


def draw(choices: Choices, screen: CostScreen) -> None:
    """Lead someone without any jobs to their first one, others to what they have chosen."""
    if not choices.modes and screen.filters == CostFilters():
        st.info("There is no job yet. Costs are drawn from the first one on.", icon=":material/inbox:")
        links.create_a_job()
        return
    st.info(
        "No job was created in this range. Choose a longer one, or fewer filters.", icon=":material/inbox:"
    )
