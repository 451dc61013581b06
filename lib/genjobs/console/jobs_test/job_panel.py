"""One job with its actions: the moves that the workflow allows, and deletion after a confirmation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from genjobs.console.jobs_test import again, create_job, moves
from genjobs.console.jobs_test.keys import CREATED
from genjobs.console.kit import actions, recipe_view, recipes
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.badges import STATUS_STYLES
from genjobs.console.kit.recipes import Recipe
from genjobs.console.kit.wording import plain
from genjobs.data import jobs
from genjobs.data.transport.client import Client
from genjobs.domain import times
from genjobs.domain.attempts import JobDetails
from genjobs.domain.rows import Job
from genjobs.domain.workflow import MOVES, Status

AREA = "delete"
ASKED = "job-to-delete"
ERROR_SHOWN = 300


def panel(
    job: Job,
    assets: Mapping[str, str],
    zone: ZoneInfo,
    details: JobDetails | None = None,
    *,
    leads: bool = False,
) -> None:
    """Draw the job with its moves; `assets` maps ids to names, `details` is None with an older database.

    `leads` says that its next attempt can be shown.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(moves.described(job), width="content")
        moves.buttons(job, "panel")
        if details:
            again.buttons(job, details)
        _button("Duplicate", "content_copy", create_job.duplicate, job)
        _button("Delete", "delete", ask, job)
        recipe_view.popover(lambda: _recipes(job), "job-code")
        if details and details.retried_as and leads:
            again.next_attempt(details.retried_as)
    if details and details.percent is not None:
        st.progress(details.percent, text=plain(details.progress or f"{details.percent}%"))
    st.markdown(_facts(job, assets, zone, details))
    if job.error:
        _error(job.error)


def _button(label: str, icon: str, on_click: Callable[[Job], None], job: Job) -> None:
    key = f"panel-{label.lower()}"
    st.button(label, key=key, icon=f":material/{icon}:", type="tertiary", on_click=on_click, args=(job,))


def gone(job: Job) -> None:
    """Draw a short note in place of a job that has been deleted."""
    st.markdown(f"{moves.named(job)}  \n:small[:gray[It was deleted meanwhile.]]")


def ask(job: Job) -> None:
    """Ask for confirmation when the board is drawn next; call it in a button's callback."""
    st.session_state[ASKED] = job


def question() -> None:
    """Draw the confirmation that a button asked for, if any."""
    job = st.session_state.pop(ASKED, None)
    if job:
        ask_to_delete(job)


@st.dialog("Delete this job?", icon=":material/delete:")
def ask_to_delete(job: Job) -> None:
    """Ask before deleting; Escape or the other button keeps the job."""
    st.markdown(f"{moves.described(job)} `{job.id[:8]}`")
    st.markdown("It leaves the list and its totals. *Costs* and budgets keep its cost.")
    keep, delete = st.columns(2)
    if keep.button("Keep it", width="stretch"):
        st.rerun()
    if delete.button(":red[**Delete job**]", key=actions.key(AREA, "confirm"), width="stretch"):
        actions.write(AREA, partial(_delete, job=job, created=st.session_state.get(CREATED)))


def _error(text: str) -> None:
    """Draw the beginning of the error, and the full text of a long one in an expander."""
    start = text if len(text) <= ERROR_SHOWN else f"{text[:ERROR_SHOWN]}…"
    st.markdown(f":red[**Error**] {plain(start)}")
    if start != text:
        whole = st.expander("Full error", key="job-error", on_change="rerun")
        if whole.open:
            whole.code(text, language=None, wrap_lines=True, height=240)


def _recipes(job: Job) -> dict[str, Recipe]:
    """The job's next moves in code, and its deletion."""
    error = {Status.FAILED: moves.EXAMPLE}
    allowed = MOVES[job.status]
    moved = {moves.VERBS[to]: recipes.transition_job(job.id, to, error.get(to)) for to in allowed}
    return {**moved, "Delete": recipes.delete_job(job.id)}


def _facts(job: Job, assets: Mapping[str, str], zone: ZoneInfo, details: JobDetails | None) -> str:
    source = assets.get(job.input_asset_id, job.input_asset_id) if job.input_asset_id else "none"
    now = datetime.now(UTC)
    facts = [
        plain(f"Created {times.exact(job.created_at, zone)}"),
        plain(f"changed {times.relative(job.updated_at, now)}"),
        *(plain(fact) for fact in (details.facts(now) if details else ())),
        plain(f"input {source}"),
        f"`{job.id}`",
    ]
    if job.status is Status.SUCCEEDED:
        facts.append(f"{STATUS_STYLES[job.status].word} is final")
    return f":small[:gray[{' · '.join(facts)}]]"


def _delete(client: Client, job: Job, created: Job | None) -> Notice:
    jobs.delete_job(client, job.id)
    presets = {CREATED: None} if created and created.id == job.id else {}
    return Notice("success", "Job deleted", moves.named(job), ":material/delete:", presets)
