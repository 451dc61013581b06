"""The five questions that an analyst brings to Costs, answered by clicks that are counted, and held to SQL.

What did we spend last month, on which project, by whom, and by how much more than the month before? Which day
was the worst? What will this month cost?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Locator, expect

from genjobs.domain.money import format_cents
from genjobs.domain.percents import format_percent
from genjobs.local.stack import StackInfo
from tests.browser.conftest import Arrival
from tests.browser.test_costs import ZONE, card
from tests.browser.visitor import Visitor
from tests.data.people import owner

MOST_CLICKS = 3
FIRST_CHART_IS_SEEN = """() => {
    const chart = document.querySelector('[data-testid=stVegaLiteChart]')?.getBoundingClientRect();
    return chart?.height > 200 && chart.bottom <= window.innerHeight;
}"""
MADE = """
    select {what}, sum(made.jobs * made.cost_cents)::bigint as cents
    from (
        select user_id, project_id, created_at, cost_cents, 1 as jobs
        from public.generation_jobs
        union all
        select
            user_id, project_id, job_created_at, old_cost_cents,
            case kind when 'deleted' then 1 else -1 end
        from public.generation_job_events
        where kind in ('deleted', 'restored')
    ) as made
    join auth.users as person on person.id = made.user_id
    join public.projects as project on project.id = made.project_id
    where made.created_at >= (%(first)s::timestamp at time zone %(zone)s)
        and made.created_at < (%(end)s::timestamp at time zone %(zone)s)
    group by 1
    order by 2 desc, 1
"""
ALL, PROJECT, PERSON = "''", "project.name", "person.email"
DAY = "(made.created_at at time zone %(zone)s)::date"


@dataclass
class Clicker:
    """Clicks on behalf of a visitor, and counts."""

    visitor: Visitor
    clicks: list[str] = field(default_factory=list)

    def click(self, what: Locator, name: str) -> None:
        what.click()
        self.clicks.append(name)


@pytest.fixture
def tables(stack: StackInfo) -> Iterator[psycopg.Connection]:
    with owner(stack) as connection:
        yield connection


def first_of_month(months_ago: int) -> date:
    day = datetime.now(UTC).astimezone(ZONE).date().replace(day=1)
    for _ in range(months_ago):
        day = (day - timedelta(1)).replace(day=1)
    return day


def spent(connection: psycopg.Connection, what: str, months_ago: int) -> list[tuple[Any, int]]:
    """Cents of a calendar month, counted from the jobs one by one, the largest first."""
    first = first_of_month(months_ago)
    values = {"first": first, "end": (first + timedelta(32)).replace(day=1), "zone": ZONE.key}
    return connection.execute(MADE.format(what=what).encode(), values).fetchall()


def ranked(visitor: Visitor) -> list[list[str]]:
    """The cells of the ranking, row by row, as a screen reader finds them."""
    table = visitor.page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    expect(table.locator("canvas [role=gridcell]").first).to_be_attached()
    rows = table.locator("canvas [role=row]").all()
    found = [[cell.text_content() or "" for cell in row.locator("[role=gridcell]").all()] for row in rows]
    return [row for row in found if row]


def test_the_five_questions(arrive: Arrival, tables: psycopg.Connection) -> None:
    visitor = arrive()
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    visitor.open()
    visitor.page.get_by_role("button", name="Ana Lindqvist").click()
    visitor.sees("agree. Counted")
    visitor.settle()
    visitor.page.wait_for_function(FIRST_CHART_IS_SEEN)
    mouse = Clicker(visitor)

    mouse.click(visitor.field("Range"), "open the ranges")
    mouse.click(visitor.page.get_by_role("option", name="Last month", exact=True), "last month")
    split = visitor.page.get_by_role("radiogroup", name="Split by")
    mouse.click(split.get_by_text("Project", exact=True), "by project")
    visitor.sees("Spend by project, per day")
    visitor.settle()
    assert len(mouse.clicks) <= MOST_CLICKS, mouse.clicks

    ((_, now),), ((_, before),) = spent(tables, ALL, 1), spent(tables, ALL, 2)
    assert card(visitor, "Spend") == format_cents(now)
    visitor.sees(f"from {format_cents(before)}")
    visitor.sees(format_percent(Fraction(now, before) - 1, signed=True).replace("−", "-"))
    worst, cents = spent(tables, DAY, 1)[0]
    visitor.sees(f"Worst day: {worst.day} {worst:%b}, {format_cents(cents)}.")

    assert_ranked(visitor, spent(tables, PROJECT, 1), dict(spent(tables, PROJECT, 2)))
    split.get_by_text("Person", exact=True).click()
    visitor.sees("Ranking by person")
    visitor.settle()
    assert_ranked(visitor, spent(tables, PERSON, 1), dict(spent(tables, PERSON, 2)))

    ((_, so_far),) = spent(tables, ALL, 0)
    low, middle, high = (_cents(one) for one in _forecast(visitor))
    assert so_far // 100 * 100 <= low <= middle <= high, (
        "shown in whole dollars; at a month's end it is all spent"
    )


def assert_ranked(visitor: Visitor, now: list[tuple[Any, int]], before: dict[Any, int]) -> None:
    """The table says of each name what SQL does, in its order: spend and change."""
    rows = ranked(visitor)
    assert [row[0] for row in rows] == [name for name, _ in now]
    assert [_cents(row[1]) for row in rows] == [cents for _, cents in now]
    assert [_cents(row[3]) for row in rows] == [cents - before.get(name, 0) for name, cents in now]


def _forecast(visitor: Visitor) -> tuple[str, str, str]:
    band = visitor.page.get_by_text(re.compile(r"^\$[\d,.]+–\$[\d,.]+")).first.inner_text()
    low, high = re.findall(r"\$[\d,.]+\d", band)
    return low, card(visitor, "This month"), high


def _cents(text: str) -> int:
    """Cents of an amount in dollars, with or without a sign, a currency and commas."""
    return round(float(re.sub(r"[$,]", "", text.replace("−", "-"))) * 100)
