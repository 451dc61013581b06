"""Monthly budgets on the Costs page: warnings, lines in the chart, and the dialog that sets a budget."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from genjobs.charts.month import BudgetLine
from genjobs.console.kit import actions, error_messages, numbers, reads, session
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.wording import distinct, plain
from genjobs.data import budgets
from genjobs.data.transport.client import Client
from genjobs.domain.budgets import ALL_JOBS, Budget, Level, project_label
from genjobs.domain.cost_screen import CostScreen
from genjobs.domain.errors import NotFound
from genjobs.domain.inputs import LARGEST_INTEGER, check_count, check_percent
from genjobs.domain.money import format_cents
from genjobs.domain.percents import format_percent
from genjobs.domain.times import zone_names

AREA = "budget"
OPENED = "budgets-opened"
"""How often this session has opened the dialog."""
AS_OPENED = "budgets-as-opened"
"""The budgets as they were when the dialog was opened: what is saved must not replace any other."""
EVERY_PROJECT = ""
EXAMPLE_CENTS, EXAMPLE_PERCENT = 50_000, 80


def on_the_screen(held: Sequence[Budget], screen: CostScreen) -> list[Budget]:
    """The reader's budgets that cover jobs on the screen; none if it shows other people's jobs too."""
    chosen = screen.filters.projects
    if screen.everyone or screen.filters.people:
        return []
    return [one for one in held if not chosen or one.project_id is None or one.project_id in chosen]


def warn(held: Sequence[Budget]) -> None:
    """A notice for each budget that has reached its warning level."""
    for one in held:
        if one.level is not Level.WITHIN:
            error_messages.say("warning", _title(one), _text(one), ":material/account_balance_wallet:")


def of_all_shown(held: Sequence[Budget], screen: CostScreen) -> list[Budget]:
    """The budget that covers exactly the jobs on the screen; empty if there is none."""
    chosen = screen.filters
    if screen.everyone or chosen.modes or chosen.statuses or chosen.people or len(chosen.projects) > 1:
        return []
    wanted = chosen.projects[0] if chosen.projects else None
    return [one for one in held if one.project_id == wanted]


def lines(held: Sequence[Budget], screen: CostScreen) -> list[BudgetLine]:
    """The chart lines of the budget that covers exactly the jobs on the screen."""
    return [line for one in of_all_shown(held, screen) for line in _lines(one, screen.zone)]


def opener(user_id: str, zone: str) -> None:
    """Draw the button that opens the dialog, and the notice of the last change.

    The dialog begins with what is saved, read anew, as another browser may have changed it since the page was
    drawn: what was typed and not saved is forgotten when it is closed.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="budgets"):  # notices come above it
        if st.button("Budgets", key="budgets-open", icon=":material/account_balance_wallet:"):
            st.session_state[OPENED] = st.session_state.get(OPENED, 0) + 1
            st.session_state.pop(AS_OPENED, None)
            _edit(user_id, zone)
        actions.announce(AREA)


@st.dialog("Budgets", icon=":material/account_balance_wallet:")
def _edit(user_id: str, zone: str) -> None:
    with error_messages.reported():
        _budget(user_id, _as_opened(), zone)


def _as_opened() -> list[Budget]:
    """Read once for each opening: read again while it is open, they would hide another browser's change."""
    if AS_OPENED not in st.session_state:
        st.session_state[AS_OPENED] = budgets.read_budgets(session.client())
    found: list[Budget] = st.session_state[AS_OPENED]
    return found


