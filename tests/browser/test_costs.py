from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from playwright.sync_api import Error, Page, Position, expect

from genjobs.data import jobs, projects
from genjobs.domain.money import format_cents
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from tests.browser.conftest import PATIENCE, Arrival
from tests.browser.visitor import Visitor
from tests.data.people import Person, owner

ZONE = ZoneInfo("Europe/Berlin")
CHARTS = "[data-testid=stVegaLiteChart]"
SPENT = """
    select
        coalesce(sum(made.jobs), 0), coalesce(sum(made.jobs * made.cost_cents), 0),
        coalesce(sum(made.jobs * made.cost_cents) filter (where made.status = 'failed'), 0)
    from (
        select user_id, created_at, mode, status, cost_cents, 1 as jobs
        from public.generation_jobs
        union all
        select
            user_id, job_created_at, mode, old_status, old_cost_cents,
            case kind when 'deleted' then 1 else -1 end
        from public.generation_job_events
        where kind in ('deleted', 'restored')
    ) as made
    join auth.users as person on person.id = made.user_id
    where made.created_at >= (%(first)s::timestamp at time zone %(zone)s)
        and (%(email)s::text is null or person.email = %(email)s)
        and (%(mode)s::text is null or made.mode = %(mode)s)
"""


def sql(stack: StackInfo, email: str | None, first: str, mode: str | None = None) -> tuple[int, int, int]:
    """Jobs, cents and wasted cents since a local day, one by one: the jobs there are and those deleted."""
    values = {"email": email, "first": first, "zone": ZONE.key, "mode": mode}
    with owner(stack) as connection:
        row = connection.execute(SPENT, values).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


HEADING: Position = {"x": 200.0, "y": 17.0}
FIRST_ROW: Position = {"x": 16.0, "y": 52.0}
SPEND_DATA = ".st-key-costs-data-spend button"  # by its key: labels come one by one, in any order
TRIES = 6
MISCOUNT = """
    insert into genjobs.cost_totals (
        user_id, project_id, cost_bucket, day, mode, status, deleted, quarters, jobs, cents
    )
    values (
        %s, '00000000-0000-0000-0000-000000000000', -1, %s, 'miscounted', 'failed', false, '{0}', '{1}', '{7}'
    )
"""
MENDED = "delete from genjobs.cost_totals where mode = 'miscounted' and user_id = %s"


@contextmanager
def miscounted(stack: StackInfo, person: Person) -> Iterator[None]:
    """The totals of `person`, and of nobody else, tell one job of today more than there is."""
    with owner(stack) as connection:
        connection.execute(MISCOUNT, [person.user_id, ago(0)])
        try:
            yield
        finally:
            connection.execute(MENDED, [person.user_id])


def ago(days: int) -> str:
    return (datetime.now(UTC).astimezone(ZONE).date() - timedelta(days)).isoformat()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def card(visitor: Visitor, label: str) -> str:
    """The figure on the card of that name."""
    metric = visitor.page.get_by_test_id("stMetric").filter(has=visitor.page.get_by_text(label, exact=True))
    return metric.get_by_test_id("stMetricValue").inner_text().strip()


def choose(visitor: Visitor, label: str, option: str) -> None:
    """By keyboard: after another widget had the focus, a click of no length opens and closes the list.

    On a busy machine a redraw can come after the script has ended and close the list, which is opened again.
    """
    wanted = visitor.page.get_by_role("option", name=option, exact=True)
    visitor.settle()
    for _ in range(TRIES):
        visitor.field(label).press("ArrowDown")
        with suppress(Error):
            return wanted.click(timeout=PATIENCE / TRIES)
    raise AssertionError(f"The list {label} does not open, or has no {option}.")


@pytest.fixture
def ben(arrive: Arrival) -> Visitor:
    """The demo's Ben on the Costs page."""
    visitor = arrive()
    visitor.open("/costs")
    visitor.page.get_by_role("button", name="Ben Okafor").click()
    visitor.sees("agree.")
    return visitor


@pytest.fixture
def at_costs(arrive: Arrival, person: Person) -> Visitor:
    """Someone with three jobs of today, seen as one bar."""
    project = person.project()
    person.job(project, Status.FAILED, cost_cents=200)
    person.job(project, Status.SUCCEEDED, cost_cents=1050)
    jobs.create_job(
        person.client, user_id=person.user_id, project_id=project.id, mode="packaging", cost_cents=3
    )
    visitor = arrive()
    visitor.sign_in(person, "/costs?range=today&bucket=day&zone=Europe%2FBerlin")
    visitor.sees("agree.")
    return visitor


def test_the_figures_on_the_screen_are_those_of_sql(ben: Visitor, stack: StackInfo) -> None:
    count, cents, wasted = sql(stack, "ben.studio@demo.example", ago(29))
    assert card(ben, "Spend") == format_cents(cents)
    assert card(ben, "Jobs") == f"{count:,}"
    assert card(ben, "Wasted spend") == format_cents(wasted)
    ben.sees(f"{format_cents(cents)} from {count:,} jobs: cards, charts and database agree.")
    assert query(ben.page) == {}
    for name in ("Axis of US dollars since the 1st", "Mean", "Legend of spend in US dollars", "Before: "):
        ben.page.locator(f"{CHARTS} [aria-label^='{name}']").first.wait_for(state="attached")
    told = ben.page.locator(f"{CHARTS} [aria-label]").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert [one for one in told if re.search(r"cents|dollars.* values|Spend.* values", one)] == []


