"""One job and what may happen to it: the moves that the workflow allows, and deletion after a question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genjobs.console.jobs_test import job_list
from genjobs.console.kit import actions, recipe_view, recipes
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.badges import LOOKS, badge
from genjobs.console.kit.recipes import Recipe
from genjobs.console.kit.wording import plain
from genjobs.data import jobs
from genjobs.data.transport.client import Client
from genjobs.domain import times
from genjobs.domain.money import format_cents
from genjobs.domain.rows import Job
from genjobs.domain.workflow import MOVES, Status

AREA = "job"
VERBS = {Status.RUNNING: "Start", Status.SUCCEEDED: "Complete", Status.FAILED: "Fail"}
ERROR_SHOWN = 300
ICONS = {Status.RUNNING: ":material/play_arrow:", Status.SUCCEEDED: ":material/check:"}


def panel(job: Job, assets: Mapping[str, str], zone: ZoneInfo) -> None:
    """Draw the job with its moves; `assets` gives names by id."""
    st.markdown(f"{_title(job)}\n\n{_facts(job, assets, zone)}")
    if job.error:
        _error(job.error)
    _moves(job)
    with st.container(horizontal=True):
        if st.button("Delete", key=actions.key(AREA, "delete"), icon=":material/delete:", type="tertiary"):
            ask_to_delete(job)
        recipe_view.popover(lambda: _recipes(job), "job-code")


@st.dialog("Delete this job?", icon=":material/delete:")
def ask_to_delete(job: Job) -> None:
    """Ask before deleting; Escape or the other button keeps the job."""
    st.markdown(_title(job))
    st.markdown("It goes from the table and from the totals.")
    keep, delete = st.columns(2)
    if keep.button("Keep it", width="stretch"):
        st.rerun()
    if delete.button("Delete job", key=actions.key(AREA, "confirm"), type="primary", width="stretch"):
        actions.write(AREA, partial(_delete, job=job))


def _title(job: Job) -> str:
    return f"{badge(job.status)} **{plain(job.mode)}**, {plain(format_cents(job.cost_cents))}"


def _error(text: str) -> None:
    """Draw the error's beginning, and the whole of a long one for those who open it."""
    start = text if len(text) <= ERROR_SHOWN else f"{text[:ERROR_SHOWN]}…"
    st.markdown(f":red[**Error**] {plain(start)}")
    if start != text:
        whole = st.expander("The whole error", key="job-error", on_change="rerun")
        if whole.open:
            whole.code(text, language=None, wrap_lines=True, height=240)


def _recipes(job: Job) -> dict[str, Recipe]:
    """The job's next moves in code, and its deletion."""
    error = {Status.FAILED: "What went wrong"}
    moves = {VERBS[to]: recipes.transition_job(job.id, to, error.get(to)) for to in MOVES[job.status]}
    return {**moves, "Delete": recipes.delete_job(job.id)}


def _facts(job: Job, assets: Mapping[str, str], zone: ZoneInfo) -> str:
    lines = [
        plain(f"Created {times.exact(job.created_at, zone)}"),
        plain(f"Changed {times.relative(job.updated_at, datetime.now(UTC))}"),
        plain(
            f"Input {assets.get(job.input_asset_id, job.input_asset_id) if job.input_asset_id else 'none'}"
        ),
        f"`{job.id}`",
    ]
    return "  \n".join(f":small[:gray[{line}]]" for line in lines)


def _moves(job: Job) -> None:
    """Each move keeps its own place, so that a second click on one never lands on the next."""
    offered = MOVES[job.status]
    if not offered:
        st.markdown(f":small[:gray[{LOOKS[job.status].word} is final: this job does not move again.]]")
        return
    first, second = st.columns(2)
    if Status.RUNNING in offered:
        _move_button(first, job, Status.RUNNING)
    if Status.FAILED in offered:
        _fail(first, job)
    if Status.SUCCEEDED in offered:
        _move_button(second, job, Status.SUCCEEDED)


def _move_button(place: DeltaGenerator, job: Job, target: Status) -> None:
    if place.button(VERBS[target], key=actions.key(AREA, target), icon=ICONS[target], width="stretch"):
        actions.write(AREA, partial(_move, job=job, target=target))


def _fail(place: DeltaGenerator, job: Job) -> None:
    popover = place.popover(
        "Fail",
        icon=":material/close:",
        width="stretch",
        key=actions.key(AREA, "popover"),
        on_change="rerun",
    )
    if popover.open:
        _failure(popover, job)


def _failure(popover: DeltaGenerator, job: Job) -> None:
    with popover, st.form(actions.key(AREA, "failure"), border=False):
        text = st.text_input("What went wrong", placeholder="Model timed out after 30 s", max_chars=2000)
        sent = st.form_submit_button("Fail the job")
    if sent and text.strip():
        actions.write(AREA, partial(_move, job=job, target=Status.FAILED, error=text.strip()))
    elif sent:
        popover.warning("Say in a few words what went wrong.", icon=":material/edit_note:")


def _move(client: Client, job: Job, target: Status, error: str | None = None) -> Notice:
    outcome = jobs.transition_job(client, job.id, target, error)
    if outcome.moved:
        text = f"{badge(job.status)} → {badge(target)}"
        return Notice("success", "Job moved", text, LOOKS[target].icon, job_list.presets(job.id))
    if outcome.job is None:
        return Notice(
            "warning", "The job is gone", "Someone deleted it before you moved it.", ":material/search_off:"
        )
    return Notice(
        "warning",
        "Someone else moved this job first",
        f"It was {badge(job.status)} when this page last looked and is {badge(outcome.job.status)} now. "
        "Your move changed nothing.",
        ":material/call_split:",
        job_list.presets(job.id),
    )


def _delete(client: Client, job: Job) -> Notice:
    jobs.delete_job(client, job.id)
    return Notice("success", "Job deleted", f"{plain(job.mode)} is gone from the table.", ":material/delete:")