def _budget(user_id: str, held: Sequence[Budget], zone: str) -> None:
    st.markdown(
        "A monthly limit for all your jobs or for one project. Open jobs count with their declared cost."
    )
    names = {EVERY_PROJECT: ALL_JOBS, **_projects(user_id)}
    target = st.selectbox("For", list(names), format_func=names.__getitem__, key=_key("for"))
    old = next((one for one in held if (one.project_id or EVERY_PROJECT) == target), None)
    cents = _cents(target, old)
    warn = old.warn_percent if old else EXAMPLE_PERCENT
    percent = numbers.field("Warn from, in percent", warn, _key("warn", target))
    zones = sorted({*zone_names(), old.time_zone if old else zone})
    place = zones.index(old.time_zone if old else zone)
    months = st.selectbox("Time zone of its months", zones, place, key=_key("zone", target))
    hard = st.toggle(
        "Hard limit",
        old.is_hard if old else False,
        key=_key("hard", target),
        help="A job that would exceed it is refused. A cost that becomes known later is still recorded.",
    )
    save = partial(
        _save,
        user_id=user_id,
        project_id=target or None,
        monthly_cents=cents,
        warn_percent=percent,
        time_zone=months,
        is_hard=hard,
        expected=old,
    )
    with st.container(horizontal=True):
        if st.button("Save budget", key=actions.key(AREA, "save"), type="primary", icon=":material/check:"):
            check_count("monthly_cents", cents)  # what is refused here stays in the open dialog
            check_percent("warn_percent", percent)
            actions.write(AREA, save)
        if old:
            _remover(old)


def _key(name: str, target: str = EVERY_PROJECT) -> str:
    return f"budget-{st.session_state[OPENED]}-{name}-{target}"


def _projects(user_id: str) -> dict[str, str]:
    held = reads.projects_and_statistics(user_id, session.client()).projects
    names = distinct({project.id: project.name for project in held})
    return {key: project_label(name) for key, name in names.items()}


def _cents(target: str, old: Budget | None) -> numbers.Typed:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        limit = old.monthly_cents if old else EXAMPLE_CENTS
        cents = numbers.field("Monthly limit in cents", limit, _key("cents", target))
    with right.container(height=40, border=False, vertical_alignment="center"):
        st.markdown(_dollars(cents))
    return cents


def _dollars(cents: numbers.Typed) -> str:
    """Nothing where no limit can be that: the amount would look accepted."""
    if isinstance(cents, int) and 1 <= cents <= LARGEST_INTEGER:
        return f"= **{plain(format_cents(cents))}**"
    return ""


def _remover(old: Budget) -> None:
    with st.popover("Remove", icon=":material/delete:"):
        st.markdown(f"Remove the budget of **{plain(old.name)}**? Recorded spend does not change.")
        if st.button("Remove budget", key=actions.key(AREA, "remove")):
            actions.write(AREA, partial(_remove, old=old))


def _save(client: Client, **values: object) -> Notice:
    try:
        budgets.save_budget(client, **values)  # type: ignore[arg-type]
    except NotFound as error:
        raise NotFound("This project was deleted.", hint="Reload the page.") from error
    return Notice("success", "Budget saved", "", ":material/check:")


def _remove(client: Client, old: Budget) -> Notice:
    budgets.delete_budget(client, old)
    return Notice("success", "Budget removed", "", ":material/delete:")


def _lines(one: Budget, zone: str) -> list[BudgetLine]:
    months = "" if one.time_zone == zone else f", {one.time_zone}"
    kind = "Hard limit" if one.is_hard else "Budget"
    limit = BudgetLine(f"{kind} {format_cents(one.monthly_cents)}{months}", one.monthly_cents)
    if one.warn_percent == 100:
        return [limit]
    return [limit, BudgetLine(f"Warning {format_cents(one.warn_cents)}{months}", one.warn_cents)]


def _title(one: Budget) -> str:
    if one.level is Level.BEYOND:
        return f"Over budget: {plain(one.name)}"
    if one.spent_cents == one.monthly_cents:
        return f"The budget of {plain(one.name)} is used up"
    return f"The budget of {plain(one.name)} has reached its warning level"


def _text(one: Budget) -> str:
    spent = (
        f"{format_cents(one.spent_cents)} of {format_cents(one.monthly_cents)} ({format_percent(one.part)})"
    )
    still = f"{format_cents(one.open_cents)} of it on open jobs"
    hard = " It is a hard limit: a job that would exceed it is refused." if one.is_hard else ""
    return plain(f"{spent} in {one.month:%B %Y}, {one.time_zone}, {still}.") + hard
