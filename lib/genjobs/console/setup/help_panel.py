"""Known problems with their fixes, and what a hosted project needs before it can send codes by e-mail."""

from __future__ import annotations

import streamlit as st

from genjobs.domain.errors import ConsoleError
from genjobs.setup.hosted import EMAIL_CODE_NEEDS, dashboard
from genjobs.setup.troubleshooting import ENTRIES, Entry, for_error, for_text

EXAMPLE = 'ERROR:  42P07: relation "generation_jobs" already exists'


def troubles(met: ConsoleError | None) -> None:
    """Draw the entries; those that match `met`, this page's error, or a pasted error are expanded."""
    pasted = st.text_input("Paste an error, or only its code, to find the fix", placeholder=EXAMPLE)
    known = for_text(pasted) if pasted else for_error(met) if met else ()
    if pasted and not known:
        st.info(
            "No entry matches this error. Paste the line that contains its code.",
            icon=":material/search_off:",
        )
    for entry in (*known, *(one for one in ENTRIES if one not in known)):
        _entry(entry, expanded=entry in known)


def mail(url: str, *, local: bool) -> None:
    """Draw what signing in with a code needs."""
    if local:
        st.info(
            "No mail leaves this machine: the sign-in page shows the message with its code.",
            icon=":material/computer:",
        )
    st.markdown("A hosted project sends codes once it has all of this:")
    for need in EMAIL_CODE_NEEDS:
        with st.container(border=True):
            st.markdown(f"**{need.title}**  \n{need.why}")
            if page := dashboard(url, need.page):
                st.link_button("Open in the dashboard", page, icon=":material/open_in_new:")


def _entry(entry: Entry, *, expanded: bool) -> None:
    with st.expander(entry.title, icon=":material/build:", expanded=expanded):
        st.markdown(f":gray[{', '.join(entry.codes)}]  \n{entry.cause}")
        st.markdown(f"**Fix.** {entry.fix}")
        if entry.sql:
            st.code(entry.sql, language="sql", wrap_lines=True)
