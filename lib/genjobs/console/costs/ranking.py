"""The ranking on the Costs page: a table that a click on a heading sorts and a ticked row filters by.

Rows are ticked because a cell would be selected by anything that gives the table the focus, such as a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from genjobs.console.costs import captions, data_files, url_state
from genjobs.console.costs.cards import COST_PER_JOB, NONE, SUCCESS_RATE, WASTED_SPEND
from genjobs.console.costs.chart_panels import Setting, labels_of
from genjobs.console.costs.data_files import Data
from genjobs.console.costs.filters import SPLITS
from genjobs.console.kit.tables import row_key
from genjobs.domain.cost_screen import Grouping
from genjobs.domain.costs import Figure
from genjobs.domain.percents import as_shown
from genjobs.domain.periods import Comparison
from genjobs.domain.ranking import Ranked, Ranking
from genjobs.domain.spreadsheets import disarmed

DOLLARS = pa.decimal128(18, 2)
PERCENT = pa.decimal128(12, 1)
ROWS_SHOWN = 10
ROW_HEIGHT = 35


def draw(ranking: Ranking, at: Setting, compared: Comparison | None, as_of: datetime) -> None:
    """Draw the ranking by the current split, how many rows of how many are shown, and its files.

    `as_of` is when it was read, for the names of the files.
    """
    grouping = at.screen.grouping
    title, names = f"Ranking by {grouping}", labels_of(ranking, at)
    st.header(title, anchor=False)
    _draw_table(ranking, names, title, at)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":small[:gray[{told(ranking, grouping)}]]")
        name = f"ranking-by-{grouping}"
        if data_files.button(name):
            counted = Figure("the totals", ranking.cents, ranking.jobs)
            right = None if _is_cut(ranking) else counted
            when = captions.both(at.period, compared) if compared else ""
            days = compared.days if compared else None
            data = Data(name, title, frame(ranking, names), right, as_of, when=when, compared=days)
            data_files.show(data, at)


def _draw_table(ranking: Ranking, names: Mapping[str, str], title: str, at: Setting) -> None:
    grouping, ids = at.screen.grouping, [row.key.key for row in ranking.rows]
    key = row_key("costs-ranking", [repr(at.screen), *ids])
    ticked = [row for row, one in enumerate(ids) if at.screen.filters.of(grouping) == (one,)]
    st.dataframe(
        table(ranking, names, SPLITS[grouping]),
        key=key,
        hide_index=True,
        height=min(len(ids), ROWS_SHOWN) * ROW_HEIGHT + ROW_HEIGHT + 3,
        column_config=_columns(ranking),
        on_select=partial(_clicked, key, ids, grouping),
        selection_mode="single-row",
        selection_default={"selection": {"rows": ticked, "columns": [], "cells": []}},
        placeholder=NONE,
        alt=title,
    )


def told(ranking: Ranking, grouping: Grouping) -> str:
    """How many rows of how many are shown, and what a click does."""
    noun = {Grouping.PERSON: "people", Grouping.STATUS: "statuses"}.get(grouping, f"{grouping}s")
    if _is_cut(ranking):
        said = f"The {len(ranking.rows):,} largest by spend, of {ranking.keys:,} {noun}."
    else:
        said = "One row." if ranking.keys == 1 else f"All {ranking.keys:,} {noun}."
    clicks = (
        "Tick a row (by keyboard: Shift+Space) to filter by it, untick it to undo. Click a heading to sort."
    )
    return f"{said} {clicks}"


def _is_cut(ranking: Ranking) -> bool:
    return ranking.keys > len(ranking.rows)


def table(ranking: Ranking, names: Mapping[str, str], heading: str) -> pa.Table:
    """A row each: its name, Spend (dollars), Share (percent), Change and Change %, Jobs, Per job, and so on.

    The changes are left out without a comparison; a figure is empty if it would divide by zero.
    """
    rows = ranking.rows
    labels = [disarmed(names[row.key.key]) for row in rows]
    columns: dict[str, pa.Array] = {heading: pa.array(labels, pa.string())}
    columns["Spend"] = _money(rows, lambda row: row.now.cents)
    columns["Share"] = _percent(rows, ranking.share)
    if ranking.cents_before is not None:
        columns["Change"] = _money(rows, lambda row: row.change_cents)
        columns["Change %"] = _percent(rows, lambda row: row.change)
    columns["Jobs"] = pa.array([row.now.jobs for row in rows], pa.int64())
    columns["Per job"] = _money(rows, lambda row: row.now.cost_per_job)
    columns["Success"] = _percent(rows, lambda row: row.now.success_rate)
    columns["Wasted"] = _money(rows, lambda row: row.now.wasted_cents)
    return pa.table(columns)


def frame(ranking: Ranking, names: Mapping[str, str]) -> pd.DataFrame:
    """A row each in whole numbers, for files: key, name, jobs, cents, ever_succeeded_jobs, ever_failed_jobs,
    excluded_jobs and wasted_cents, and with a comparison before_jobs, before_cents and change_cents.
    """
    return pd.DataFrame([_counts(row, names[row.key.key]) for row in ranking.rows])


def _counts(row: Ranked, name: str) -> dict[str, Any]:
    now, before = row.now, row.before
    counted = {
        "key": row.key.key,
        "name": name,
        "jobs": now.jobs,
        "cents": now.cents,
        "ever_succeeded_jobs": now.ever_succeeded_jobs,
        "ever_failed_jobs": now.ever_failed_jobs,
        "excluded_jobs": now.excluded_jobs,
        "wasted_cents": now.wasted_cents,
    }
    if before is None:
        return counted
    compared = {"before_jobs": before.jobs, "before_cents": before.cents, "change_cents": row.change_cents}
    return {**counted, **compared}


def _money(rows: tuple[Ranked, ...], cents: Callable[[Ranked], Fraction | int | None]) -> pa.Array:
    found = (cents(row) for row in rows)
    return pa.array([None if one is None else Decimal(round(one)) / 100 for one in found], DOLLARS)


def _percent(rows: tuple[Ranked, ...], part: Callable[[Ranked], Fraction | None]) -> pa.Array:
    tenths = (None if (one := part(row)) is None else int(as_shown(one) * 1000) for row in rows)
    return pa.array([None if one is None else Decimal(one) / 10 for one in tenths], PERCENT)


def _columns(ranking: Ranking) -> dict[str, Any]:
    most = max((row.now.cents for row in ranking.rows), default=0)
    money, percent = partial(st.column_config.NumberColumn, format="dollar"), "%.1f%%"
    return {
        "Spend": st.column_config.ProgressColumn(
            width=130, format="dollar", min_value=0, max_value=max(1, most) / 100
        ),
        "Share": st.column_config.NumberColumn(format=percent),
        "Change": money(),
        "Change %": st.column_config.NumberColumn(format="%+.1f%%"),
        "Jobs": st.column_config.NumberColumn(format="localized"),
        "Per job": money(help=COST_PER_JOB),
        "Success": st.column_config.NumberColumn(format=percent, help=SUCCESS_RATE),
        "Wasted": money(help=WASTED_SPEND),
    }


def _clicked(key: str, ids: list[str], grouping: Grouping) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    screen = url_state.read().screen
    filters = screen.filters.only(grouping, [ids[row] for row in rows])
    url_state.write(replace(screen, filters=filters))
