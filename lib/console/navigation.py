"""Every page of the console, named once, so that the menu and the links between pages agree.

Needs a running script: `st.Page` resolves itself against it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

PAGES = Path(__file__).parents[2] / "pages"
PageName = Literal["jobs_test", "costs", "projects", "setup"]


def page(name: PageName) -> StreamlitPage:
    """The page of that file in `pages/`."""
    title, icon = {
        "jobs_test": ("Jobs test", ":material/science:"),
        "costs": ("Costs", ":material/payments:"),
        "projects": ("Projects", ":material/folder:"),
        "setup": ("Setup", ":material/database:"),
    }[name]
    path = name.replace("_", "-")
    return st.Page(PAGES / f"{name}.py", title=title, icon=icon, url_path=path, default=name == "jobs_test")


def all_pages() -> list[StreamlitPage]:
    """The pages in the order of the menu."""
    return [page("jobs_test"), page("costs"), page("projects"), page("setup")]
