from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from genjobs.charts import export, frames, heat_map, month, over_time, time_labels, unit_cost, why_changed
from genjobs.charts.colours import OKABE_ITO, STATUS_COLOURS, Theme, name_palette
from genjobs.charts.picture import Picture, filled, hole, holes
from genjobs.charts.style import CHOSEN, TICKS, Words, time_filling
from genjobs.domain.costs import Amounts, Cell, CostBucket, CostSeries, HourOfWeek, Key, UnitCost
from genjobs.domain.estimates import DayEstimate
from genjobs.domain.file_names import LONGEST, file_name, list_name
from genjobs.domain.periods import Bucket, Period
from genjobs.domain.waterfall import Waterfall
from genjobs.domain.workflow import Status

KOLKATA = ZoneInfo("Asia/Kolkata")
START = datetime(2026, 11, 1, 18, 30, tzinfo=UTC)
DAYS = tuple(CostBucket(START + timedelta(day), START + timedelta(day + 1), day == 2) for day in range(3))
MODES = ("main_white", "lifestyle")
SERIES = CostSeries(
    DAYS,
    tuple(Key(mode, mode) for mode in MODES),
    tuple(
        Cell(
            day,
            mode,
            Amounts(jobs=2, cents=12345, queued_jobs=1, ever_failed_jobs=1, ever_failed_cents=12345),
        )
        for day in DAYS
        for mode in MODES
    ),
    START,
    complete=True,
)
PALETTE = name_palette({mode: place for place, mode in enumerate(MODES)})
WORDS = Words("Spend by mode, per day", "1 Nov – 3 Nov 2026, Asia/Kolkata")
FRAME = frames.series(SERIES, {}, Bucket.DAY, KOLKATA)
PERIOD = Period(date(2026, 11, 1), date(2026, 11, 3), KOLKATA)
MOMENT = datetime(2026, 11, 23, 5, 37, 41, tzinfo=UTC)


def charts(theme: Theme) -> dict[str, Picture]:
    unit = [UnitCost(DAYS[0], 2, 25, 10, 20), UnitCost(DAYS[1])]
    spent = [(date(2026, 11, 1), 1000)]
    ahead = [DayEstimate(date(2026, 11, 2), 1500, 2000, 2500)]
    lines = [month.BudgetLine("Budget $30.00", 3000)]
    return {
        "spend": over_time.spend(FRAME, PALETTE, WORDS, "Day", "Mode", theme),
        "jobs": over_time.jobs(frames.statuses(SERIES, Bucket.DAY, KOLKATA), WORDS, "Day", theme),
        "unit": unit_cost.cost_per_job(frames.unit_costs(unit, Bucket.DAY, KOLKATA), WORDS, "Day", theme),
        "month": month.cumulative(frames.month(spent, ahead), ["1 Nov", "2 Nov"], lines, WORDS, theme),
        "hours": heat_map.hours_of_week(frames.heat([HourOfWeek(1, 9, 1, 500)]), WORDS, theme),
        "why": why_changed.waterfall(frames.change(Waterfall(100, 30, -20, 5, -15, 100)), WORDS, theme),
    }


def strings(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["spend", "jobs", "unit", "month", "hours", "why"])
def test_every_chart_says_what_it_shows_and_draws(name: str, theme: Theme) -> None:
    chart = charts(theme)[name]
    spec = chart.spec
    assert spec["title"]["text"] == WORDS.title
    assert spec["title"]["subtitle"] == [WORDS.subtitle]
    assert '"tooltip"' in strings(spec)
    picture = export.svg(chart, theme).decode()
    assert WORDS.title in picture
    assert export.png(chart, theme).startswith(b"\x89PNG")


def test_tooltips_tell_money_exactly() -> None:
    rows = next(iter(charts("light")["spend"].tables.values())).to_pylist()
    assert {row["spend"] for row in rows} == {"$123.45"}
    assert all(isinstance(row["cents"], int) for row in rows)


def test_modes_and_statuses_have_their_fixed_colours() -> None:
    lifestyle = over_time.spend(FRAME[FRAME["name"] == "lifestyle"], PALETTE, WORDS, "Day", "Mode", "dark")
    scale = lifestyle.spec["layer"][0]["encoding"]["color"]["scale"]
    assert (scale["domain"], scale["range"]) == (["lifestyle"], [OKABE_ITO[1]])
    scale = charts("dark")["jobs"].spec["layer"][0]["encoding"]["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
        str(status): STATUS_COLOURS["dark"][status] for status in Status
    }


