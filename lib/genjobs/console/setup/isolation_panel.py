"""The proof of isolation: tries to reach other people's data as the person signed in."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genjobs.console.kit import error_messages, session
from genjobs.console.kit.wording import plain
from genjobs.domain.counting import counted
from genjobs.runtime import runtime
from genjobs.setup import reading
from genjobs.setup.isolation import Attempt

REFUSED = ":green-badge[:material/block: Refused]"
REACHED = ":red-badge[:material/error: Reached]"
NOTHING = ":gray-badge[:material/remove: Nothing there]"


@st.fragment
def draw(user_id: str) -> None:
    """Draw the button, and after it every attempt; only this part is drawn again."""
    st.markdown(
        "Tries, as you, to read, count, change and delete what belongs to others, in every possible way. "
        "Changes are tried inside a function that always undoes them."
    )
    if st.button("Prove the isolation", type="primary", icon=":material/shield_lock:"):
        with st.spinner("Trying every way"), error_messages.reported():
            show(reading.prove_isolation(session.client(), user_id, _others(user_id)))


def _others(user_id: str) -> list[str]:
    """Ids of other people that are known here: the made-up ones of a local stack."""
    return [known for known in runtime().demo_ids() if known != user_id]


def show(attempts: Sequence[Attempt]) -> None:
    """Draw the verdict and each attempt, the worst first."""
    _verdict(attempts)
    st.markdown("\n\n".join(_line(attempt) for attempt in _worst_first(attempts)))


def _line(attempt: Attempt) -> str:
    """Two lines of text, which fit a phone."""
    happened = f":gray[{plain(attempt.road)}:] {plain(attempt.detail)}"
    return f"{_badge(attempt)} **{plain(attempt.attempt)}**  \n{happened}"


def _verdict(attempts: Sequence[Attempt]) -> None:
    reached = [attempt for attempt in attempts if not attempt.refused]
    proving = [attempt for attempt in attempts if attempt.proves]
    if reached:
        st.error(
            f"**{counted(len(reached), 'attempt')} reached what belongs to others.** "
            "*Checks* says what differs from the migrations, and how to put it right. Then try again.",
            icon=":material/gpp_bad:",
        )
    elif not proving:
        st.info(
            "**Nothing was reached, and there was nothing to reach.** Nobody else has rows in this database, "
            "so this proves nothing yet.",
            icon=":material/info:",
        )
    else:
        st.success(f"**{counted(len(proving), 'attempt')}, all refused.**", icon=":material/gpp_good:")


def _badge(attempt: Attempt) -> str:
    if not attempt.refused:
        return REACHED
    return REFUSED if attempt.foreign_rows_exist else NOTHING


def _worst_first(attempts: Sequence[Attempt]) -> list[Attempt]:
    return sorted(attempts, key=lambda attempt: (attempt.refused, not attempt.foreign_rows_exist))
