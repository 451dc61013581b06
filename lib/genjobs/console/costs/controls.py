"""Widgets of the Costs page: each shows a part of the page's URL and changes only that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st

from genjobs.console.costs import url_state
from genjobs.domain.cost_screen import CostScreen
from genjobs.domain.periods import LONGEST_PERIOD_DAYS

Change = Callable[[CostScreen, Any], CostScreen]
Days = tuple[date, date]


def one(label: str, options: Mapping[Any, str], value: Any, change: Change, width: int = 130) -> None:
    """Draw a drop-down list with `value` chosen, or the first option if `value` is not among them."""
    key, texts = _keep_one(label, options, value)
    st.selectbox(
        label,
        list(texts),
        format_func=texts.__getitem__,
        key=key,
        width=width,
        on_change=_changed,
        args=(key, change),
    )


def one_of_few(label: str, options: Mapping[Any, str], value: Any, change: Change) -> None:
    """The same as radio buttons: all options are visible, and one click chooses."""
    key, texts = _keep_one(label, options, value)
    st.radio(
        label,
        list(texts),
        format_func=texts.__getitem__,
        key=key,
        horizontal=True,
        on_change=_changed,
        args=(key, change),
    )


def several(label: str, options: Mapping[str, str], chosen: Sequence[str], change: Change) -> None:
    """Draw a multiple choice; a chosen value stays listed even if it is no longer an option."""
    key = f"costs-{label}"
    st.session_state[key] = list(chosen)
    known = {**options, **{one: one for one in chosen if one not in options}}
    st.multiselect(
        label,
        list(known),
        format_func=known.__getitem__,
        key=key,
        placeholder="All",
        on_change=_changed,
        args=(key, change),
    )


def days(label: str, value: Days, change: Callable[[CostScreen, Days], CostScreen]) -> None:
    """Draw a range of days. Nothing changes until both its days are chosen; too long a range is cut."""
    key = f"costs-{label}"
    if len(st.session_state.get(key, ())) != 1:
        st.session_state[key] = value

    def changed(was: CostScreen, chosen: tuple[date, ...]) -> CostScreen:
        return change(was, _cut(chosen[0], chosen[1])) if len(chosen) == 2 else was

    st.date_input(label, key=key, format="YYYY-MM-DD", width=220, on_change=_changed, args=(key, changed))


def _cut(first: date, last: date) -> Days:
    """At most the longest range there is, up to the last day chosen."""
    longest = last - timedelta(LONGEST_PERIOD_DAYS - 1)
    if first < longest:
        st.toast(f"**A range has at most {LONGEST_PERIOD_DAYS:,} days.** It begins on {longest} instead.")
    return max(first, longest), last


def toggle(label: str, value: bool, change: Change, told: str) -> None:
    """Draw a switch; `told` explains it."""
    key = f"costs-{label}"
    st.session_state[key] = value
    st.toggle(label, key=key, on_change=_changed, args=(key, change), help=told)


def _keep_one(label: str, options: Mapping[Any, str], value: Any) -> tuple[str, dict[str, str]]:
    """The widget's key, and its options as plain strings, because Streamlit refuses members of an enum."""
    key = f"costs-{label}"
    texts = {str(option): text for option, text in options.items()}
    st.session_state[key] = str(value) if value in options else next(iter(texts))
    return key, texts


def _changed(key: str, change: Change) -> None:
    url_state.write(change(url_state.read().screen, st.session_state[key]))
