"""What the Costs page reads: all of it side by side, in one wait, kept for a few seconds for this session.

`user_id` is part of each key, so that a session that changes hands starts empty; `_client` is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from genjobs.console.kit.reads import SECONDS, forgotten_after_writes
from genjobs.data import budgets, costs
from genjobs.data.costs import CostPage, CostQuery
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.budgets import Budget
from genjobs.domain.cost_screen import CostFilters, CostScreen, Grouping
from genjobs.domain.costs import Amounts, CostSeries, HourOfWeek, Key
from genjobs.domain.periods import Bucket, Period, Span, comparison, month_of
from genjobs.forecast.month import HISTORY_DAYS, MonthForecast, NoForecast, forecast_month

LONGEST_FOR_HOURS = 400


@dataclass(frozen=True)
class Wanted:
    """All that one screen asks for: the period, what it is compared with, and the month with its past."""

    now: CostQuery
    before: CostQuery
    month: CostQuery
    bucket: Bucket
    grouping: Grouping
    hours: bool


@dataclass(frozen=True)
class Month:
    """The cents of each day of this month up to today, and the forecast of the rest."""

    days: tuple[tuple[date, int], ...]
    forecast: MonthForecast | NoForecast


@dataclass(frozen=True)
class Costs:
    """The answers; `hours` is None where the period is too long for them."""

    page: CostPage
    before: dict[str, Amounts]
    month: Month
    hours: list[HourOfWeek] | None
    budgets: list[Budget]


@dataclass(frozen=True)
class Choices:
    """What there is to filter by, the costliest first."""

    projects: list[Key]
    modes: list[Key]
    people: list[Key]


def wanted(screen: CostScreen, now: datetime) -> Wanted:
    """What the screen asks for at `now`; what runs is read up to the end of today."""
    whole = screen.period(now)
    period = whole.until(now)
    query = CostQuery(period.span, screen.zone, screen.filters, screen.everyone)
    today = now.astimezone(period.zone).date()
    past = Period(today - timedelta(HISTORY_DAYS), today, period.zone)
    return Wanted(
        now=query,
        before=replace(query, span=comparison(whole, now)),
        month=replace(query, span=past.span),
        bucket=screen.fitting_bucket(period),
        grouping=screen.grouping,
        hours=period.days <= LONGEST_FOR_HOURS,
    )


@forgotten_after_writes
@st.cache_data(scope="session", ttl=SECONDS, max_entries=8, show_spinner=False)
def read(user_id: str, _client: Client, asked: Wanted) -> Costs:
    """Everything that the screen draws."""
    page, before, month, hours, held = together(
        lambda: costs.read_page(_client, asked.now, asked.bucket, asked.grouping),
        lambda: costs.read_modes(_client, asked.before),
        lambda: _month(costs.read_daily(_client, asked.month), ZoneInfo(asked.month.zone)),
        lambda: costs.read_hours(_client, asked.now) if asked.hours else None,
        lambda: budgets.read_budgets(_client),
    )
    return Costs(page, costs.like(before, page.modes), month, hours, held)


@forgotten_after_writes
@st.cache_data(scope="session", ttl=20 * SECONDS, max_entries=4, show_spinner=False)
def choices(user_id: str, _client: Client, zone: str, everyone: bool, today: datetime) -> Choices:
    """What had costs in the year up to `today`, whatever is filtered."""
    span = Span(today - timedelta(days=366), today)
    query = CostQuery(span, zone, CostFilters(), everyone)
    return Choices(
        *together(
            lambda: costs.read_keys(_client, query, Grouping.PROJECT),
            lambda: costs.read_keys(_client, query, Grouping.MODE),
            lambda: costs.read_keys(_client, query, Grouping.PERSON) if everyone else [],
        )
    )


def _month(daily: CostSeries, zone: ZoneInfo) -> Month:
    cents = [(bucket.start.astimezone(zone).date(), one.cents) for bucket, one in daily.by_bucket.items()]
    today, spent_today = cents[-1]
    days = tuple(one for one in cents if one[0] >= today.replace(day=1))
    forecast = forecast_month(
        first=cents[0][0],
        history=[one for _, one in cents[:-1]],
        month_to_date=sum(one for _, one in days),
        today=spent_today,
        last=month_of(today, zone).last,
    )
    return Month(days, forecast)
