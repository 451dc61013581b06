"""Cancelling an open job and retrying a failed one, with one click each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from genjobs.console.jobs_test import moves
from genjobs.console.jobs_test.keys import BOARD, CHOSEN, LEAPS, LISTING, RETRIED
from genjobs.console.jobs_test.listing import Listing
from genjobs.console.kit import actions
from genjobs.console.kit.actions import Notice
from genjobs.data import attempts
from genjobs.data.transport.client import Client
from genjobs.domain.attempts import JobDetails
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

AREA = "again"
"""An area of its own, so that a click right after a move of the job does not count as a second click."""


def buttons(job: Job, details: JobDetails) -> None:
    """Draw both, disabled if of no use: each keeps its place, so that a second click hits no other button."""
    is_open = job.status in (Status.QUEUED, Status.RUNNING)
    is_last = job.status is Status.FAILED and details.retried_as is None
    _button("Cancel", "block", cancel, job, is_open)
    _button("Try again", "replay", retry, job, is_last)


def _button(label: str, icon: str, on_click: Callable[[Job], None], job: Job, is_of_use: bool) -> None:
    key = f"panel-{label.lower().replace(' ', '-')}"
    st.button(
        label, key=key, icon=f":material/{icon}:", on_click=on_click, args=(job,), disabled=not is_of_use
    )


def next_attempt(job_id: str) -> None:
    """Draw a button that shows the attempt with that id."""
    icon = ":material/arrow_forward:"
    st.button("Next attempt", key="panel-next", icon=icon, type="tertiary", on_click=_show, args=(job_id,))


def _show(job_id: str) -> None:
    """Choose that job; if it is a new one that waits to be shown, begin the list anew."""
    state = st.session_state
    _, held = state.get(LISTING, (None, Listing()))
    if job_id not in held.ids:
        state.pop(LISTING, None)
    state[CHOSEN], state[LEAPS] = job_id, state.get(LEAPS, 0) + 1


def cancel(job: Job) -> None:
    """Cancel the job, in a button's callback; its worker, if it has one, is told."""
    actions.on_click(moves.AREA, partial(_cancel, job=job), redraw=BOARD)


def retry(job: Job) -> None:
    """Queue another attempt, in a button's callback."""
    actions.on_click(AREA, partial(_retry, job=job), redraw=BOARD, once=True)


def _cancel(client: Client, job: Job) -> Notice:
    if attempts.cancel(client, job.id):
        return Notice("info", moves.named(job), "was cancelled.", ":material/block:")
    text = "– your click changed nothing: the job had already ended."
    return Notice("warning", moves.named(job), text, ":material/call_split:")


def _retry(client: Client, job: Job) -> Notice:
    made = attempts.retry(client, job.id)
    if made:
        text = f"is queued again as `{made[:8]}`."
        return Notice("success", moves.named(job), text, ":material/replay:", {RETRIED: made})
    text = "– your click changed nothing: the job was already retried, or was deleted."
    return Notice("warning", moves.named(job), text, ":material/call_split:")
