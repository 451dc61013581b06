"""Every page of the console, named once, so that the menu and the links between pages agree.

Needs a running script: `st.Page` resolves itself against it.
"""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from genjobs.console.kit.browser import CONSOLE
from genjobs.paths import PAGES

TITLES: dict[str, tuple[str, str]] = {
    "jobs_test": ("Jobs test", ":material/science:"),
    "costs": ("Costs", ":material/payments:"),
    "projects": ("Projects", ":material/folder:"),
    "setup": ("Setup", ":material/database:"),
}
"""Each page's title and icon, in the order of the menu."""


def page(name: str) -> StreamlitPage:
    """The page of that file in `pages/`."""
    title, icon = TITLES[name]
    return st.Page(PAGES / f"{name}.py", title=title, icon=icon, url_path=address(name))


def address(name: str) -> str:
    """The page's path in the URL."""
    return name.replace("_", "-")


def all_pages() -> list[StreamlitPage]:
    """The pages in the order of the menu, and the bare address, which leads to the first of them."""
    start = st.Page(_start, title=CONSOLE, default=True, visibility="hidden")
    return [start, *map(page, TITLES)]


def _start() -> None:
    """Streamlit's default page has no path of its own, and each of our pages has one, so this redirects.

    An analyst begins on Costs, everyone else on Jobs test. Who comes by Back gets a link instead: a redirect
    would add the page to the browser's history again, and Back would never lead further.
    """
    from genjobs.console.kit import browser, session

    person = session.current_user()
    first = page("costs" if person and person.is_analyst else "jobs_test")
    if browser.went_back():
        st.title(CONSOLE, anchor=False)
        st.page_link(first, icon=":material/arrow_forward:")
    else:
        st.switch_page(first, query_params=st.query_params.to_dict())
