"""What a reader sees while the database on this machine comes up, and when it does not."""

from __future__ import annotations

import streamlit as st

from lib.console import errors
from lib.runtime import Progress, runtime

SECONDS = 0.4


def ready() -> bool:
    """Whether the console has its database."""
    return runtime().progress().state == "ready"


def wait_until_ready() -> None:
    """Return at once when the console is ready; else draw how far it is, and end this run."""
    if ready():
        return
    _watch()
    st.stop()


@st.fragment(run_every=SECONDS)
def _watch() -> None:
    progress = runtime().progress()
    if progress.state == "ready":
        st.rerun()
    st.title("Generation Jobs Console", anchor=False)
    if progress.state == "failed":
        _failed(progress)
    else:
        _starting(progress)


def _starting(progress: Progress) -> None:
    st.markdown(
        "The database on this machine is starting. The first start takes a few seconds, later ones less."
    )
    *done, current = progress.steps or ("Getting ready",)
    with st.status(current, expanded=True):
        for step in done:
            st.markdown(f":green[:material/check:] {step}")


def _failed(progress: Progress) -> None:
    if progress.error:
        errors.show(progress.error)
    if progress.steps:
        with st.expander("How far it came"):
            for step in progress.steps:
                st.markdown(f"- {step}")
    if st.button("Try again", type="primary", icon=":material/refresh:"):
        runtime().start()
        st.rerun()
