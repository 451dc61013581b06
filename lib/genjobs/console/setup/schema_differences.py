"""How the database's schema differs from what the migrations make: each object by its name."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from genjobs.console.kit.wording import plain
from genjobs.console.setup.migration_list import command_line
from genjobs.domain.counting import counted
from genjobs.migrations.difference_report import ADVICE
from genjobs.migrations.schema import Difference, Kind, failures

MOST_LINES = 100
BADGES = {
    Kind.MISSING: ":red-badge[:material/remove_circle: Missing]",
    Kind.DIFFERENT: ":red-badge[:material/difference: Different]",
    Kind.EXTRA: ":red-badge[:material/add_circle: Must not be there]",
}
NOTE = ":gray-badge[:material/info: Not ours]"


def draw(url: str, differences: Sequence[Difference] | None, *, local: bool) -> None:
    """Draw the result, the fix and every difference; None means that the schema cannot be compared."""
    st.header("Schema", anchor=False)
    if differences is None:
        st.info("The schema can be compared once no migration is missing.", icon=":material/rule:")
        return
    failing = failures(differences)
    if failing:
        st.error(
            f"**{counted(len(failing), 'difference')} from the schema that the migrations make.** "
            "This command repairs the schema, keeps every row, and names what it cannot repair:",
            icon=":material/build:",
        )
        st.code(command_line(url, local=local, repair=True), language="bash", wrap_lines=True)
    else:
        st.success("**The schema is as the migrations make it.**", icon=":material/verified:")
    _list([*failing, *(one for one in differences if not one.fails)])
    st.markdown(
        "This is what the database's own functions report. To read its catalogue directly, run "
        "`genjobs verify` with `--database-url`."
    )


def _described(difference: Difference) -> str:
    advice = ADVICE.get(difference.key.kind)
    return plain(f"{difference}. {advice}" if advice else str(difference))


def _list(differences: Sequence[Difference]) -> None:
    lines = [(BADGES[one.kind] if one.fails else NOTE, _described(one)) for one in differences[:MOST_LINES]]
    if lines:
        st.table(pd.DataFrame(lines, columns=["Result", "Object"]), border="horizontal", hide_index=True)
    if len(differences) > MOST_LINES:
        st.caption(f"And {counted(len(differences) - MOST_LINES, 'more difference')}.")
