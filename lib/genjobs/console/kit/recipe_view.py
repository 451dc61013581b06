"""An operation as SQL and Python code that can be run elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genjobs.console.kit.recipes import Recipe

WIDTH = 520


def heading(title: str) -> DeltaGenerator:
    """Draw a heading and return its row; the recipes go at its end."""
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    row.header(title, anchor=False)
    return row


def popover(recipes: Callable[[], Mapping[str, Recipe]], key: str) -> None:
    """Draw a button that opens the recipes, each under its name; they are built only when open.

    The button is not tertiary: while it is open, Streamlit darkens the label, too much for the dark theme.
    """
    opened = st.popover(
        "Code",
        icon=":material/code:",
        help="The same in SQL and Python",
        key=key,
        on_change="rerun",
    )
    if opened.open:
        with opened, st.container(width=WIDTH):
            for name, recipe in recipes().items():
                st.markdown(f"**{name}**")
                texts(recipe)


def texts(recipe: Recipe) -> None:
    """Draw both texts, each with a button that copies it."""
    sql, python = st.tabs(["SQL", "supabase-py"])
    sql.code(recipe.sql, language="sql", wrap_lines=True)
    python.code(recipe.python, language="python", wrap_lines=True)