def test_a_click_on_a_bar_tells_its_key_and_its_day() -> None:
    (parameter,) = charts("light")["spend"].spec["params"]
    assert (parameter["name"], parameter["select"]["fields"]) == (CHOSEN, ["key", "day"])
    rows = charts("light")["spend"].tables["bars"].to_pylist()
    assert [row["day"] for row in rows] == [f"2026-11-0{day}" for day in (2, 2, 3, 3, 4, 4)]


def test_each_bar_carries_what_it_adds_up_to() -> None:
    spend, jobs = (charts("light")[name] for name in ("spend", "jobs"))
    assert [row["text"] for row in spend.tables["sums"].to_pylist()] == ["$247", "$247", "$247"]
    assert [row["text"] for row in jobs.tables["sums"].to_pylist()] == ["4", "4", "4"]
    rows = spend.tables["bars"].to_pylist()
    assert {row["total"] for row in rows} == {"$246.90", "$246.90 so far"}
    assert "$247" in export.svg(spend, "light").decode()


def test_a_bar_that_cost_something_does_not_say_that_it_cost_nothing() -> None:
    dear, cheap = (Cell(DAYS[0], "a", Amounts(jobs=1, cents=2000)), Cell(DAYS[1], "a", Amounts(1, 15)))
    frame = frames.series(replace(SERIES, cells=(dear, cheap)), {}, Bucket.DAY, KOLKATA)
    sums = over_time.spend(frame, PALETTE, WORDS, "Day", "Mode", "light").tables["sums"].to_pylist()
    assert [row["text"] for row in sums] == ["$20", "<$1"]


def test_one_job_is_no_jobs() -> None:
    one = replace(
        SERIES, cells=(Cell(DAYS[0], "lifestyle", Amounts(jobs=1, cents=5, queued_jobs=1, queued_cents=5)),)
    )
    frame = frames.statuses(one, Bucket.DAY, KOLKATA)
    rows = over_time.jobs(frame, WORDS, "Day", "light").tables["bars"].to_pylist()
    assert {row["total"] for row in rows if row["jobs"]} == {"1 job"}
    assert [row["says"] for row in rows if row["jobs"]] == ["queued, 2 Nov: $0.05, 1 job"]


def test_a_chart_is_written_once_for_each_kind_and_theme() -> None:
    charts("light"), charts("dark")
    caches = [module._written for module in (over_time, unit_cost, month, heat_map, why_changed)]
    before = [cache.cache_info().misses for cache in caches]
    charts("light"), charts("dark")
    assert [cache.cache_info().misses for cache in caches] == before


def test_what_fills_a_hole_is_never_read_as_a_hole() -> None:
    written = {"title": hole("a"), "sort": holes("b"), "also": [hole("a"), 1]}
    assert filled(written, {"a": hole("b"), "b": [hole("a")]}) == {
        "title": hole("b"),
        "sort": [hole("a")],
        "also": [hole("b"), 1],
    }
    assert written == {"title": hole("a"), "sort": holes("b"), "also": [hole("a"), 1]}


@pytest.mark.parametrize(("days", "hours"), [(1, {0, 2, 4}), (2, {0, 4, 8}), (7, {0}), (30, {0})])
def test_the_hours_of_an_axis_are_those_of_each_day(days: int, hours: set[int]) -> None:
    starts = [datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(24 * days)]
    labels = time_labels.bucket_labels(starts, Bucket.HOUR, ZoneInfo("UTC"))
    ticks = time_filling(labels, "Hour")["ticks"]
    assert 1 <= len(ticks) <= TICKS
    assert hours <= {int(label[-5:-3]) for label in ticks}
    assert days < 7 or {label[-5:] for label in ticks} == {"00:00"}


def test_one_charts_words_are_not_in_the_next() -> None:
    first = charts("light")["spend"].spec
    other = over_time.spend(FRAME, PALETTE, Words("Another", "range"), "Day", "Mode", "light").spec
    assert (first["title"]["text"], other["title"]["text"]) == (WORDS.title, "Another")


def test_a_budget_far_above_the_money_is_not_drawn() -> None:
    near, far = month.BudgetLine("near", 4000), month.BudgetLine("far", 5001)
    frame = frames.month([(date(2026, 11, 1), 1000)], [DayEstimate(date(2026, 11, 1), 1500, 2000, 2500)])
    assert month.in_sight(frame, [near, far]) == [near]


def test_a_budget_is_a_line_with_its_amount() -> None:
    assert "Budget $30.00" in export.svg(charts("light")["month"], "light").decode()


