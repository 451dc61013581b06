"""The tabs of the totals and of the queue: their checks, or why these could not be read."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from genjobs.console.kit import error_messages
from genjobs.console.setup import check_list, reads
from genjobs.data.transport.client import Client
from genjobs.domain import queue, totals
from genjobs.domain.check import Check
from genjobs.domain.errors import ConsoleError, SchemaBehind
from genjobs.domain.queue import QueueHealth
from genjobs.domain.totals import TotalsHealth

UNREACHED = "Not known: the database could not be asked. *Checks* says why."
_TOTALS = "Figures and hard budgets are read from the totals. To compare them with every job: "
_QUEUE = "To compare the queue with every job: "


@dataclass(frozen=True)
class Panel:
    """A tab's name and checks, and what to say if all of them hold; or the error that prevented reading."""

    name: str
    checks: tuple[Check, ...] = ()
    holds: str = ""
    met: ConsoleError | None = None


def unreached() -> tuple[Panel, Panel]:
    """Both tabs of a database that could not be asked at all."""
    return Panel("Totals"), Panel("Queue")


def read(user_id: str, client: Client) -> tuple[Panel, Panel]:
    """Both tabs; what cannot be read does not keep the other from being drawn."""
    of_totals, of_queue = reads.health(user_id, client)
    return _totals(of_totals), _queue(of_queue)


def marked(panel: Panel, *, schema_differs: bool) -> str:
    """The name of the tab, with a badge where something is wrong in it."""
    is_well = not panel.met and not schema_differs and all(check.ok for check in panel.checks)
    return panel.name if is_well else f"{panel.name} :orange-badge[:material/warning:]"


def draw(panel: Panel, *, schema_differs: bool) -> None:
    """Draw the checks, or what prevented them. Where the schema differs, they may hold all the same."""
    if panel.checks and schema_differs:
        st.warning(
            f"The schema has been changed, so the {panel.name.lower()} may miss changes: see *Checks*.",
            icon=":material/difference:",
        )
    if panel.checks:
        check_list.draw(panel.checks, panel.holds)
    elif isinstance(panel.met, SchemaBehind):
        st.markdown(
            f"This database cannot report on its {panel.name.lower()} yet: see *Migrations*, and *Checks* "
            "for what differs from them."
        )
    elif panel.met:
        error_messages.show(panel.met)
    else:
        st.markdown(UNREACHED)


def _totals(found: TotalsHealth | ConsoleError) -> Panel:
    if isinstance(found, ConsoleError):
        return Panel("Totals", met=found)
    return Panel("Totals", tuple(totals.checks(found)), f"{_TOTALS}`genjobs totals check`")


def _queue(found: QueueHealth | ConsoleError) -> Panel:
    if isinstance(found, ConsoleError):
        return Panel("Queue", met=found)
    holds = f"{queue.verdict(found)} {_QUEUE}`genjobs queue check`"
    return Panel("Queue", tuple(queue.checks(found)), holds)
