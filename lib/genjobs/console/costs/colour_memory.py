"""The colour of each name, kept in the session so that it does not change with the filters."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genjobs.charts import colours
from genjobs.domain.cost_screen import Grouping

KEPT = "costs-colours"


def places(grouping: Grouping, keys: Sequence[str]) -> dict[str, int]:
    """The colour index of each of the first seven `keys`, which come largest first."""
    memory: dict[Grouping, dict[str, int]] = st.session_state.setdefault(KEPT, {})
    kept = memory.get(grouping, {})
    found = colours.places(keys, kept)
    memory[grouping] = {**kept, **found}
    return found
