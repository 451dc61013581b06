"""Moves of a job, one click each: from its row, from its panel, or where it was just created.

Each status can be reached from only one other, so a move states which status it expects. A click on a job
that has changed in the meantime does nothing, and says so.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from genjobs.console.jobs_test.keys import BOARD
from genjobs.console.kit import actions
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.badges import STATUS_STYLES, badge
from genjobs.console.kit.error_messages import Tone
from genjobs.console.kit.wording import plain
from genjobs.data import jobs
from genjobs.data.transport.client import Client
from genjobs.domain.errors import InvalidInput
from genjobs.domain.money import format_cents
from genjobs.domain.rows import Job
from genjobs.domain.workflow import MOVES, Status

AREA = "job"
VERBS = {Status.RUNNING: "Start", Status.SUCCEEDED: "Complete", Status.FAILED: "Fail"}
ICONS = {
    Status.RUNNING: ":material/play_arrow:",
    Status.SUCCEEDED: ":material/check:",
    Status.FAILED: ":material/close:",
}
REASON, EXAMPLE = "failure-reason", "Test error"
MOVED = {Status.RUNNING: "is running now.", Status.SUCCEEDED: "succeeded.", Status.FAILED: "failed."}
MEANWHILE = {
    Status.QUEUED: "been queued again",
    Status.RUNNING: "started",
    Status.SUCCEEDED: "succeeded",
    Status.FAILED: "failed",
}
LAST_MOVE = "last-move"
"""What this session moved last: the target status by the job's id."""


def named(job: Job) -> str:
    """A job in few words, as safe Markdown: its mode and how its id begins."""
    return f"{plain(job.mode)} `{job.id[:8]}`"


def described(job: Job) -> str:
    """Its status, mode and cost, as safe Markdown."""
    return f"{badge(job.status)} **{plain(job.mode)}**, {plain(format_cents(job.cost_cents))}"


def reason() -> None:
    """Draw the field for the error of a failed job; all jobs that fail share it.

    Typing is committed at once and redraws nothing, so that a click into the list keeps the focus there.
    """
    st.session_state.setdefault(REASON, EXAMPLE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.markdown(":small[:gray[Error for Fail]]", width="content")
        st.text_input(
            "Error that a failed job gets",
            key=REASON,
            persist_state="session",
            live="0ms",
            on_change="ignore",
            label_visibility="collapsed",
            placeholder="What went wrong",
            icon=":material/error:",
            width=220,
        )


def buttons(job: Job, place: str) -> None:
    """Draw all moves, disabled if the workflow does not allow them, so that each keeps its place."""
    for target, verb in VERBS.items():
        st.button(
            verb,
            key=f"{place}-{target}",
            icon=ICONS[target],
            disabled=target not in MOVES[job.status],
            on_click=move,
            args=(job, target),
        )


def move(job: Job, target: Status) -> None:
    """Move the job, in a button's callback; a second click on the same move finds it done and is silent."""
    error = str(st.session_state.get(REASON, EXAMPLE)).strip() if target is Status.FAILED else None
    last: dict[str, Status] = st.session_state.setdefault(LAST_MOVE, {})
    actions.on_click(AREA, partial(_move, job=job, target=target, error=error, last=last), redraw=BOARD)


def _move(
    client: Client, job: Job, target: Status, error: str | None, last: dict[str, Status]
) -> Notice | None:
    if error == "":
        raise InvalidInput(
            "A failed job needs an error.", hint="Enter it in the field above the list, then try again."
        )
    outcome = jobs.transition_job(client, job.id, target, error)
    if outcome.moved:
        last.clear()
        last[job.id] = target
        return _moved(job, target)
    if outcome.job is None:
        text = "– your click changed nothing: the job has been deleted."
        return Notice("warning", named(job), text, ":material/search_off:")
    if last.get(job.id) is target is outcome.job.status:
        return None
    return _changed_meanwhile(outcome.job, target)


def _moved(job: Job, target: Status) -> Notice:
    """In one line: a second one would lie over *Create job*. The row shows what a failed job says."""
    tone: Tone = "info" if target is Status.FAILED else "success"
    return Notice(tone, named(job), MOVED[target], STATUS_STYLES[target].icon)


def _changed_meanwhile(job: Job, target: Status) -> Notice:
    was = next(status for status, moves in MOVES.items() if target in moves)
    change = f"has {MEANWHILE[job.status]} meanwhile and is no longer {STATUS_STYLES[was].word.lower()}"
    text = f"– your click changed nothing: the job {change}."
    return Notice("warning", named(job), text, ":material/call_split:")
