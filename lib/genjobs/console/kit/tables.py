"""Tables that choose a row. Each key is made from the ids that the table shows.

Streamlit keeps a table's selection by position: under a key that outlives its data, the choice would slide to
a row that nobody chose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import streamlit as st

from genjobs.charts.colours import STATUS_BACKGROUNDS, Theme
from genjobs.console.kit.badges import label
from genjobs.domain import times
from genjobs.domain.rows import Job
from genjobs.domain.spreadsheets import disarmed
from genjobs.domain.workflow import Status

DOLLARS = pa.decimal128(12, 2)


def row_key(name: str, ids: Sequence[str]) -> str:
    """A widget key that changes whenever the ids or their order do."""
    return f"{name}-{sha256(' '.join(ids).encode()).hexdigest()[:16]}"


def jobs_table(
    jobs: Sequence[Job], projects: Mapping[str, str] | None, now: datetime, zone: ZoneInfo
) -> pa.Table:
    """One row a job: Status, Mode, Cost (dollars), Created (relative), Project (name), Created at (exact).

    Without `projects`, names by id, there is no column of that name. A status stands in a list of its own,
    because Streamlit colours only what may be several.
    """
    columns = {
        "Status": pa.array([[label(job.status)] for job in jobs], pa.list_(pa.string())),
        "Mode": pa.array([disarmed(job.mode) for job in jobs], pa.string()),
        "Cost": pa.array([Decimal(job.cost_cents) / 100 for job in jobs], DOLLARS),
        "Created": pa.array([times.relative(job.created_at, now) for job in jobs], pa.string()),
    }
    if projects is not None:
        names = [disarmed(projects.get(job.project_id, "")) for job in jobs]
        columns["Project"] = pa.array(names, pa.string())
    columns["Created at"] = pa.array([times.exact(job.created_at, zone) for job in jobs], pa.string())
    return pa.table(columns)


def choose_job(jobs: Sequence[Job], table: pa.Table, chosen_id: str | None, theme: Theme) -> Job:
    """Draw the jobs, exactly one chosen, and give that one: `chosen_id` if it is there, else the first."""
    ids = [job.id for job in jobs]
    chosen = ids.index(chosen_id) if chosen_id in ids else 0
    columns = {
        "Status": st.column_config.MultiselectColumn(
            options=[label(status) for status in Status], color=list(STATUS_BACKGROUNDS[theme].values())
        ),
        "Cost": st.column_config.NumberColumn(format="dollar"),
    }
    return jobs[choose_row(row_key("jobs", ids), table, columns, chosen, "Jobs, newest first")]


def choose_row(
    key: str, data: pd.DataFrame | pa.Table, columns: Mapping[str, Any], chosen: int, described: str
) -> int:
    """Draw a frame or table, exactly one row chosen, at first `chosen`, and give that row's position."""
    state = st.dataframe(
        data,
        key=key,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [chosen], "columns": [], "cells": []}},
        column_config=dict(columns),
        hide_index=True,
        alt=described,
    )
    rows = state.selection.rows
    return rows[0] if rows else chosen
