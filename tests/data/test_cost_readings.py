from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from genjobs.data import costs, jobs
from genjobs.data.costs import REST, CostPage, CostQuery, like
from genjobs.domain.cost_screen import CostFilters, Grouping
from genjobs.domain.costs import Amounts, Recount, total
from genjobs.domain.errors import InvalidInput
from genjobs.domain.periods import Bucket, Period, Span
from genjobs.domain.rows import Project
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from tests.data.people import Person, newcomer, owner

ZONE = "Asia/Kolkata"
STRANGE = 'quotes " and, commas {} \\ back'


def this_week(**filters: object) -> CostQuery:
    today = datetime.now(UTC).astimezone(ZoneInfo(ZONE)).date()
    span = Period(today - timedelta(6), today, ZoneInfo(ZONE)).span
    return CostQuery(span, ZONE, CostFilters(**filters))  # type: ignore[arg-type]


def test_days_are_those_of_the_database_where_its_rules_of_a_zone_are_others(
    eve: Person, stack: StackInfo
) -> None:
    """To PostgreSQL, CET is an hour ahead all the year; here it has summer time."""
    zone, first = "CET", date(2026, 8, 10)
    hours = [datetime(2026, 8, 9, 20, tzinfo=UTC) + timedelta(hours=n) for n in range(80)]
    eve.job(eve.project())
    with owner(stack) as connection:
        connection.cursor().executemany(
            "insert into generation_jobs (project_id, user_id, mode, cost_cents, created_at)"
            " select project_id, user_id, mode, %s, %s from generation_jobs where user_id = %s limit 1",
            [(2**n % 1009, hour, eve.user_id) for n, hour in enumerate(hours)],
        )
        counted = connection.execute(
            "select (created_at at time zone 'CET')::date, sum(cost_cents) from generation_jobs"
            " where user_id = %s and created_at at time zone 'CET' >= %s"
            " and created_at at time zone 'CET' < %s group by 1 order by 1",
            [eve.user_id, first, first + timedelta(3)],
        ).fetchall()
    query = CostQuery(Period(first, first + timedelta(2), ZoneInfo(zone)).span, zone)
    page = costs.read_page(eve.client, query, Bucket.DAY, Grouping.MODE)
    shown = [
        (bucket.start.astimezone(ZoneInfo(zone)).date(), amounts.cents)
        for bucket, amounts in page.series.by_bucket.items()
    ]
    assert shown == counted
    assert len(shown) == 3


@pytest.mark.parametrize("fold", [0, 1])
def test_a_moment_that_the_clocks_show_twice_is_the_one_that_is_meant(eve: Person, fold: int) -> None:
    zone = "Europe/Berlin"
    start = datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    query = CostQuery(Span(start, start + timedelta(hours=3)), zone)
    page = costs.read_page(eve.client, query, Bucket.HOUR, Grouping.MODE)
    assert page.series.buckets[0].start == start


def test_both_periods_of_a_ranking_are_those_of_the_zone(eve: Person) -> None:
    job = eve.job(eve.project(), cost_cents=7)
    day = datetime.fromisoformat(str(job.created_at)).astimezone(ZoneInfo(ZONE)).date()
    today = Period(day, day, ZoneInfo(ZONE)).span
    ranking = costs.read_ranking(eve.client, CostQuery(today, ZONE), today, Grouping.MODE)
    assert (ranking.cents, ranking.cents_before) == (7, 7)


def made(person: Person, project: Project, mode: str, cents: int) -> str:
    return jobs.create_job(
        person.client, user_id=person.user_id, project_id=project.id, mode=mode, cost_cents=cents
    ).id


@pytest.fixture
def eve(stack: StackInfo) -> Person:
    """Someone of the test's own: what was spent is never forgotten, so nobody can be emptied of it."""
    return newcomer(stack)


@pytest.fixture
def busy(eve: Person) -> Person:
    """Someone with seven jobs, of which one is deleted, in two projects and two modes."""
    first, second = eve.project("First"), eve.project("Second")
    for status in Status:
        eve.job(first, status, cost_cents=100)
    made(eve, second, STRANGE, 1)
    made(eve, second, STRANGE, 33)
    jobs.delete_job(eve.client, made(eve, second, STRANGE, 1000))
    return eve


def test_a_page_tells_all_that_was_spent(busy: Person) -> None:
    page = costs.read_page(busy.client, this_week(), Bucket.DAY, Grouping.MODE)
    assert page.total == page.series.total == total(page.modes.values())
    assert (page.total.jobs, page.total.cents) == (7, 1434)
    assert (page.total.open_jobs, page.total.open_cents) == (4, 234)
    assert (page.total.deleted_jobs, page.total.deleted_cents) == (1, 1000)
    assert page.total.wasted_cents == 100
    assert set(page.modes) == {"lifestyle", STRANGE}
    assert page.series.complete


def test_a_page_is_right_and_brings_the_count_of_its_jobs_where_totals_are_not_complete_too(
    busy: Person, stack: StackInfo
) -> None:
    def page() -> CostPage:
        return costs.read_page(busy.client, this_week(), Bucket.DAY, Grouping.MODE)

    before = page()
    assert (before.series.complete, before.recount) == (True, Recount(jobs=7, cents=1434))
    with owner(stack) as connection:
        connection.execute("update genjobs.fold_state set complete = false")
        try:
            after = page()
            assert not after.series.complete
            assert (after.total, after.modes, after.recount) == (before.total, before.modes, before.recount)
            assert after.unit_costs == before.unit_costs
        finally:
            connection.execute("update genjobs.fold_state set complete = true")


