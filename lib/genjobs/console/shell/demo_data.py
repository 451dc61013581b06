"""The screen of a demo user while their jobs are still being created, at the first start."""

from __future__ import annotations

import streamlit as st

from genjobs.console.kit import ticks
from genjobs.console.kit.wording import plain
from genjobs.domain.people import SignedIn
from genjobs.runtime import runtime

SECONDS = 0.5
WIDTH = 480


def wait_until_there(person: SignedIn) -> None:
    """Return at once if the demo data is complete or the person is not a demo user; else draw the progress.

    Incomplete data is not shown. If creating it failed, say so and continue without it.
    """
    progress = runtime().demo_progress()
    if progress is None or person.user_id not in runtime().demo_ids():
        return
    if progress.error:
        st.warning(f"**There is no demo data.** {plain(progress.error)}", icon=":material/database_off:")
        return
    _watch()
    st.stop()


@st.fragment(run_every=SECONDS)
def _watch() -> None:
    progress = runtime().demo_progress()
    if progress is None or progress.error:
        st.rerun()
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH):
        st.title("Creating your jobs", anchor=False)
        st.markdown(
            "Projects, pictures and four months of made-up jobs. This takes a few seconds, only once."
        )
        st.progress(progress.percent, plain(str(progress)))
    ticks.only_if(lambda: runtime().demo_progress() != progress)
