"""The reader's projects as a table with what is in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pandas as pd
import streamlit as st

from genjobs.console.kit import tables
from genjobs.console.kit.wording import distinct
from genjobs.domain import times
from genjobs.domain.rows import Asset, Project, SummaryRow
from genjobs.domain.spreadsheets import disarmed


@dataclass(frozen=True)
class Contents:
    """What a project holds: its jobs, their cost in cents, the newest job's time, and its input assets.

    `name` tells it apart from other projects of the same name.
    """

    project: Project
    name: str
    jobs: int
    cost_cents: int
    last_job_at: datetime | None
    inputs: tuple[Asset, ...]


def contents(
    projects: Sequence[Project], summary: Sequence[SummaryRow], assets: Sequence[Asset]
) -> list[Contents]:
    """One for each project, in their order; `summary` and `assets` may cover other projects too."""
    names = distinct({project.id: project.name for project in projects})
    return [
        _contents(
            project,
            names[project.id],
            [line for line in summary if line.project_id == project.id],
            tuple(asset for asset in assets if asset.project_id == project.id),
        )
        for project in projects
    ]


def choose(held: Sequence[Contents], chosen_id: str | None, now: datetime) -> Contents:
    """Draw the table with one row chosen, and return it: `chosen_id` if it is there, else the first."""
    ids = [one.project.id for one in held]
    chosen = ids.index(chosen_id) if chosen_id in ids else 0
    number = st.column_config.NumberColumn
    columns = {"Jobs": number(format="localized"), "Cost": number(format="dollar")}
    return held[
        tables.choose_row(tables.row_key("projects", ids), _frame(held, now), columns, chosen, "Projects")
    ]


def inputs(held: Contents, now: datetime) -> None:
    """Draw the project's input assets, newest first."""
    st.header("Input assets", anchor=False)
    if not held.inputs:
        st.info("None yet. A job can name one as its input.", icon=":material/image:")
        return
    frame = pd.DataFrame(
        {
            "Name": [disarmed(one.name) for one in held.inputs],
            "Mode": [disarmed(one.mode) for one in held.inputs],
            "Added": [times.relative(one.created_at, now) for one in held.inputs],
            "Storage path": [disarmed(one.storage_path) for one in held.inputs],
        }
    )
    st.dataframe(frame, hide_index=True, alt=f"Input assets of {held.name}")


def _contents(
    project: Project, name: str, lines: Sequence[SummaryRow], inputs: tuple[Asset, ...]
) -> Contents:
    return Contents(
        project,
        name,
        sum(line.job_count for line in lines),
        sum(line.total_cost_cents for line in lines),
        max((line.last_job_at for line in lines), default=None),
        inputs,
    )


def _frame(held: Sequence[Contents], now: datetime) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Name": [disarmed(one.name) for one in held],
            "Jobs": [one.jobs for one in held],
            "Cost": [Decimal(one.cost_cents) / 100 for one in held],
            "Inputs": [len(one.inputs) for one in held],
            "Newest job": [times.relative(one.last_job_at, now) if one.last_job_at else "–" for one in held],
        }
    )
