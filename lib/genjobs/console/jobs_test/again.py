"""Cancelling a job that has not ended, and trying one again that has failed: one click each."""

from __future__ import annotations

from functools import partial

import streamlit as st

from genjobs.console.jobs_test import moves
from genjobs.console.jobs_test.keys import BOARD
from genjobs.console.kit import actions
from genjobs.console.kit.actions import Notice
from genjobs.data import attempts
from genjobs.data.transport.client import Client
from genjobs.domain.attempts import JobDetails
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status


def buttons(job: Job, details: JobDetails) -> None:
    """Draw the one that is of use: a job that failed and was tried again already offers none."""
    if job.status in (Status.QUEUED, Status.RUNNING):
        st.button("Cancel", key="panel-cancel", icon=":material/block:", on_click=cancel, args=(job,))
    elif job.status is Status.FAILED and details.retried_as is None:
        st.button("Try again", key="panel-again", icon=":material/replay:", on_click=retry, args=(job,))


def cancel(job: Job) -> None:
    """Cancel the job, in a button's callback; its worker, if it has one, is told."""
    actions.on_click(moves.AREA, partial(_cancel, job=job), redraw=BOARD)


def retry(job: Job) -> None:
    """Queue another attempt, in a button's callback."""
    actions.on_click(moves.AREA, partial(_retry, job=job), redraw=BOARD, once=True)


def _cancel(client: Client, job: Job) -> Notice:
    if attempts.cancel(client, job.id):
        return Notice("info", moves.named(job), "was cancelled.", ":material/block:")
    text = "had ended meanwhile. Your click changed nothing."
    return Notice("warning", moves.named(job), text, ":material/call_split:")


def _retry(client: Client, job: Job) -> Notice:
    made = attempts.retry(client, job.id)
    if made:
        return Notice("success", moves.named(job), f"waits again as `{made[:8]}`.", ":material/replay:")
    text = "changed meanwhile: it is tried again already, or was deleted. Your click changed nothing."
    return Notice("warning", moves.named(job), text, ":material/call_split:")
