"""The list of jobs: what is shown in it, and which job is chosen.

A job that was just created or moved stays in the list, also where it no longer fits the chosen status; else
the next job would take its place under the reader's pointer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from genjobs.console.kit import browser, tables
from genjobs.console.kit.badges import LOOKS
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

CHOSEN, KEPT = "chosen-job", "kept-job"


def presets(job_id: str) -> dict[str, object]:
    """What makes a job the chosen one at the next drawing, and keeps it in the list."""
    return {CHOSEN: job_id, KEPT: job_id}


def kept() -> str | None:
    """The id of the job that stays in the list whatever is chosen to be seen."""
    job_id: str | None = st.session_state.get(KEPT)
    return job_id


def filters() -> tuple[Status | None, bool]:
    """Draw the choice of a status, none meaning any, and of one project or all; the address keeps both."""
    with st.container(horizontal=True, vertical_alignment="center"):
        status = st.segmented_control(
            "Status",
            list(Status),
            format_func=lambda one: LOOKS[one].word,
            key="status",
            on_change=_let_go,
            bind="query-params",
            label_visibility="collapsed",
        )
        everywhere = st.toggle("From all projects", key="everywhere", on_change=_let_go, bind="query-params")
        return status, everywhere


def choose(jobs: Sequence[Job], projects: Mapping[str, str], *, everywhere: bool) -> Job:
    """Draw the jobs and remember which is chosen, so that it stays chosen when others come."""
    table = tables.jobs_table(jobs, projects if everywhere else None, datetime.now(UTC), browser.zone())
    job = tables.choose_job(jobs, table, st.session_state.get(CHOSEN), browser.theme())
    st.session_state[CHOSEN] = job.id
    if job.id != kept():
        _let_go()
    return job


def _let_go() -> None:
    st.session_state.pop(KEPT, None)
