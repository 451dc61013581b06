"""The results of checks: what was expected and what was found, failing checks first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genjobs.console.kit.wording import plain, with_commands
from genjobs.domain.check import Check
from genjobs.domain.counting import counted

HOLDS = ":green-badge[:material/check_circle: Holds]"
FAILS = ":red-badge[:material/error: Differs]"


def draw(checks: Sequence[Check], holds: str) -> None:
    """Draw the result with what to do, or with the text `holds`, then each check, then their queries."""
    failing = [check for check in checks if not check.ok]
    if failing:
        st.warning(
            f"**{len(failing)} of {counted(len(checks), 'check')} failed.**  \n{_fixes(failing)}",
            icon=":material/rule:",
        )
    else:
        st.success(f"**All {len(checks)} checks hold.** {holds}", icon=":material/verified:")
    in_order = sorted(checks, key=lambda check: check.ok)
    st.markdown("\n\n".join(_line(check) for check in in_order))
    _queries(checks)


@st.fragment
def _queries(checks: Sequence[Check]) -> None:
    """Drawn when they are asked for."""
    key = f"queries-{checks[0].name}"
    with st.expander(
        "The queries to run yourself", key=key, icon=":material/terminal:", on_change="rerun"
    ) as opened:
        for check in checks if opened.open else ():
            st.markdown(f"**{plain(check.name)}**")
            st.code(check.sql, language="sql", wrap_lines=True)


def _line(check: Check) -> str:
    """Two lines of text, which fit a phone; a table of these would have to be scrolled sideways."""
    found = f":gray[Expected:] {plain(check.expected)} · :gray[Found:] {plain(check.found)}"
    return f"{HOLDS if check.ok else FAILS} **{plain(check.name)}**  \n{found}"


def _fixes(failing: Sequence[Check]) -> str:
    """What to do: each remedy once, with the checks that it is for."""
    mended = {fix: [one.name for one in failing if one.fix == fix] for fix in (one.fix for one in failing)}
    return "  \n".join(f"{plain(', '.join(names))}: {with_commands(fix)}" for fix, names in mended.items())