def test_a_filter_is_in_the_address_and_in_the_figures(ben: Visitor, stack: StackInfo) -> None:
    ben.button("Filters").click()
    choose(ben, "Modes", "lifestyle")
    count, cents, _ = sql(stack, "ben.studio@demo.example", ago(29), "lifestyle")
    ben.sees(f"{format_cents(cents)} from {count:,} jobs")
    assert query(ben.page)["mode"] == ["lifestyle"]


def test_a_link_shows_the_same_to_a_reader_elsewhere(
    at_costs: Visitor, person: Person, arrive: Arrival
) -> None:
    choose(at_costs, "Range", "Last 7 days")
    at_costs.page.get_by_role("radiogroup", name="Split by").get_by_text("Status", exact=True).click()
    at_costs.page.wait_for_url(re.compile("by=status"))
    at_costs.sees("Spend by status, per day")
    told = at_costs.page.get_by_text("agree. Counted").inner_text().split(":")[0]

    elsewhere = arrive(timezone_id="Asia/Tokyo")
    elsewhere.sign_in(person, urlsplit(at_costs.page.url).path + "?" + urlsplit(at_costs.page.url).query)

    elsewhere.sees("Days in Europe/Berlin.")
    elsewhere.sees(told)
    assert query(elsewhere.page) == query(at_costs.page)


def test_the_zone_is_the_readers_and_can_be_changed(at_costs: Visitor) -> None:
    at_costs.button("Filters").click()
    at_costs.field("Time zone").fill("Kolkata")
    at_costs.page.get_by_role("option", name="Asia/Kolkata").click()
    at_costs.sees("Days in Asia/Kolkata.")
    assert query(at_costs.page)["zone"] == ["Asia/Kolkata"]


def test_a_click_on_a_bar_filters_the_page_and_another_undoes_it(at_costs: Visitor) -> None:
    at_costs.sees("$12.53 from 3 jobs")
    bar = at_costs.page.get_by_test_id("stVegaLiteChart").first.locator("[aria-label^=lifestyle]")
    for expected in ("$12.50 from 2 jobs", "$12.53 from 3 jobs"):
        bar.click()
        at_costs.sees(expected)
        at_costs.settle()


def test_a_ticked_row_of_the_ranking_filters_and_unticked_no_more(at_costs: Visitor) -> None:
    at_costs.sees("Ranking by mode")
    table = at_costs.page.get_by_test_id("stDataFrame").first
    for expected in ("$12.50 from 2 jobs", "$12.53 from 3 jobs"):
        table.scroll_into_view_if_needed()
        table.click(position=FIRST_ROW)
        at_costs.sees(expected)
        at_costs.settle()


def test_to_sort_the_ranking_or_to_go_through_it_by_key_filters_nothing(at_costs: Visitor) -> None:
    at_costs.sees("Ranking by mode")
    table = at_costs.page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position=HEADING)
    table.locator("canvas").first.focus()
    for key in ("Tab", "Shift+Tab", "ArrowDown", "ArrowRight"):
        at_costs.page.keyboard.press(key)
    assert "mode" not in query(at_costs.page)


