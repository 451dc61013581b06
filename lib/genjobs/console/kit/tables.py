"""Tables that choose a row. Each key is made from the ids that the table shows.

Streamlit keeps a table's selection by position: if the key stayed the same while the rows changed, the
selection would move to a row that nobody chose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import streamlit as st


def row_key(name: str, ids: Sequence[str]) -> str:
    """A widget key that changes whenever the ids or their order do."""
    return f"{name}-{sha256(' '.join(ids).encode()).hexdigest()[:16]}"


def choose_row(
    key: str,
    data: pd.DataFrame | pa.Table,
    columns: Mapping[str, Any],
    chosen: int,
    described: str,
    height: int | Literal["auto"] = "auto",
) -> int:
    """Draw a frame or table with one row chosen, at first `chosen`, and return that row's position.

    `height` is in pixels.
    """
    state = st.dataframe(
        data,
        key=key,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [chosen], "columns": [], "cells": []}},
        column_config=dict(columns),
        hide_index=True,
        height=height,
        alt=described,
    )
    rows = state.selection.rows
    return rows[0] if rows else chosen
