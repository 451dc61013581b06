"""Which jobs are shown: of one status or any, of one project or all. The URL keeps both choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from genjobs.console.kit import browser
from genjobs.console.kit.badges import STATUS_STYLES
from genjobs.console.kit.wording import plain
from genjobs.data.statistics import total_cost_cents
from genjobs.domain.money import format_cents
from genjobs.domain.rows import StatusStatistics
from genjobs.domain.workflow import Status

STEP, MOST = 50, 500
STATUS, EVERYWHERE, LIMIT = "jobs-status", "jobs-everywhere", "jobs-limit"


@dataclass(frozen=True)
class View:
    """The newest `limit` jobs of a project, or of all, `everywhere`; of one status, or any."""

    project_id: str
    everywhere: bool
    status: Status | None
    limit: int

    @property
    def project(self) -> str | None:
        """The project that reads are narrowed to."""
        return None if self.everywhere else self.project_id


def restore() -> None:
    """Take from the URL what the session does not hold yet; after Back, all that the URL says.

    A link to one project's jobs asks for all of them by `everywhere=false`, whatever the session holds.
    """
    asked = str(st.query_params.get("status", "")).lower()
    linked: dict[str, object] = {
        STATUS: Status(asked) if asked in set(Status) else None,
        EVERYWHERE: st.query_params.get("everywhere") == "true",
        LIMIT: STEP,
    }
    link_wins = browser.went_back() or st.query_params.get("everywhere") == "false"
    for name, value in linked.items():
        if link_wins or name not in st.session_state:
            st.session_state[name] = value
    if asked and asked not in set(Status):
        st.toast(f"**No status is named {plain(asked)}.**", icon=":material/link_off:", duration="long")
    _keep_in_address()


def view(project_id: str) -> View:
    """The jobs that are chosen now."""
    state = st.session_state
    return View(project_id, bool(state[EVERYWHERE]), state[STATUS], state[LIMIT])


def statuses(chosen: Status | None, statistics: Sequence[StatusStatistics]) -> None:
    """Draw one button a status, with how many jobs there are and what they cost; and one for all."""
    found = {line.status: (line.count, line.total_cost_cents) for line in statistics}
    everything = (sum(line.count for line in statistics), total_cost_cents(statistics))
    with st.container(horizontal=True, gap="small"):
        _button(None, "All", everything, chosen is None)
        for status in Status:
            _button(status, STATUS_STYLES[status].word, found.get(status, (0, 0)), chosen is status)


def scope() -> None:
    """Draw the choice between one project and all."""
    st.toggle("All projects", key=EVERYWHERE, persist_state="session", on_change=_begin_anew)


def more() -> None:
    """Lengthen the list by one step."""
    st.session_state[LIMIT] = min(st.session_state[LIMIT] + STEP, MOST)


def _button(status: Status | None, word: str, figures: tuple[int, int], is_chosen: bool) -> None:
    """The chosen one is ticked, as its border tells nobody who listens."""
    count, cents = figures
    st.button(
        f"{'✓ ' if is_chosen else ''}**{word} {count:,}** :small[{plain(format_cents(cents))}]",
        key=f"filter-{status or 'all'}",
        type="secondary" if is_chosen else "tertiary",
        icon=STATUS_STYLES[status].icon if status else None,
        on_click=_choose,
        args=(status,),
    )


def _choose(status: Status | None) -> None:
    st.session_state[STATUS] = status
    _begin_anew()


def _begin_anew() -> None:
    st.session_state[LIMIT] = STEP
    _keep_in_address()


def _keep_in_address() -> None:
    wanted = {
        "status": str(st.session_state[STATUS] or ""),
        "everywhere": "true" if st.session_state[EVERYWHERE] else "",
    }
    for name, value in wanted.items():
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]
