"""Deleting old jobs: choose, count, see the number, and only then delete.

What is deleted are the jobs that match by then. Where that is another number than was counted, it is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from genjobs.console.kit import actions, browser, error_messages, numbers, recipe_view, recipes, session
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.badges import STATUS_STYLES
from genjobs.console.kit.wording import plain
from genjobs.data import jobs
from genjobs.data.transport.client import Client
from genjobs.domain import times
from genjobs.domain.counting import counted
from genjobs.domain.workflow import Status

AREA = "old"
COUNTED, DAYS, STATUSES = "old-counted", "old-days", "old-statuses"
EXAMPLE_DAYS, MOST_DAYS = 90, 36_500


@dataclass(frozen=True)
class Choice:
    """Jobs of these statuses that were created before this moment, and how many there were when counted."""

    days: int
    statuses: tuple[Status, ...]
    before: datetime
    count: int


def opener() -> None:
    """Draw the button that opens the dialog; what was chosen and counted before is forgotten."""
    if st.button("Delete old jobs", key="old-open", icon=":material/auto_delete:"):
        for name in (COUNTED, DAYS, STATUSES):
            st.session_state.pop(name, None)
        _ask()


@st.dialog("Delete old jobs", icon=":material/auto_delete:")
def _ask() -> None:
    st.markdown("From all your projects. Counting deletes nothing.")
    days = numbers.field("Older than, in days", EXAMPLE_DAYS, DAYS)
    statuses = _statuses()
    if st.button("Count them", icon=":material/tag:", disabled=not statuses):
        _count(days, statuses)
    choice = st.session_state.get(COUNTED)
    if choice and (choice.days, choice.statuses) == (days, statuses):
        _offer(choice)


def _statuses() -> tuple[Status, ...]:
    picked = st.pills(
        "With status",
        list(Status),
        selection_mode="multi",
        default=[Status.SUCCEEDED, Status.FAILED],
        format_func=lambda status: STATUS_STYLES[status].word,
        key=STATUSES,
    )
    return tuple(status for status in Status if status in picked)


def _count(days: numbers.Typed, statuses: Sequence[Status]) -> None:
    st.session_state.pop(COUNTED, None)
    if not isinstance(days, int) or not 0 <= days <= MOST_DAYS:
        error_messages.say(
            "warning", f"Enter whole days from 0 to {MOST_DAYS:,}.", icon=":material/edit_note:"
        )
        return
    with error_messages.reported():
        before = datetime.now(UTC) - timedelta(days=days)
        count = jobs.count_old_jobs(session.client(), before, statuses)
        st.session_state[COUNTED] = Choice(days, tuple(statuses), before, count)


def _offer(choice: Choice) -> None:
    described = _described(choice, browser.zone())
    if not choice.count:
        st.info(f"There are no such jobs: {described}.", icon=":material/check:")
        return
    lost = "This cannot be undone. *Costs* keeps what they cost."
    st.warning(f"**{counted(choice.count, 'job')}**: {described}. {lost}", icon=":material/delete:")
    _code(choice)
    label = f"Delete {counted(choice.count, 'job')}"
    if st.button(
        f":red[**{label}**]", key=actions.key(AREA, "delete"), icon=":material/delete:", width="stretch"
    ):
        actions.write(AREA, partial(_delete, choice=choice))


def _code(choice: Choice) -> None:
    code = st.expander(
        "The same in SQL and Python", key="old-code", icon=":material/code:", on_change="rerun"
    )
    if not code.open:
        return
    with code:
        st.markdown("**Count**")
        recipe_view.texts(recipes.count_old_jobs(choice.before, choice.statuses))
        st.markdown("**Delete**")
        recipe_view.texts(recipes.delete_old_jobs(choice.before, choice.statuses))


def _described(choice: Choice, zone: ZoneInfo) -> str:
    words = " or ".join(STATUS_STYLES[status].word.lower() for status in choice.statuses)
    age = f"older than {counted(choice.days, 'day')}"
    return plain(f"{words}, {age} (created before {times.exact(choice.before, zone)})")


def _delete(client: Client, choice: Choice) -> Notice:
    gone, forgotten = jobs.delete_old_jobs(client, choice.before, choice.statuses), {COUNTED: None}
    icon, deleted = ":material/delete:", f"{counted(gone, 'job')} deleted"
    if gone == choice.count:
        return Notice("success", deleted, "", icon, forgotten)
    if not gone:
        why = "those that were counted have been deleted or have changed since."
        return Notice("warning", "No job was deleted:", why, icon, forgotten)
    were = "was" if choice.count == 1 else "were"
    why = f"{choice.count:,} {were} counted, and jobs have changed since then."
    return Notice("warning", f"{deleted}.", why, icon, forgotten)
