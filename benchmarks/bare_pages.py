"""The console with pages more that read nothing: what any signed-in rerun, a table and a chart take at least.

At /empty nothing is shown, at /one-table a heading and ten rows, at /one-chart a heading and thirty bars. For
`streamlit run`, from the root of the tree, which must be on the import path.
"""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app import SHELL, running
from app import guard as in_front
from genjobs.console.gate import guard
from genjobs.console.shell import navigation
from genjobs.runtime import runtime
from genjobs.web.routes import routes

_of_the_console = navigation.all_pages


def empty() -> None:
    """A page with the guard that every page has."""
    guard.require_user()


def one_table() -> None:
    """A table of constants."""
    guard.require_user()
    st.title("One table", anchor=False)
    st.dataframe(pd.DataFrame({"name": [f"Row {n}" for n in range(10)], "cents": range(10)}), hide_index=True)


def one_chart() -> None:
    """A chart of constants, in its plainest form."""
    guard.require_user()
    st.title("One chart", anchor=False)
    bars = pd.DataFrame({"day": range(30), "cents": range(30)})
    st.altair_chart(alt.Chart(bars).mark_bar().encode(x="day:O", y="cents:Q"))


def all_pages() -> list[StreamlitPage]:
    """The pages of the console, and these."""
    bare = {"Empty": empty, "One table": one_table, "One chart": one_chart}
    more = [st.Page(draw, title=name, url_path=name.lower().replace(" ", "-")) for name, draw in bare.items()]
    return [*_of_the_console(), *more]


navigation.all_pages = all_pages
app = st.App(SHELL, routes=routes(runtime), middleware=[in_front()], lifespan=running)