def test_filters_opened_by_a_key_are_the_next_stop_and_escape_leads_back(at_costs: Visitor) -> None:
    page, filters = at_costs.page, at_costs.button("Filters")
    filters.press("Enter")
    expect(page.get_by_test_id("stPopoverBody")).to_be_focused()
    at_costs.settle()
    expect(at_costs.field("Projects")).to_be_visible()
    page.keyboard.press("Tab")
    expect(at_costs.field("Projects")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    expect(filters).to_be_focused()
    filters.click()
    at_costs.sees("Time zone")
    expect(filters).to_be_focused()  # a click moves no focus: on a phone, a keyboard would cover the list


def test_a_charts_tools_are_those_that_tell_no_more_than_its_files(at_costs: Visitor) -> None:
    """Streamlit's own table of a chart holds names that spreadsheets run as formulas."""
    at_costs.sees("Ranking by mode")
    tools = at_costs.page.get_by_test_id("stElementToolbar").get_by_role("button")
    expect(tools.and_(at_costs.page.get_by_label("Fullscreen: Spend by mode"))).to_have_count(1)
    expect(tools.and_(at_costs.page.get_by_label("Spend by mode"))).to_have_count(1)


def test_a_change_can_be_asked_by_name_and_against_other_days(at_costs: Visitor) -> None:
    at_costs.page.get_by_role("radiogroup", name="Explained by").get_by_text("Mode", exact=True).click()
    at_costs.sees("Why spend changed, by mode")
    choose(at_costs, "Compare with", "Nothing")
    at_costs.sees("No comparison.")
    at_costs.sees_not("Why spend changed")
    choose(at_costs, "Compare with", "Custom period")
    at_costs.sees("Days to compare")
    assert query(at_costs.page)["against"] == ["own"]
    assert query(at_costs.page)["against-from"] == query(at_costs.page)["against-to"] == [ago(1)]


def test_the_data_of_a_chart_can_be_taken_away(at_costs: Visitor, tmp_path: Path) -> None:
    at_costs.page.locator(SPEND_DATA).click()
    expect(at_costs.page.get_by_role("dialog")).to_contain_text("Spend by mode, per day")
    names = {}
    for label in ("CSV", "Parquet", "PNG", "SVG"):
        with at_costs.page.expect_download() as waiting:
            at_costs.button(label).click()
        names[label] = waiting.value.suggested_filename
        waiting.value.save_as(tmp_path / label)
    rows = list(csv.DictReader((tmp_path / "CSV").open(encoding="utf-8")))
    assert sum(int(row["cents"]) for row in rows) == 1253
    assert int(pd.read_parquet(tmp_path / "Parquet")["cents"].sum()) == 1253
    assert (tmp_path / "PNG").read_bytes().startswith(b"\x89PNG")
    today = ago(0)
    assert re.fullmatch(rf"spend_{today}_{today}_Europe-Berlin_as-of-\d+T\d+Z\.csv", names["CSV"])
    assert names["SVG"] == names["CSV"].removesuffix("csv") + "svg"
    assert "Spend by mode" in (tmp_path / "SVG").read_text(encoding="utf-8")


def test_totals_that_differ_from_the_jobs_are_named(
    at_costs: Visitor, person: Person, stack: StackInfo
) -> None:
    today = "/costs?range=today&zone=Europe%2FBerlin"
    with miscounted(stack, person):
        at_costs.open(today)
        at_costs.sees("The figures differ.")
        at_costs.sees("The jobs, counted one by one, say $12.53 from 3 jobs.")
        warning = at_costs.page.get_by_test_id("stAlert").inner_text()
    assert re.findall(r"^(.+): \$12\.60(?: from 4 jobs)?$", warning, re.MULTILINE) == [
        "the totals",
        "the cards",
        "the chart of spend",
        "the chart of jobs",
        "why spend changed",
    ]
    at_costs.open(today)
    at_costs.sees("$12.53 from 3 jobs: cards, charts and database agree.")
    at_costs.page.locator(SPEND_DATA).click()
    at_costs.sees("$12.53 from 3 jobs: table, export and database agree.")


def test_hours_that_are_not_drawn_are_not_hidden_without_a_word(at_costs: Visitor) -> None:
    at_costs.open("/costs?range=custom&from=2025-01-01&to=2026-12-31&zone=Europe%2FBerlin")
    at_costs.sees("Hours by weekday are drawn for ranges of up to 400 days.")


def test_an_address_that_makes_no_sense_says_so(at_costs: Visitor, person: Person) -> None:
    at_costs.open("/costs?zone=Mars%2FOlympus&status=done&range=today")
    at_costs.sees("Left out: zone, status")
    at_costs.sees("$12.53 from 3 jobs")
    [own] = projects.list_projects(person.client)
    at_costs.open(f"/costs?range=today&project={own.id}&project={uuid4()}")
    at_costs.sees("may be somebody else's")
    at_costs.sees("$12.53 from 3 jobs")


def test_refresh_counts_what_was_created_meanwhile(at_costs: Visitor, person: Person) -> None:
    [own] = projects.list_projects(person.client)
    person.job(own, cost_cents=47)
    at_costs.button("Refresh").click()
    at_costs.sees("$13.00 from 4 jobs")

    at_costs.open("/costs?range=today&status=failed")
    at_costs.sees("$2.00 from 1 job")
    assert card(at_costs, "Success rate") == "–"
    at_costs.open(f"/costs?range=custom&from={ago(-30)}&to={ago(-40)}")
    at_costs.sees("This range has not begun yet.")


def test_everyone_is_for_analysts(arrive: Arrival, stack: StackInfo, at_costs: Visitor) -> None:
    at_costs.open("/costs?everyone=yes&range=today")
    at_costs.sees("Totals across everyone are for analysts. These are your own.")
    at_costs.button("Filters").click()
    at_costs.sees("Time zone")
    expect(at_costs.page.get_by_text("Everyone", exact=True)).to_have_count(0)

    analyst = arrive(color_scheme="dark")
    analyst.open("/costs?everyone=yes&by=person&range=90-days")
    analyst.page.get_by_role("button", name="Ana Lindqvist").click()
    analyst.sees("Spend by person, per day")
    count, cents, _ = sql(stack, None, ago(89))
    analyst.sees(f"{format_cents(cents)} from {count:,} jobs: cards")
    analyst.sees("not job by job")


def test_someone_without_jobs_is_told_what_to_do(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person, "/costs")
    visitor.sees("There are no jobs yet.")
    expect(visitor.page.get_by_role("link", name="Create a job")).to_be_visible()
    assert card(visitor, "Spend") == "$0.00"
    assert card(visitor, "Success rate") == "–"
