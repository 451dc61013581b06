"""The jobs as a table: the columns of a row, and its one-click actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import streamlit as st

from genjobs.charts.colours import STATUS_BACKGROUNDS, Theme
from genjobs.console.jobs_test import create_job, job_panel, moves
from genjobs.console.jobs_test.keys import LEAPS
from genjobs.console.jobs_test.listing import Listing
from genjobs.console.kit.badges import label
from genjobs.console.kit.tables import choose_row, row_key
from genjobs.domain import times
from genjobs.domain.attempts import JobDetails
from genjobs.domain.rows import Job
from genjobs.domain.spreadsheets import disarmed
from genjobs.domain.workflow import MOVES, Status

DOLLARS = pa.decimal128(12, 2)
DELETED = "– Deleted"
ERROR_SHOWN = 200
HEIGHT = 300
WIDTHS = {
    "Status": 110,
    "Start": 56,
    "Complete": 86,
    "Fail": 52,
    "Mode": 104,
    "Cost": 110,
    "Created": 80,
    "Error": 78,
    "Project": 96,
    "Duplicate": 84,
    "Delete": 66,
    "Progress": 50,
    "Created at": 190,
}
"""In pixels, so that no column moves when the jobs change; Progress, which comes and goes, comes late."""
ERROR_OF_FAILED = 260
ACTIONS: dict[str, Callable[[Job], None]] = {
    **{verb: partial(moves.move, target=target) for target, verb in moves.VERBS.items()},
    "Duplicate": create_job.duplicate,
    "Delete": job_panel.ask,
}


def table(
    listing: Listing,
    projects: Mapping[str, str] | None,
    details: Mapping[str, JobDetails],
    now: datetime,
    zone: ZoneInfo,
    status: Status | None,
) -> pa.Table:
    """One row per job, with the columns of `shown(status)`; Project only with `projects`, names by id.

    Progress, in percent, only if a worker holds a job of the list; `details` are by job id. Cost is in
    dollars, Created relative, Created at exact. The cell of an action is empty if it is not allowed. Each
    status is a list of one, because Streamlit colours only columns of lists.
    """
    jobs, gone = listing.jobs, listing.gone
    columns = {"Status": pa.array([[_status(job, gone)] for job in jobs], pa.list_(pa.string()))}
    for target, verb in moves.VERBS.items():
        columns[verb] = _texts(
            verb if target in MOVES[job.status] and job.id not in gone else None for job in jobs
        )
    columns["Mode"] = _texts(disarmed(job.mode) for job in jobs)
    columns["Cost"] = pa.array([Decimal(job.cost_cents) / 100 for job in jobs], DOLLARS)
    columns["Created"] = _texts(times.relative(job.created_at, now) for job in jobs)
    columns["Error"] = _texts(disarmed((job.error or "")[:ERROR_SHOWN]) for job in jobs)
    if projects is not None:
        columns["Project"] = _texts(disarmed(projects.get(job.project_id, "")) for job in jobs)
    for verb in ("Duplicate", "Delete"):
        columns[verb] = _texts(None if job.id in gone else verb for job in jobs)
    if has_held(listing, details):
        percents = [details[job.id].percent if job.id in details else None for job in jobs]
        columns["Progress"] = _texts("" if percent is None else f"{percent}%" for percent in percents)
    columns["Created at"] = _texts(times.exact(job.created_at, zone) for job in jobs)
    return pa.table(columns).select([name for name in shown(status) if name in columns])


def shown(status: Status | None) -> list[str]:
    """The columns in their order for a list of that status, None for all: no moves where none is possible.

    What failed is read for when and why, also on a phone, where about three columns are seen.
    """
    is_over = status is not None and not MOVES[status]
    names = [name for name in WIDTHS if not (is_over and name in moves.VERBS.values())]
    first = ("Status", "Created", "Error") if status is Status.FAILED else ()
    return [*first, *(name for name in names if name not in first)]


def has_held(listing: Listing, details: Mapping[str, JobDetails]) -> bool:
    """Whether a worker holds a job of the list."""
    return any(details[job_id].held for job_id in listing.ids if job_id in details)


def choose(
    listing: Listing, rows: pa.Table, chosen_id: str | None, theme: Theme, status: Status | None
) -> Job:
    """Draw the jobs with one row chosen, and return its job: `chosen_id` if it is there, else the first."""
    ids = listing.ids
    chosen = ids.index(chosen_id) if chosen_id in ids else 0
    key = row_key("jobs", (*ids, str(st.session_state.get(LEAPS, 0))))
    row = choose_row(key, rows, _columns(listing, key, theme, status), chosen, "Jobs, newest first", HEIGHT)
    return listing.jobs[row]


def act(listing: Listing, verb: str, key: str) -> None:
    """Run the action of a row's button, in the callback of its column."""
    row = st.session_state[key].row
    if row < len(listing.jobs):
        ACTIONS[verb](listing.jobs[row])


def _columns(listing: Listing, key: str, theme: Theme, status: Status | None) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "Status": st.column_config.MultiselectColumn(
            options=[*(label(status) for status in Status), DELETED],
            color=[*STATUS_BACKGROUNDS[theme].values(), STATUS_BACKGROUNDS[theme][Status.QUEUED]],
            width=WIDTHS["Status"],
        ),
        "Cost": st.column_config.NumberColumn(format="dollar", width=WIDTHS["Cost"]),
        "Progress": st.column_config.TextColumn("Done", width=WIDTHS["Progress"]),
    }
    widths = {**WIDTHS, "Error": ERROR_OF_FAILED} if status is Status.FAILED else WIDTHS
    for name in ("Mode", "Created", "Error", "Project", "Created at"):
        columns[name] = st.column_config.TextColumn(width=widths[name])
    for verb in [verb for verb in ACTIONS if verb in shown(status)]:
        name = f"{key}-{verb}"
        columns[verb] = st.column_config.ButtonColumn(
            width=WIDTHS[verb], key=name, on_click=act, args=(listing, verb, name)
        )
    return columns


def _status(job: Job, gone: frozenset[str]) -> str:
    return DELETED if job.id in gone else label(job.status)


def _texts(values: Any) -> pa.Array:
    return pa.array(list(values), pa.string())
