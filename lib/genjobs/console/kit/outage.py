"""The notices on an open page when the database is out of reach and when it is back, without a click.

A tick of these fragments neither runs the page nor uses a session, so it does not count as a click. While the
database answers, a tick also looks for what the page watches.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from genjobs.console.kit import browser, fragments, ticks
from genjobs.console.kit.wording import plain
from genjobs.domain.counting import counted
from genjobs.domain.times import clock
from genjobs.runtime import runtime

REMEMBERED = timedelta(minutes=10)
_GONE, _HERE = ":material/cloud_off:", ":material/cloud_done:"
_SHOWN = "outage-notices"


def nothing() -> None:
    """Draws nothing and depends on nothing."""


@st.fragment(run_every=ticks.SECONDS)
def notice(
    access_token: str,
    well: str = "",
    above: Callable[[], None] = nothing,
    state: Callable[[], object] = nothing,
) -> None:
    """Draw `well`, in safe Markdown, while the database answers, else a notice; above it, what `above` draws.

    A tick draws it anew if what it says has changed, or the value of `state`, on which `above` depends, or if
    there is news for the page; `state` must not wait. `access_token` is for the probe: see `Probe.reach`.
    """
    zone = browser.zone()
    said, depends = _said(access_token, zone), state()
    lost, back = said
    above()
    if fragments.is_whole_page():
        ticks.watch(None)
    if lost:
        st.error(lost, icon=_GONE)
    elif well:
        st.markdown(well)
    if back:
        st.success(back, icon=_HERE)
    _announce(lost, back)
    ticks.only_if(lambda: (_said(access_token, zone), state()) != (said, depends))
    if not lost:
        ticks.tick()


def _announce(lost: str, back: str) -> None:
    """Repeat the first line of a new notice as a toast: on a phone the menu that holds it is closed.

    Whoever comes during an outage is told of it, and who comes after one is not.
    """
    shown = (bool(lost), bool(back))
    before = st.session_state.get(_SHOWN, (False, shown[1]))
    st.session_state[_SHOWN] = shown
    if shown != before and any(shown):
        [first, *_] = (lost or back).splitlines()
        st.toast(first, icon=_GONE if lost else _HERE, duration="long")


def try_again(on_click: Callable[[], None] | None = None) -> None:
    """Below an error that replaces a page: a button, and an automatic redraw when the next outage ends."""
    runtime().look_soon()
    st.button("Try again", icon=":material/refresh:", on_click=on_click)
    _draw_again_when_back(datetime.now(UTC))


@st.fragment(run_every=ticks.SECONDS)
def _draw_again_when_back(failed_at: datetime) -> None:
    if _came_back_after(failed_at):
        st.rerun()
    ticks.only_if(lambda: _came_back_after(failed_at))


def _came_back_after(failed_at: datetime) -> bool:
    """Only a recovery after the failure counts: a page that fails without an outage would loop."""
    reach = runtime().reach()
    return bool(reach.answers and reach.since and reach.since > failed_at)


def _said(access_token: str, zone: ZoneInfo) -> tuple[str, str]:
    """The notices of an outage and of its end, each empty if there is none."""
    reach, now = runtime().reach(access_token), datetime.now(UTC)
    if not reach.answers and reach.since:
        return f"{_lost(reach.since, zone)}  \n{_what_follows()}", ""
    if reach.since and reach.lost and now - reach.since < REMEMBERED:
        return "", _back(reach.since, reach.lost, zone)
    return "", ""


def _lost(since: datetime, zone: ZoneInfo) -> str:
    return f"**The database is out of reach** since {plain(_time(since, zone))}."


def _what_follows() -> str:
    progress = runtime().progress()
    if progress.state == "failed" and progress.error:
        return plain(f"{progress.error.message} {progress.error.hint}")
    if progress.state == "starting":
        return "The console is restarting it. You need not reload this page."
    return "The console keeps checking. You need not reload this page."


def _back(since: datetime, lost: datetime, zone: ZoneInfo) -> str:
    seconds = max(1, round((since - lost).total_seconds()))
    at = plain(_time(since, zone))
    return f"**The database is back** since {at}. It was out of reach for {_duration(seconds)}."


def _duration(seconds: int) -> str:
    return counted(seconds, "second") if seconds < 120 else counted(round(seconds / 60), "minute")


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return clock(moment, datetime.now(UTC), zone)
