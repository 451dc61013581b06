"""Whether every place on the page tells the same spend, and how fresh it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from genjobs.charts import export
from genjobs.charts.frames import change
from genjobs.console.costs.reads import Costs
from genjobs.console.kit.wording import counted, plain
from genjobs.console.shell import navigation
from genjobs.domain import times
from genjobs.domain.costs import Figure, Recount, disagreeing
from genjobs.domain.money import format_cents
from genjobs.domain.waterfall import waterfall

NOT_ONE_BY_ONE = " Others' jobs, or so many, are not counted one by one."


def told(found: Costs, shown: pd.DataFrame, by_status: pd.DataFrame) -> tuple[Figure, ...]:
    """The spend as each place on the page tells it, added up from what is drawn there."""
    in_cards = found.page.series.total
    steps = change(waterfall(found.before, found.page.modes))
    rows = list(csv.DictReader(io.StringIO(export.csv(shown).decode())))
    return (
        Figure("the totals", found.page.total.cents, found.page.total.jobs),
        Figure("the cards", in_cards.cents, in_cards.jobs),
        Figure("the chart of spend", int(shown["cents"].sum()), int(shown["jobs"].sum())),
        Figure("the chart of jobs", int(by_status["cents"].sum()), int(by_status["jobs"].sum())),
        Figure("the cost of a job", *_unit(found)),
        Figure("why spend changed", int(steps["cents"].iloc[-1])),
        Figure("the table and its export", sum(int(row["cents"]) for row in rows), _jobs(rows)),
    )


def draw(
    figures: Sequence[Figure], recount: Recount | None, as_of: datetime, zone: ZoneInfo, *, complete: bool
) -> None:
    """One line where all agree, a warning that names those who do not.

    Without a recount the first of the figures, the totals, stands for the database.
    """
    truth = Figure("the jobs", recount.cents, recount.jobs) if recount else figures[0]
    wrong = disagreeing(figures, truth)
    moment = f"Counted {times.exact(as_of, zone)}."
    if wrong:
        lines = "  \n".join(plain(f"{one.place}: {_amount(one)}") for one in wrong)
        st.warning(
            f"**The figures differ.** {plain(f'The database says {_amount(truth)}.')}  \n{lines}  \n"
            f"{plain(moment)} Reload the page; if it stays, report it.",
            icon=":material/warning:",
        )
    else:
        st.markdown(
            f":green[:material/check_circle:] :small[{plain(_amount(truth))}: cards, charts, table, export "
            f"and database agree. {plain(moment)}{'' if recount else NOT_ONE_BY_ONE}]"
        )
    if not complete:
        _slow()


def _slow() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            "These figures are right but slow: they are counted from the jobs one by one, since the totals "
            "are not ready or were made on another server.",
            icon=":material/hourglass_top:",
        )
        st.page_link(navigation.page("setup"), label="Open Setup", icon=":material/arrow_forward:")


def _amount(figure: Figure) -> str:
    of_jobs = "" if figure.jobs is None else f" from {counted(figure.jobs, 'job')}"
    return f"{format_cents(figure.cents)}{of_jobs}"


def _unit(found: Costs) -> tuple[int, int]:
    rows = found.page.unit_costs
    return sum(one.cents for one in rows), sum(one.jobs for one in rows)


def _jobs(rows: list[dict[str, str]]) -> int:
    return sum(int(row["jobs"]) for row in rows)
