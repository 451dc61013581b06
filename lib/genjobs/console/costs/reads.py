"""What the Costs page reads: everything in parallel, kept for a few seconds for this session.

Everyone's totals are the same for each reader who may see everyone, so this process reads them once for all
of these readers. To any other reader, the database returns the reader's own totals.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from genjobs.console.kit.kept import kept
from genjobs.console.kit.reads import SECONDS, of_everyone
from genjobs.data import budgets, costs
from genjobs.data.costs import CostPage, CostQuery
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.budgets import Budget
from genjobs.domain.cost_screen import CostFilters, CostScreen, Grouping
from genjobs.domain.costs import Amounts, CostSeries, HourOfWeek, Key
from genjobs.domain.periods import Bucket, Period, Span, month_of
from genjobs.domain.ranking import Ranking
from genjobs.forecast.month import HISTORY_DAYS, MonthForecast, NoForecast, forecast_month

LONGEST_HEAT_MAP_DAYS = 400
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """The queries of one screen: the period, what it is compared with, and the month with its history.

    `before` is None without a comparison.
    """

    now: CostQuery
    before: CostQuery | None
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
class Figures:
    """What jobs cost; `before` by mode, None where there is no comparison; `hours` None for a long period."""

    page: CostPage
    before: dict[str, Amounts] | None
    ranking: Ranking
    month: Month
    hours: list[HourOfWeek] | None


@dataclass(frozen=True)
class Costs:
    """The answers: the figures, and the reader's own budgets."""

    figures: Figures
    budgets: list[Budget]


@dataclass(frozen=True)
class Choices:
    """What there is to filter by, the costliest first."""

    projects: list[Key]
    modes: list[Key]
    people: list[Key]


def wanted(screen: CostScreen, now: datetime) -> Wanted:
    """The queries of the screen at `now`; a period that has not ended is read up to the end of today."""
    period = screen.period(now).until(now)
    query = CostQuery(period.span, screen.zone, screen.filters, screen.everyone)
    today = now.astimezone(period.zone).date()
    compared = screen.comparison(now)
    past = Period(today - timedelta(HISTORY_DAYS), today, period.zone)
    return Wanted(
        now=query,
        before=replace(query, span=compared.span) if compared else None,
        month=replace(query, span=past.span),
        bucket=screen.fitting_bucket(period),
        grouping=screen.grouping,
        hours=period.days <= LONGEST_HEAT_MAP_DAYS,
    )


@kept(SECONDS)
def read(user_id: str, client: Client, asked: Wanted, *, sees_everyone: bool) -> Costs:
    """Everything that the screen draws."""
    figures, held = together(
        lambda: _alike(client, asked, sees_everyone and asked.now.everyone, lambda: _figures(client, asked)),
        lambda: budgets.read_budgets(client),
    )
    return Costs(figures, held)


def _figures(client: Client, asked: Wanted) -> Figures:
    page, before, ranking, month, hours = together(
        lambda: costs.read_page(client, asked.now, asked.bucket, asked.grouping),
        lambda: _modes_before(client, asked),
        lambda: costs.read_ranking(
            client, asked.now, asked.before.span if asked.before else None, asked.grouping
        ),
        lambda: _month(costs.read_daily(client, asked.month), ZoneInfo(asked.month.zone)),
        lambda: costs.read_hours(client, asked.now) if asked.hours else None,
    )
    if asked.before and asked.grouping is Grouping.MODE:
        before = ranking.before
    compared = None if before is None else costs.like(before, page.modes)
    return Figures(page, compared, ranking, month, hours)


def _modes_before(client: Client, asked: Wanted) -> dict[str, Amounts] | None:
    """The comparison's amounts by mode; None without a comparison, or if the ranking has them already."""
    if asked.before is None or asked.grouping is Grouping.MODE:
        return None
    return costs.read_modes(client, asked.before)


@kept(20 * SECONDS)
def choices(
    user_id: str, client: Client, zone: str, everyone: bool, today: datetime, *, sees_everyone: bool
) -> Choices:
    """Everything that had costs in the year up to `today`, regardless of filters."""
    span = Span(today - timedelta(days=366), today)
    query = CostQuery(span, zone, CostFilters(), everyone)
    return _alike(client, query, sees_everyone and everyone, lambda: _choices(client, query))


def _choices(client: Client, query: CostQuery) -> Choices:
    return Choices(
        *together(
            lambda: costs.read_keys(client, query, Grouping.PROJECT),
            lambda: costs.read_keys(client, query, Grouping.MODE),
            lambda: costs.read_keys(client, query, Grouping.PERSON) if query.everyone else [],
        )
    )


def with_chosen(user_id: str, client: Client, found: Choices, screen: CostScreen, today: datetime) -> Choices:
    """`found`, and the names of chosen projects and people that had costs only before its year."""

    def with_older(known: list[Key], grouping: Grouping) -> list[Key]:
        missing = [one for one in screen.filters.of(grouping) if one not in {key.key for key in known}]
        if not missing:
            return known
        filters, span = CostFilters().only(grouping, missing), Span(EARLIEST, today)
        query = CostQuery(span, screen.zone, filters, screen.everyone)
        return [*known, *_keys(user_id, client, query, grouping)]

    projects = with_older(found.projects, Grouping.PROJECT)
    return replace(found, projects=projects, people=with_older(found.people, Grouping.PERSON))


@kept(SECONDS)
def _keys(user_id: str, client: Client, query: CostQuery, grouping: Grouping) -> list[Key]:
    return costs.read_keys(client, query, grouping)


def _alike(client: Client, asked: Hashable, is_alike: bool, read: Callable[[], T]) -> T:
    """The result of `read`; if `is_alike`, read once for everyone who asks this database the same."""
    database = (str(client.supabase_url), client.supabase_key)
    return of_everyone.get((database, asked), read) if is_alike else read()


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
