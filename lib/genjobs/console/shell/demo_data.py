"""What a demo user sees while their jobs are still being created, at the first start."""

from __future__ import annotations

import streamlit as st

from genjobs.console.kit import reads, ticks
from genjobs.console.kit.wording import plain
from genjobs.domain.people import SignedIn
from genjobs.domain.progress import DemoProgress
from genjobs.runtime import runtime

SECONDS = 0.5
WIDTH = 480
_ICON = ":material/hourglass_top:"
_GROWS = "Older jobs are still being added, so totals grow."


def wait_until_there(person: SignedIn, needs_all: bool) -> None:
    """Draw the progress instead of the page while a demo user's jobs are missing.

    A page that `needs_all` waits for all of them, the others only for those of the last two weeks: they get a
    line that says that older ones are being added. If creating them failed, say so and continue.
    """
    progress = runtime().demo_progress()
    if progress is None or person.user_id not in runtime().demo_ids():
        return
    if progress.error:
        _failed(progress)
    elif not _is_enough(progress, needs_all):
        _watch(needs_all)
        st.stop()
    elif not progress.is_complete:
        _older_days()


def _is_enough(progress: DemoProgress, needs_all: bool) -> bool:
    return progress.is_complete or (progress.has_recent and not needs_all)


def _failed(progress: DemoProgress) -> None:
    missing = "Some of the demo data is missing." if progress.has_recent else "There is no demo data."
    again = "To load the rest, stop the stack and start it again: `genjobs local stop`"
    st.warning(f"**{missing}** {plain(progress.error)}  \n{again}", icon=":material/database_off:")


@st.fragment(run_every=SECONDS)
def _watch(needs_all: bool) -> None:
    progress = runtime().demo_progress()
    if progress is None or progress.error or _is_enough(progress, needs_all):
        st.rerun()
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH):
        st.title("Creating your jobs", anchor=False)
        st.markdown(
            "Projects, pictures and four months of made-up jobs. This takes a few seconds, only once."
        )
        st.progress(progress.percent, plain(str(progress)))
    ticks.only_if(lambda: runtime().demo_progress() != progress)


@st.fragment(run_every=SECONDS)
def _older_days() -> None:
    """The page is drawn again only when asked: that closes a dialog and loses what was typed there."""
    progress = runtime().demo_progress()
    if progress and progress.error:
        _failed(progress)
    elif progress and not progress.is_complete:
        st.markdown(f":small[:gray[{_ICON} {plain(str(progress))}. {_GROWS}]]")
    else:
        reads.forget()
        _offer_all()
    ticks.only_if(lambda: runtime().demo_progress() != progress)


def _offer_all() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[:gray[{_ICON} The older demo jobs are there now.]]", width="content")
        if st.button("Show them", type="tertiary"):
            st.rerun()
