"""The table of the ranking on the Costs page, for made-up figures."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.charts import export, unit_cost
from genjobs.console.costs import cards, data_files, ranking
from genjobs.domain.costs import Amounts, Key
from genjobs.domain.percents import format_percent
from genjobs.domain.ranking import Ranked, Ranking


def ranked(filtered: tuple[str, ...], keys: int = 3, cents: int = 15) -> None:
    from datetime import UTC, date, datetime
    from zoneinfo import ZoneInfo

    from genjobs.console.costs import ranking
    from genjobs.console.costs.chart_panels import Setting
    from genjobs.console.costs.reads import Choices
    from genjobs.domain.cost_screen import CostFilters, CostScreen
    from genjobs.domain.costs import Amounts, Key
    from genjobs.domain.periods import Bucket, Comparison, Period
    from genjobs.domain.ranking import Ranked, Ranking

    rows = tuple(Ranked(Key(mode, mode), Amounts(jobs=1, cents=5), Amounts()) for mode in "abc")
    period = Period(date(2026, 11, 2), date(2026, 11, 3), ZoneInfo("UTC"))
    screen = CostScreen("UTC", filters=CostFilters(modes=filtered))
    at = Setting(screen, period, Bucket.DAY, Choices([], [], []), (), "light")
    as_of = datetime(2026, 11, 4, tzinfo=UTC)
    before = Period(date(2026, 10, 31), date(2026, 11, 1), period.zone)
    compared = Comparison(before, before.span, is_cut=False)
    ranking.draw(Ranking(rows, keys, cents, 0, 3), at, compared, as_of)


@pytest.mark.parametrize(("filtered", "ticked"), [((), []), (("b",), [1]), (("a", "b"), [])])
def test_the_row_that_the_ranking_is_filtered_by_is_ticked(
    filtered: tuple[str, ...], ticked: list[int]
) -> None:
    test = AppTest.from_function(ranked, args=(filtered,)).run()
    assert not test.exception
    default = json.loads(test.dataframe[0].proto.selection_default)
    assert default["selection"]["rows"] == ticked


def files_of(keys: int, cents: int) -> AppTest:
    test = AppTest.from_function(ranked, args=((), keys, cents)).run()
    test.button("costs-data-ranking-by-mode").click().run()
    assert not test.exception
    return test


def test_the_ranking_has_files_that_are_compared_with_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []
    draw = data_files._download

    def noted(label: str, data: Any, name: str, mime: str) -> None:
        named.append(name)
        draw(label, data, name, mime)

    monkeypatch.setattr(data_files, "_download", noted)
    right = files_of(3, 15)
    [csv, _] = named
    assert csv == (
        "ranking-by-mode_2026-11-02_2026-11-03_UTC_vs-2026-10-31-to-2026-11-01_as-of-20261104T000000Z.csv"
    )
    said = " ".join(one.value for one in right.markdown)
    assert "table, export and database agree" in said
    assert "2 Nov – 3 Nov 2026, UTC, compared with 31 Oct – 1 Nov 2026" in said
    assert [one.label for one in cast(Any, right.get("download_button"))] == ["CSV", "Parquet"]
    assert "The figures differ" in files_of(3, 16).warning[0].value


def test_the_largest_of_a_ranking_alone_are_not_compared_with_the_whole() -> None:
    cut = files_of(4, 16)
    assert "agree" not in " ".join(one.value for one in cut.markdown)
    assert not cut.warning


def test_the_file_of_a_ranking_counts_cents_and_names_its_counts_as_the_database_does() -> None:
    amounts = Amounts(
        jobs=4, cents=9, ever_succeeded_jobs=1, ever_failed_jobs=2, excluded_jobs=1, ever_failed_cents=3
    )
    before = Amounts(jobs=1, cents=10)
    key, names = Key("a", "a"), {"a": "=A"}
    told = ranking.frame(Ranking((Ranked(key, amounts, before),), 1, 9, 10, 4), names)
    assert export.csv(told).decode().splitlines() == [
        "key,name,jobs,cents,ever_succeeded_jobs,ever_failed_jobs,excluded_jobs,wasted_cents,"
        "before_jobs,before_cents,change_cents",
        "a,'=A,4,9,1,2,1,3,1,10,-1",
    ]
    alone = ranking.frame(Ranking((Ranked(key, amounts),), 1, 9, None, 4), names)
    assert "before_cents" not in alone.columns


def test_a_rate_is_the_same_in_the_ranking_as_on_its_card() -> None:
    """6.25%: halves are rounded away from zero in both."""
    row = Ranked(Key("a", "a"), Amounts(jobs=16, ever_succeeded_jobs=1, ever_failed_jobs=15), Amounts())
    drawn = ranking.table(Ranking((row,), 1, 5, 0, 16), {"a": "a"}, "Mode").to_pydict()
    assert row.now.success_rate
    assert (drawn["Success"], format_percent(row.now.success_rate)) == ([Decimal("6.3")], "6.3%")


def test_a_mean_is_the_same_in_its_chart_and_in_the_ranking_as_on_its_card() -> None:
    """102.5 cents: halves go to the even cent in all three."""
    row = Ranked(Key("a", "a"), Amounts(jobs=2, cents=205), Amounts())
    drawn = ranking.table(Ranking((row,), 1, 205, 0, 2), {"a": "a"}, "Mode").to_pydict()
    assert drawn["Per job"] == [Decimal("1.02")]
    assert unit_cost._mean_text(205, 2) == cards._mean(row.now.cost_per_job) == "$1.02"