def test_every_day_is_there_and_only_the_last_runs(busy: Person) -> None:
    page = costs.read_page(busy.client, this_week(), Bucket.DAY, Grouping.STATUS)
    assert [bucket.running for bucket in page.series.buckets] == [False] * 6 + [True]
    assert [bucket.start for bucket in page.series.buckets] == [
        this_week().span.start + timedelta(day) for day in range(7)
    ]
    assert len(page.unit_costs) == 7
    assert (page.unit_costs[0].jobs, page.unit_costs[0].p50) == (0, None)
    assert (page.unit_costs[-1].jobs, page.unit_costs[-1].cents) == (7, 1434)


def test_the_other_readings_agree_with_the_page(busy: Person) -> None:
    query = this_week()
    assert sum(hour.cents for hour in costs.read_hours(busy.client, query)) == 1434
    assert costs.read_daily(busy.client, query).total.cents == 1434
    assert total(costs.read_modes(busy.client, query).values()).cents == 1434


@pytest.mark.parametrize(
    ("filters", "cents"),
    [
        ({"modes": (STRANGE,)}, 1034),
        ({"modes": ("lifestyle", STRANGE)}, 1434),
        ({"statuses": (Status.FAILED, Status.RUNNING)}, 200),
        ({"modes": ("nothing",)}, 0),
        ({"projects": ("5f0c6a3e-0000-4000-8000-000000000001",)}, 0),
    ],
)
def test_filters_reach_every_reading(busy: Person, filters: dict[str, object], cents: int) -> None:
    query = this_week(**filters)
    page = costs.read_page(busy.client, query, Bucket.DAY, Grouping.PROJECT)
    assert page.total.cents == page.series.total.cents == cents
    assert sum(hour.cents for hour in costs.read_hours(busy.client, query)) == cents
    assert costs.read_daily(busy.client, query).total.cents == cents
    assert total(costs.read_modes(busy.client, query).values()).cents == cents


def test_projects_are_named_and_filtered_by_id(busy: Person) -> None:
    found = costs.read_keys(busy.client, this_week(), Grouping.PROJECT)
    assert [key.label for key in found] == ["Second", "First"]
    page = costs.read_page(busy.client, this_week(projects=(found[1].key,)), Bucket.DAY, Grouping.MODE)
    assert page.total.cents == 400


def test_nobody_sees_anothers_costs(busy: Person, ana: Person) -> None:
    query = replace(this_week(people=(busy.user_id,)), everyone=True)
    own = costs.read_page(ana.client, this_week(), Bucket.DAY, Grouping.PERSON)
    assert own.total.cents != 1434
    page = costs.read_page(ana.client, query, Bucket.DAY, Grouping.PERSON)
    assert page.total == own.total
    assert page.series.cells == own.series.cells


def test_what_the_database_refuses_is_the_callers_mistake(busy: Person) -> None:
    hours = Span(datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(InvalidInput):
        costs.read_page(busy.client, CostQuery(hours, ZONE), Bucket.HOUR, Grouping.MODE)
    with pytest.raises(InvalidInput):
        costs.read_page(busy.client, replace(this_week(), zone="Mars/Olympus"), Bucket.DAY, Grouping.MODE)


def test_modes_past_the_costliest_are_one(eve: Person) -> None:
    project = eve.project()
    for number in range(13):
        made(eve, project, f"mode {number}", 100 + number)
    page = costs.read_page(eve.client, this_week(), Bucket.DAY, Grouping.MODE)
    assert page.modes[REST] == Amounts(jobs=3, cents=303, queued_jobs=3, queued_cents=303)
    assert total(page.modes.values()) == page.total


def test_earlier_modes_fold_like_those_of_now() -> None:
    before = {"a": Amounts(jobs=1, cents=1), "gone": Amounts(jobs=2, cents=20)}
    assert like(before, {"a": Amounts()}) == before
    assert like(before, {"a": Amounts(), REST: Amounts(jobs=9)}) == {
        "a": before["a"],
        REST: before["gone"],
    }


def test_a_ranking_tells_both_periods_of_each_row(busy: Person) -> None:
    query = this_week()
    length = query.span.end - query.span.start
    ranking = costs.read_ranking(
        busy.client, query, Span(query.span.start - length, query.span.start), Grouping.PROJECT
    )
    assert [(row.key.label, row.now.cents, row.before) for row in ranking.rows] == [
        ("Second", 1034, Amounts()),
        ("First", 400, Amounts()),
    ]
    assert (ranking.keys, ranking.cents, ranking.cents_before) == (2, 1434, 0)
    assert ranking.jobs == sum(row.now.jobs for row in ranking.rows) > 0


def test_a_ranking_may_have_no_second_period(busy: Person) -> None:
    ranking = costs.read_ranking(busy.client, this_week(modes=(STRANGE,)), None, Grouping.MODE)
    assert [(row.key.key, row.now.cents, row.before) for row in ranking.rows] == [(STRANGE, 1034, None)]
    assert ranking.cents_before is None
