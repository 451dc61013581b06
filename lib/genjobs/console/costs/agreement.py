"""Checks that all figures of spend on the page agree, and says when they were counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from genjobs.charts import export
from genjobs.console.kit import links
from genjobs.console.kit.wording import plain
from genjobs.data.costs import CostPage
from genjobs.domain import times
from genjobs.domain.costs import Amounts, Figure, disagreeing
from genjobs.domain.counting import counted
from genjobs.domain.money import format_cents

THE_JOBS = "the jobs"
NOT_JOB_BY_JOB = " Checked against stored totals, not job by job."


def truth(page: CostPage) -> Figure:
    """The reference for the other figures: the jobs counted one by one, or the totals without a recount.

    Where the totals are not complete, all figures are counted from the jobs.
    """
    if one_by_one := page.recount:
        return Figure(THE_JOBS, one_by_one.cents, one_by_one.jobs)
    return _totals(page) if page.series.complete else replace(_totals(page), place=THE_JOBS)


def on_the_page(
    page: CostPage, in_cards: Amounts, spend: pd.DataFrame, jobs: pd.DataFrame, change: pd.DataFrame | None
) -> tuple[Figure, ...]:
    """The spend as each part of the page shows it, summed from the data drawn there."""
    unit = page.unit_costs
    explained = [] if change is None else [Figure("why spend changed", int(change["cents"].iloc[-1]))]
    return (
        _totals(page),
        Figure("the cards", in_cards.cents, in_cards.jobs),
        Figure("the chart of spend", int(spend["cents"].sum()), int(spend["jobs"].sum())),
        Figure("the chart of jobs", int(jobs["cents"].sum()), int(jobs["jobs"].sum())),
        Figure("the cost of a job", sum(one.cents for one in unit), sum(one.jobs for one in unit)),
        *explained,
    )


def draw(figures: Sequence[Figure], page: CostPage, zone: ZoneInfo) -> None:
    """Draw one line if all figures agree, else a warning that names those that differ."""
    right, complete = truth(page), page.series.complete
    wrong = disagreeing(figures, right)
    moment = f"Counted {times.exact(page.series.as_of, zone)}."
    if wrong:
        _warn(wrong, right, plain(moment))
    else:
        st.markdown(
            f":green[:material/check_circle:] :small[{plain(_amount(right))}: cards, charts and database "
            f"agree. {plain(moment)}{NOT_JOB_BY_JOB if complete and not page.recount else ''}]"
        )
    if not (wrong or complete):
        _slow()


def _slow() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            "These figures are correct but slow to load: they are counted job by job, because the totals "
            "are not ready or were made on another server.",
            icon=":material/hourglass_top:",
        )
        links.open_setup()


def draw_files(frame: pd.DataFrame, right: Figure) -> None:
    """The same for a chart's table and CSV file; draws nothing if its rows do not add up to the spend."""
    if not {"jobs", "cents"} <= set(frame.columns):
        return
    rows = list(csv.DictReader(io.StringIO(export.csv(frame).decode())))
    cents, jobs = (sum(int(row[name]) for row in rows) for name in ("cents", "jobs"))
    wrong = disagreeing([Figure("the table and its export", cents, jobs)], right)
    if wrong:
        _warn(wrong, right)
    else:
        told = plain(_amount(right))
        st.markdown(f":green[:material/check_circle:] :small[{told}: table, export and database agree.]")


def _warn(wrong: Sequence[Figure], right: Figure, moment: str = "") -> None:
    """The totals are no better than what differs from them."""
    said = f"The jobs, counted one by one, say {_amount(right)}."
    if right.place != THE_JOBS:
        said = f"The stored totals say {_amount(right)}; it is not known which figure is right."
    lines = "  \n".join(f"- {plain(f'{one.place}: {_amount(one)}')}" for one in wrong)
    st.warning(
        f"**The figures differ.** {plain(said)} {moment}\n\n{lines}\n\nReload the page. If the difference "
        "stays: `genjobs totals check` compares the totals with every job.",
        icon=":material/warning:",
    )


def _totals(page: CostPage) -> Figure:
    return Figure("the totals", page.total.cents, page.total.jobs)


def _amount(figure: Figure) -> str:
    of_jobs = "" if figure.jobs is None else f" from {counted(figure.jobs, 'job')}"
    return f"{format_cents(figure.cents)}{of_jobs}"
