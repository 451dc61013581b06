"""Widgets that are drawn from the address of the Costs page and change nothing but it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from genjobs.console.costs import url_state
from genjobs.domain.cost_screen import CostScreen

Change = Callable[[CostScreen, Any], CostScreen]
Days = tuple[date, date]


def one(label: str, options: Mapping[Any, str], value: Any, change: Change, width: int = 130) -> None:
    """Draw a choice of one from a list; `value` is among the options, else the first is chosen."""
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
    """The same where all of them are in sight, so that one click chooses."""
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
    """Draw a choice of any number; what is chosen stays there even where it is no option any more."""
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
    """Draw a range of days. While only its first day is chosen, it is left to the reader to finish."""
    key = f"costs-{label}"
    if len(st.session_state.get(key, ())) != 1:
        st.session_state[key] = value

    def changed(was: CostScreen, chosen: tuple[date, ...]) -> CostScreen:
        return change(was, (chosen[0], chosen[1])) if len(chosen) == 2 else was

    st.date_input(label, key=key, format="YYYY-MM-DD", width=220, on_change=_changed, args=(key, changed))


def toggle(label: str, value: bool, change: Change, told: str) -> None:
    """Draw a switch; `told` explains it."""
    key = f"costs-{label}"
    st.session_state[key] = value
    st.toggle(label, key=key, on_change=_changed, args=(key, change), help=told)


def _keep_one(label: str, options: Mapping[Any, str], value: Any) -> tuple[str, dict[str, str]]:
    """The key of the widget, and its options: Streamlit gets plain texts, as it refuses an enum's members."""
    key = f"costs-{label}"
    texts = {str(option): text for option, text in options.items()}
    st.session_state[key] = str(value) if value in options else next(iter(texts))
    return key, texts


def _changed(key: str, change: Change) -> None:
    url_state.write(change(url_state.read().screen, st.session_state[key]))
