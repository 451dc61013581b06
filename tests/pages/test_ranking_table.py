"""The table of the ranking on the Costs page, for made-up figures."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.charts import unit_cost
from genjobs.console.costs import cards, ranking
from genjobs.domain.costs import Amounts, Key, format_percent
from genjobs.domain.ranking import Ranked, Ranking


def ranked(filtered: tuple[str, ...]) -> None:
    from datetime import date
    from zoneinfo import ZoneInfo

    from genjobs.console.costs import ranking
    from genjobs.console.costs.chart_panels import Setting
    from genjobs.console.costs.reads import Choices
    from genjobs.domain.cost_screen import CostFilters, CostScreen
    from genjobs.domain.costs import Amounts, Key
    from genjobs.domain.periods import Bucket, Period
    from genjobs.domain.ranking import Ranked, Ranking

    rows = tuple(Ranked(Key(mode, mode), Amounts(cents=5), Amounts()) for mode in "abc")
    period = Period(date(2026, 11, 2), date(2026, 11, 3), ZoneInfo("UTC"))
    screen = CostScreen("UTC", filters=CostFilters(modes=filtered))
    at = Setting(screen, period, Bucket.DAY, Choices([], [], []), (), "light")
    ranking.draw(Ranking(rows, 3, 15, 0), at)


@pytest.mark.parametrize(("filtered", "ticked"), [((), []), (("b",), [1]), (("a", "b"), [])])
def test_the_row_that_the_ranking_is_filtered_by_is_ticked(
    filtered: tuple[str, ...], ticked: list[int]
) -> None:
    test = AppTest.from_function(ranked, args=(filtered,)).run()
    assert not test.exception
    default = json.loads(test.dataframe[0].proto.selection_default)
    assert default["selection"]["rows"] == ticked


def test_a_rate_is_the_same_in_the_ranking_as_on_its_card() -> None:
    """6.25%: halves are rounded away from zero in both."""
    row = Ranked(Key("a", "a"), Amounts(jobs=16, ever_succeeded_jobs=1, ever_failed_jobs=15), Amounts())
    drawn = ranking.table(Ranking((row,), 1, 5, 0), {"a": "a"}, "Mode").to_pydict()
    assert row.now.success_rate
    assert (drawn["Success"], format_percent(row.now.success_rate)) == ([Decimal("6.3")], "6.3%")


def test_a_mean_is_the_same_in_its_chart_and_in_the_ranking_as_on_its_card() -> None:
    """102.5 cents: halves go to the even cent in all three."""
    row = Ranked(Key("a", "a"), Amounts(jobs=2, cents=205), Amounts())
    drawn = ranking.table(Ranking((row,), 1, 205, 0), {"a": "a"}, "Mode").to_pydict()
    assert drawn["Per job"] == [Decimal("1.02")]
    assert unit_cost._mean_text(205, 2) == cards._mean(row.now.cost_per_job) == "$1.02"
