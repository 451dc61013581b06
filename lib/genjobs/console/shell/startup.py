"""The screen while the console starts, and when starting fails."""

from __future__ import annotations

import streamlit as st

from genjobs.console.kit import error_messages, ticks
from genjobs.console.kit.wording import plain
from genjobs.domain.errors import SettingsError
from genjobs.domain.progress import Progress
from genjobs.runtime import runtime

SECONDS = 0.4
STEPS_SHOWN = 5
WIDTH = 480
_UP_SOON = "The database on this machine is starting. The first start takes a few seconds, later ones less."
_BACK_SOON = (
    "The database on this machine had stopped. The page comes back by itself, and you stay signed in."
)


def ready() -> bool:
    """Whether the console has its database."""
    return runtime().progress().state == "ready"


def wait_until_ready() -> None:
    """Return at once when the console is ready; else draw its progress and end this run."""
    if ready():
        return
    _watch()
    st.stop()


@st.fragment(run_every=SECONDS)
def _watch() -> None:
    progress = runtime().progress()
    if progress.state == "ready":
        st.rerun()
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH):
        st.markdown(":gray[Generation Jobs Console]")
        if progress.state == "failed":
            _failed(progress)
        else:
            _starting(progress)
    ticks.only_if(lambda: runtime().progress() != progress)


def _starting(progress: Progress) -> None:
    st.title("Starting again" if progress.again else "Starting", anchor=False)
    st.markdown(_BACK_SOON if progress.again else _UP_SOON)
    *done, current = progress.steps or ("Getting ready",)
    box = st.status(plain(current), expanded=True)
    if done:
        box.markdown(_ticked(done[-STEPS_SHOWN:]))
    if progress.error:
        st.markdown(":gray[The last attempt failed:]")
        error_messages.show(progress.error)


def _failed(progress: Progress) -> None:
    st.title("The database has stopped" if progress.again else "The console did not start", anchor=False)
    if progress.error:
        error_messages.show(progress.error)
    if progress.steps:
        with st.expander("Startup log"):
            st.markdown(_ticked(progress.steps))
    if isinstance(progress.error, SettingsError):
        st.markdown("Then restart the console: it reads its settings only at startup.")
    elif st.button(
        "Start it again" if progress.again else "Try again", type="primary", icon=":material/refresh:"
    ):
        runtime().start()
        st.rerun()


def _ticked(steps: tuple[str, ...] | list[str]) -> str:
    return "  \n".join(f":green[:material/check:] {plain(step)}" for step in steps)
