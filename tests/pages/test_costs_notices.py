"""What the Costs page says where a link, a filter or the figures themselves are not as they should be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.costs.agreement import THE_JOBS, truth
from genjobs.console.costs.chart_panels import DELETED_UNFINISHED, Setting, jobs
from genjobs.console.costs.reads import Choices, Figures
from genjobs.data.costs import CostPage
from genjobs.domain.cost_screen import CostScreen
from genjobs.domain.costs import Amounts, Cell, CostBucket, CostSeries, Figure, Key
from genjobs.domain.periods import Bucket, Period

PROJECT = "5f0c6a3e-0000-4000-8000-000000000001"


def explained(by: str) -> None:
    from dataclasses import replace

    from genjobs.console.costs import url_state
    from genjobs.domain.cost_query import Read
    from genjobs.domain.cost_screen import CostFilters, CostScreen, Grouping

    own = CostScreen("UTC")
    filtered = replace(own, filters=CostFilters(people=("p",)))
    asked = {"": own, "filter": filtered, "split": replace(own, grouping=Grouping.PERSON)}[by]
    url_state.explain(Read(asked, ()), url_state.allowed(asked, analyst=True))


@pytest.mark.parametrize("by", ["filter", "split", ""])
def test_a_link_by_person_without_everyone_does_not_show_ones_own_figures_without_a_word(by: str) -> None:
    told = [one.value for one in AppTest.from_function(explained, args=(by,)).run().info]
    assert ["These are your own." in one for one in told] == [True] * bool(by)


def differing(reference: str) -> None:
    from genjobs.console.costs import agreement
    from genjobs.domain.costs import Figure

    agreement._warn([Figure("the cost of a job", 66349, 3)], Figure(reference, 67349, 3))


def test_only_a_recount_is_called_right_where_figures_differ() -> None:
    recounted, not_recounted = (
        AppTest.from_function(differing, args=(place,)).run().warning[0].value
        for place in (THE_JOBS, "the totals")
    )
    assert "counted one by one" in recounted
    assert "not known which figure is right" in not_recounted


def empty(
    filtered: bool, had_jobs: bool, project: str = "", everyone: bool = False, is_to_come: bool = False
) -> None:
    from genjobs.console.costs import empty
    from genjobs.console.costs.reads import Choices
    from genjobs.domain.cost_screen import CostFilters, CostScreen
    from genjobs.domain.costs import Key

    modes = [Key("a", "a")] if had_jobs else []
    filters = CostFilters(modes=("a",)) if filtered else CostFilters()
    if project:
        filters = CostFilters(projects=(project,))
    choices, screen = Choices([], modes, []), CostScreen("UTC", filters=filters, everyone=everyone)
    empty.explain_foreign(choices, screen)
    empty.draw(choices, screen, is_to_come=is_to_come)


def test_someone_without_jobs_is_led_to_the_first_and_others_to_a_longer_range() -> None:
    newcomer = AppTest.from_function(empty, args=(False, False)).run()
    others = [AppTest.from_function(empty, args=args).run() for args in ((False, True), (True, False))]
    assert "no jobs yet" in newcomer.info[0].value
    assert all("longer" in one.info[0].value for one in others)


def test_a_range_that_has_not_begun_needs_no_longer_one() -> None:
    [told] = AppTest.from_function(empty, args=(False, True), kwargs={"is_to_come": True}).run().info
    assert told.value == "This range has not begun yet. Choose an earlier one."


def test_a_link_to_somebody_elses_project_says_so() -> None:
    [own] = AppTest.from_function(empty, args=(False, True, PROJECT)).run().info
    [everyones] = AppTest.from_function(empty, args=(False, True, PROJECT, True)).run().info
    assert "none of your jobs: it may be somebody else's" in own.value
    assert "has no jobs, or does not exist" in everyones.value


@pytest.mark.parametrize(("complete", "place"), [(True, "the totals"), (False, THE_JOBS)])
def test_without_complete_totals_nothing_is_called_theirs(complete: bool, place: str) -> None:
    page = SimpleNamespace(
        recount=None, total=Amounts(jobs=1, cents=5), series=SimpleNamespace(complete=complete)
    )
    assert truth(cast(CostPage, page)) == Figure(place, 5, 1)


@pytest.mark.parametrize("deleted", [1, 0])
def test_a_chart_with_jobs_deleted_unfinished_says_where_they_count_elsewhere(deleted: int) -> None:
    """They have a status in the ranking, and a name of their own in the chart of jobs."""
    start = datetime(2026, 11, 2, tzinfo=UTC)
    bucket = CostBucket(start, start + timedelta(days=1))
    spent = Amounts(
        jobs=2, cents=10, queued_jobs=2 - deleted, queued_cents=10 - 5 * deleted, deleted_jobs=deleted
    )
    series = CostSeries((bucket,), (Key("a", "a"),), (Cell(bucket, "a", spent),), start, True)
    found = cast(Figures, SimpleNamespace(page=SimpleNamespace(series=series)))
    period = Period(start.date(), start.date(), ZoneInfo("UTC"))
    at = Setting(CostScreen("UTC"), period, Bucket.DAY, Choices([], [], []), (), "light")
    assert (jobs(found, at).note == DELETED_UNFINISHED) is bool(deleted)
