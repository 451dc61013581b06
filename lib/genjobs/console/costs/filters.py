"""The choices above the Costs page: drawn from the address, which each of them changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import streamlit as st

from genjobs.console.costs import url_state
from genjobs.console.costs.reads import Choices
from genjobs.console.kit.badges import LOOKS
from genjobs.console.kit.wording import distinct
from genjobs.domain.cost_screen import CostScreen, Grouping, zone_names
from genjobs.domain.costs import Key
from genjobs.domain.periods import Bucket, Preset, buckets_for
from genjobs.domain.workflow import Status

RANGES = {
    Preset.TODAY: "Today",
    Preset.DAYS_7: "Last 7 days",
    Preset.DAYS_30: "Last 30 days",
    Preset.DAYS_90: "Last 90 days",
    Preset.THIS_MONTH: "This month",
    Preset.LAST_MONTH: "Last month",
    Preset.YEAR_TO_DATE: "Year to date",
    Preset.CUSTOM: "Custom range",
}
BUCKETS = {"": "Automatic", "hour": "Hour", "day": "Day", "week": "Week", "month": "Month"}
SPLITS = {
    Grouping.MODE: "Mode",
    Grouping.PROJECT: "Project",
    Grouping.STATUS: "Status",
    Grouping.PERSON: "Person",
}

Change = Callable[[CostScreen, Any], CostScreen]


def draw(screen: CostScreen, choices: Choices, now: datetime, *, analyst: bool) -> None:
    """Draw them all; people and *everyone* only for those who may see more than their own."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _one("Range", RANGES, screen.preset, _with_range(screen, now), width=160)
        if screen.days:
            _days(screen)
        _one(
            "Split by",
            _splits(analyst),
            screen.grouping,
            lambda was, value: replace(was, grouping=Grouping(value)),
        )
        offered = {"", *buckets_for(screen.period(now))}
        buckets = {name: label for name, label in BUCKETS.items() if name in offered}
        _one("Bars", buckets, screen.bucket or "", _with_bucket)
        zones = {name: name for name in zone_names()}
        _one("Time zone", zones, screen.zone, lambda was, value: replace(was, zone=value), width=220)
        if analyst:
            _everyone(screen)
    _filters(screen, choices, analyst=analyst)


def _filters(screen: CostScreen, choices: Choices, *, analyst: bool) -> None:
    chosen = screen.filters
    statuses = {str(status): LOOKS[status].word for status in Status}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _several("Projects", names(choices.projects), chosen.projects, "projects", str)
        _several("Modes", names(choices.modes), chosen.modes, "modes", str)
        _several("Statuses", statuses, tuple(map(str, chosen.statuses)), "statuses", Status)
        if analyst and screen.everyone:
            _several("People", names(choices.people), chosen.people, "people", str)


def names(keys: Sequence[Key]) -> dict[str, str]:
    """Labels by key, no two alike."""
    return distinct({one.key: one.label for one in keys})


def _splits(analyst: bool) -> dict[Grouping, str]:
    return {one: label for one, label in SPLITS.items() if analyst or one is not Grouping.PERSON}


def _with_range(screen: CostScreen, now: datetime) -> Change:
    """A custom range starts as the days that were shown before."""

    def changed(was: CostScreen, value: str) -> CostScreen:
        period, preset = screen.period(now).until(now), Preset(value)
        days = (period.first, period.last) if preset is Preset.CUSTOM else None
        return replace(was, preset=preset, days=days)

    return changed


def _with_bucket(was: CostScreen, value: str) -> CostScreen:
    return replace(was, bucket=Bucket(value) if value else None)


def _one(label: str, options: Mapping[Any, str], value: Any, change: Change, width: int = 130) -> None:
    """Draw a choice of one; Streamlit gets plain texts, as it refuses an enum's member among them."""
    key = f"costs-{label}"
    texts = {str(option): text for option, text in options.items()}
    st.session_state[key] = str(value) if value in options else next(iter(texts))
    st.selectbox(
        label,
        list(texts),
        format_func=texts.__getitem__,
        key=key,
        width=width,
        on_change=_changed,
        args=(key, change),
    )


def _several(
    label: str, options: Mapping[str, str], chosen: Sequence[str], field: str, kind: Callable[[str], Any]
) -> None:
    key = f"costs-{label}"
    st.session_state[key] = list(chosen)
    known = {**options, **{one: one for one in chosen if one not in options}}

    def change(was: CostScreen, values: list[str]) -> CostScreen:
        return replace(was, filters=replace(was.filters, **{field: tuple(map(kind, values))}))

    st.multiselect(
        label,
        list(known),
        format_func=known.__getitem__,
        key=key,
        placeholder="All",
        width=240,
        on_change=_changed,
        args=(key, change),
    )


def _days(screen: CostScreen) -> None:
    """A range of which only the first day is chosen yet is left to the reader to finish."""
    key = "costs-Days"
    if len(st.session_state.get(key, ())) != 1:
        st.session_state[key] = screen.days

    def change(was: CostScreen, days: tuple[date, ...]) -> CostScreen:
        return replace(was, days=(days[0], days[1])) if len(days) == 2 else was

    st.date_input("Days", key=key, format="YYYY-MM-DD", width=230, on_change=_changed, args=(key, change))


def _everyone(screen: CostScreen) -> None:
    key = "costs-Everyone"
    st.session_state[key] = screen.everyone
    st.toggle(
        "Everyone",
        key=key,
        on_change=_changed,
        args=(key, lambda was, value: replace(was, everyone=value)),
        help="Totals across everyone instead of your own. You see no one's jobs.",
    )


def _changed(key: str, change: Change) -> None:
    url_state.write(change(url_state.read().screen, st.session_state[key]))