def test_labels_of_budgets_that_are_near_each_other_stand_side_by_side() -> None:
    frame = frames.month([(date(2026, 11, 1), 1000)], [])
    close = [month.BudgetLine(name, cents) for name, cents in (("A", 1000), ("B", 960), ("C", 930))]
    three = month.cumulative(frame, ["1 Nov", "2 Nov"], close, WORDS, "light")
    assert three.tables["budgets"]["label"].to_pylist() == ["A · B · C", "", ""]
    for warning, labels in ((97, ["Limit · Warning", ""]), (80, ["Limit", "Warning"])):
        lines = [month.BudgetLine("Limit", 1000), month.BudgetLine("Warning", warning * 10)]
        drawn = month.cumulative(frame, ["1 Nov", "2 Nov"], lines, WORDS, "light")
        assert drawn.tables["budgets"]["label"].to_pylist() == labels


@pytest.mark.parametrize(
    ("highest", "amounts"),
    [
        (1, ["$0.00", "$0.01"]),
        (140, ["$0.00", "$0.50", "$1.00"]),
        (1000, ["$0", "$5", "$10"]),
        (123_456, ["$0", "$500", "$1,000"]),
    ],
)
def test_the_amounts_of_the_heat_maps_legend_differ(highest: int, amounts: list[str]) -> None:
    heat = frames.heat([HourOfWeek(1, 9, 1, highest)])
    assert in_the_legend(heat) == amounts


def test_a_heat_map_of_nearly_equal_hours_says_their_cents() -> None:
    heat = frames.heat(
        [HourOfWeek(1 + hour // 24, hour % 24, 1, 100_000 + hour // 24) for hour in range(168)]
    )
    assert in_the_legend(heat) == ["$1,000.00", "$1,000.02", "$1,000.04", "$1,000.06"]


def in_the_legend(heat: pd.DataFrame) -> list[str]:
    svg = export.svg(heat_map.hours_of_week(heat, WORDS, "light"), "light").decode()
    return re.findall(r">(\$[^<]+)</text>", svg[svg.index("role-legend") :])


def test_csv_has_whole_cents_and_times_with_their_offset() -> None:
    back = pd.read_csv(io.BytesIO(export.csv(FRAME)))
    assert back["cents"].sum() == SERIES.total.cents
    assert back["start"].iloc[0] == "2026-11-02T00:00:00+05:30"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"])
def test_a_text_that_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    armed = f"{start}cmd|' /C calc'!A0"
    frame = FRAME.assign(name=armed, cents=-5).rename(columns={"jobs": armed})
    back = list(csv.reader(io.StringIO(export.csv(frame).decode(), newline="")))
    assert f"'{armed}" in back[0]
    assert back[1][back[0].index("name")] == f"'{armed}"
    assert back[1][back[0].index("cents")] == "-5"


def test_parquet_keeps_integers_and_the_zone() -> None:
    back = pd.read_parquet(io.BytesIO(export.parquet(FRAME)))
    assert back["cents"].dtype == back["jobs"].dtype == "int64"
    assert int(back["cents"].sum()) == SERIES.total.cents
    assert str(back["start"].dt.tz) == "Asia/Kolkata"


def test_a_file_names_its_filters_zone_and_moment() -> None:
    assert file_name("spend", PERIOD, ["lifestyle", "Ana's Möbel & Co"], MOMENT, "csv") == (
        "spend_2026-11-01_2026-11-03_Asia-Kolkata_lifestyle_Ana-s-Mobel-Co_as-of-20261123T053741Z.csv"
    )


def test_a_file_of_a_list_names_its_filters_and_moment() -> None:
    name = list_name("jobs", ["Spring catalogue", "failed"], MOMENT, "csv")
    assert name == "jobs_Spring-catalogue_failed_as-of-20261123T053741Z.csv"


@pytest.mark.parametrize("filters", [["../../etc/passwd"], ["日本"], ["x" * 300], ["a b"] * 90, []])
@pytest.mark.parametrize("is_list", [True, False])
def test_no_filter_breaks_a_file_name(filters: list[str], is_list: bool) -> None:
    of_list = list_name("jobs", filters, MOMENT, "parquet")
    found = of_list if is_list else file_name("spend", PERIOD, filters, MOMENT, "parquet")
    assert len(found) <= LONGEST
    assert "/" not in found
    assert ".." not in found
    assert found.endswith("_as-of-20261123T053741Z.parquet")
