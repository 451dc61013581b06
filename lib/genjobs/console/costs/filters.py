"""The controls above the Costs page: one row, with the less common ones behind a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from genjobs.console.costs import controls
from genjobs.console.costs.controls import Change
from genjobs.console.costs.reads import Choices
from genjobs.console.kit.badges import STATUS_STYLES
from genjobs.console.kit.kept import memory
from genjobs.console.kit.wording import distinct, plain
from genjobs.domain.cost_screen import CostScreen, Grouping
from genjobs.domain.costs import Key
from genjobs.domain.periods import Against, Bucket, Preset, buckets_for
from genjobs.domain.times import zone_names
from genjobs.domain.workflow import Status

EVERYONE = "everyone"
LONGEST_LABEL = 24
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
COMPARISONS = {
    Against.BEFORE: "Previous period",
    Against.LAST_YEAR: "Same period last year",
    Against.OWN: "Custom period",
    Against.NOTHING: "Nothing",
}
BUCKETS = {"": "Automatic", "hour": "Hour", "day": "Day", "week": "Week", "month": "Month"}
SPLITS = {
    Grouping.MODE: "Mode",
    Grouping.PROJECT: "Project",
    Grouping.STATUS: "Status",
    Grouping.PERSON: "Person",
}


def draw(
    screen: CostScreen, choices: Choices, filtered: Sequence[str], now: datetime, *, analyst: bool
) -> None:
    """Draw all controls; people and *Everyone* only for analysts.

    `filtered` are the names of the active filters.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        controls.one("Range", RANGES, screen.preset, _with_range(screen, now), width=140)
        if screen.days:
            controls.days("Days", screen.days, lambda was, days: replace(was, days=days))
        controls.one("Compare with", COMPARISONS, screen.against, _with_comparison(screen, now), width=180)
        if screen.against_days:
            days = screen.against_days
            controls.days("Days to compare", days, lambda was, value: replace(was, against_days=value))
        controls.one_of_few("Split by", _splits(screen.everyone), screen.grouping, _with_grouping)
        _more(screen, choices, filtered, now, analyst=analyst)


def told(filtered: Sequence[str]) -> str:
    """The names in one short line: `Everyone, lifestyle`, `lifestyle and 3 more`."""
    named = ["Everyone" if one == EVERYONE else one for one in filtered]
    line = ", ".join(named)
    if len(line) <= LONGEST_LABEL:
        return line
    first, more = _beginning(named[0]), len(named) - 1
    return f"{first} and {more} more" if more else first


def _beginning(name: str) -> str:
    """As much of a name as fits; many names have no space at which they could be cut."""
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"


def names(keys: Sequence[Key]) -> dict[str, str]:
    """Labels by key, no two alike."""
    return distinct({one.key: one.label for one in keys})


def _more(
    screen: CostScreen, choices: Choices, filtered: Sequence[str], now: datetime, *, analyst: bool
) -> None:
    """The less common filters, drawn only while they are open; the active ones are named beside their button.

    The button's own label is fixed, because with another one Streamlit closes it after each choice.
    """
    with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
        popover = st.popover("Filters", icon=":material/filter_list:", key="costs-filters", on_change="rerun")
        if filtered:
            st.markdown(f":small[{plain(told(filtered))}]", width="content")
        st.button("Refresh", type="tertiary", icon=":material/refresh:", on_click=_refresh)
    if popover.open:
        with popover:
            _filters(screen, choices, now, analyst=analyst)


def _refresh() -> None:
    """Everyone's totals, which all analysts share, are read anew once they are some seconds old."""
    memory().forget()


def _filters(screen: CostScreen, choices: Choices, now: datetime, *, analyst: bool) -> None:
    chosen = screen.filters
    statuses = {str(status): STATUS_STYLES[status].word for status in Status}
    if analyst:
        told = "Show totals across everyone instead of your own. Individual jobs are not shown."
        controls.toggle("Everyone", screen.everyone, lambda was, value: replace(was, everyone=value), told)
    _several("Projects", names(choices.projects), chosen.projects, "projects", str)
    _several("Modes", names(choices.modes), chosen.modes, "modes", str)
    _several("Statuses", statuses, tuple(map(str, chosen.statuses)), "statuses", Status)
    if screen.everyone:
        _several("People", names(choices.people), chosen.people, "people", str)
    offered = {"", *buckets_for(screen.period(now).until(now))}
    buckets = {name: label for name, label in BUCKETS.items() if name in offered}
    controls.one("Interval", buckets, screen.bucket or "", _with_bucket)
    zones = {name: name for name in zone_names()}
    controls.one("Time zone", zones, screen.zone, lambda was, value: replace(was, zone=value), width=220)


def _several(
    label: str, options: Mapping[str, str], chosen: Sequence[str], field: str, kind: Callable[[str], Any]
) -> None:
    def change(was: CostScreen, values: list[str]) -> CostScreen:
        return replace(was, filters=replace(was.filters, **{field: tuple(map(kind, values))}))

    controls.several(label, options, chosen, change)


def _splits(everyone: bool) -> dict[Grouping, str]:
    return {one: label for one, label in SPLITS.items() if everyone or one is not Grouping.PERSON}


def _with_range(screen: CostScreen, now: datetime) -> Change:
    """A custom range starts as the days that were shown before."""

    def changed(was: CostScreen, value: str) -> CostScreen:
        period, preset = screen.period(now).until(now), Preset(value)
        days = (period.first, period.last) if preset is Preset.CUSTOM else None
        return replace(was, preset=preset, days=days)

    return changed


def _with_comparison(screen: CostScreen, now: datetime) -> Change:
    """A custom comparison starts as the days that were compared with before."""

    def changed(was: CostScreen, value: str) -> CostScreen:
        against = Against(value)
        if against is not Against.OWN:
            return replace(was, against=against, against_days=None)
        shown = screen.comparison(now)
        period = shown.days if shown else screen.period(now).previous()
        return replace(was, against=against, against_days=(period.first, period.last))

    return changed


def _with_grouping(was: CostScreen, value: str) -> CostScreen:
    return replace(was, grouping=Grouping(value))


def _with_bucket(was: CostScreen, value: str) -> CostScreen:
    return replace(was, bucket=Bucket(value) if value else None)
