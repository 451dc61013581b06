"""The notices on an open page when the database is out of reach and when it is back, without a click.

A tick of these fragments neither runs the page nor uses a session, so it does not count as a click. While the
database answers, a tick also runs what the page watches.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import streamlit as st

from genjobs.console.kit import browser, fragments
from genjobs.console.kit.fragments import TICK_SECONDS
from genjobs.console.kit.wording import counted, plain
from genjobs.domain.times import clock
from genjobs.runtime import runtime

REMEMBERED = timedelta(minutes=10)
_ICON = ":material/cloud_off:"


@st.fragment(run_every=TICK_SECONDS)
def notice(access_token: str, well: str = "", above: Callable[[], None] | None = None) -> None:
    """Draw `well`, in safe Markdown, while the database answers, else a notice; above it, what `above` draws.

    `access_token` is the token for the probe: see `Probe.reach`.
    """
    if above:
        above()
    if fragments.is_whole_page():
        fragments.watch(None)
    reach, now = runtime().reach(access_token), datetime.now(UTC)
    if not reach.answers and reach.since:
        st.error(f"{_lost(reach.since)}  \n{_what_follows()}", icon=_ICON)
        return
    if well:
        st.markdown(well)
    if reach.since and reach.lost and now - reach.since < REMEMBERED:
        st.success(_back(reach.since, reach.lost), icon=":material/cloud_done:")
    fragments.tick()


def try_again(on_click: Callable[[], None] | None = None) -> None:
    """Below an error that replaces a page: a button, and an automatic redraw when the next outage ends."""
    runtime().look_soon()
    st.button("Try again", icon=":material/refresh:", on_click=on_click)
    _draw_again_when_back(datetime.now(UTC))


@st.fragment(run_every=TICK_SECONDS)
def _draw_again_when_back(failed_at: datetime) -> None:
    """Redraws only for a recovery after the failure: a page that fails without an outage would loop."""
    reach = runtime().reach()
    if reach.answers and reach.since and reach.since > failed_at:
        st.rerun()


def _lost(since: datetime) -> str:
    return f"**The database is out of reach** since {plain(_time(since))}."


def _what_follows() -> str:
    progress = runtime().progress()
    if progress.state == "failed" and progress.error:
        return plain(f"{progress.error.message} {progress.error.hint}")
    if progress.state == "starting":
        return "The console is restarting it. You need not reload this page."
    return "The console keeps checking. You need not reload this page."


def _back(since: datetime, lost: datetime) -> str:
    seconds = max(1, round((since - lost).total_seconds()))
    return (
        f"**The database is back** since {plain(_time(since))}. It was out of reach for {_duration(seconds)}."
    )


def _duration(seconds: int) -> str:
    return counted(seconds, "second") if seconds < 120 else counted(round(seconds / 60), "minute")


def _time(moment: datetime) -> str:
    return clock(moment, datetime.now(UTC), browser.zone())
