from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjobs.domain.cost_query import read_query
from genjobs.domain.cost_screen import CostFilters, CostScreen, Grouping
from genjobs.domain.periods import Against, Bucket, Period, Preset
from genjobs.domain.times import zone_names
from genjobs.domain.workflow import Status

ZONE = "Europe/Berlin"
NOW = datetime(2026, 11, 23, 5, 37, tzinfo=UTC)
PROJECT = "5f0c6a3e-0000-4000-8000-000000000001"

PARTS = [
    "zone",
    "range",
    "from",
    "to",
    "against",
    "against-from",
    "against-to",
    "why",
    "by",
    "bucket",
    "everyone",
    "project",
    "mode",
    "status",
    "person",
]


def once_each(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=4, unique=True).map(tuple)


ranges = st.one_of(
    st.tuples(st.sampled_from([one for one in Preset if one is not Preset.CUSTOM]), st.none()),
    st.tuples(
        st.just(Preset.CUSTOM),
        st.lists(st.dates(date(2020, 1, 1), date(2028, 12, 31)), min_size=2, max_size=2)
        .map(sorted)
        .map(tuple),
    ),
)
filters = st.builds(
    CostFilters,
    once_each(st.uuids().map(str)),
    once_each(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=200)),
    once_each(st.sampled_from(Status)),
    once_each(st.uuids().map(str)),
)
comparisons = st.one_of(
    st.tuples(st.sampled_from([one for one in Against if one is not Against.OWN]), st.none()),
    st.tuples(
        st.just(Against.OWN), ranges.map(lambda ranged: ranged[1] or (date(2026, 5, 1), date(2026, 5, 9)))
    ),
)
screens = st.builds(
    lambda zone, ranged, compared, by_name, *rest: replace(
        CostScreen(zone, *ranged, *rest), against=compared[0], against_days=compared[1], by_name=by_name
    ),
    st.sampled_from(zone_names()),
    ranges,
    comparisons,
    st.booleans(),
    st.sampled_from(Grouping),
    st.none() | st.sampled_from(Bucket),
    st.booleans(),
    filters,
)


@given(screens)
def test_a_link_reproduces_the_screen(screen: CostScreen) -> None:
    read = read_query(screen.to_query(), "UTC")
    assert read.screen == screen
    assert read.ignored == ()


@given(st.dictionaries(st.sampled_from(PARTS), st.lists(st.text(max_size=20), max_size=3)))
def test_no_address_breaks_the_page(query: dict[str, list[str]]) -> None:
    read = read_query(query, ZONE)
    assert read_query(read.screen.to_query(), "UTC").screen == read.screen
    assert read.screen.period(NOW).days >= 1


def test_an_empty_address_is_the_last_month_in_the_readers_zone() -> None:
    screen = read_query({}, ZONE).screen
    assert screen == CostScreen(ZONE)
    assert screen.period(NOW).days == 30
    assert screen.to_query() == {"zone": [ZONE]}


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ({"zone": ["Mars/Olympus"]}, "zone"),
        ({"zone": ["../../etc/passwd"]}, "zone"),
        ({"zone": ["localtime"]}, "zone"),
        ({"range": ["fortnight"]}, "range"),
        ({"range": ["custom"]}, "range"),
        ({"range": ["custom"], "from": ["2026-02-02"], "to": ["2026-02-01"]}, "range"),
        ({"range": ["custom"], "from": ["1990-01-01"], "to": ["2026-02-01"]}, "range"),
        ({"range": ["custom"], "from": ["9999-12-31"], "to": ["9999-12-31"]}, "from"),
        ({"against": ["yesterday"]}, "against"),
        ({"against": ["own"]}, "against"),
        ({"against": ["own"], "against-from": ["2026-02-02"], "against-to": ["2026-02-01"]}, "against"),
        ({"project": ["1 or 1=1"]}, "project"),
        ({"mode": ["a" * 201]}, "mode"),
        ({"mode": ["nothing\x00stores"]}, "mode"),
        ({"mode": ["half a pair: \ud83d"]}, "mode"),
        ({"status": ["done"]}, "status"),
        ({"person": [f"{number:032x}" for number in range(101)]}, "person"),
        ({"everyone": ["maybe"]}, "everyone"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_named(query: dict[str, list[str]], ignored: str) -> None:
    assert any(one.split()[0] == ignored for one in read_query(query, ZONE).ignored)


@pytest.mark.parametrize("zone", ["CET", "NZ-CHAT"])
def test_a_reader_in_a_zone_by_which_days_cannot_be_counted_sees_those_of_utc(zone: str) -> None:
    assert read_query({}, zone).screen.zone == "UTC"


def test_of_a_range_that_cannot_be_used_each_part_is_named_once() -> None:
    query = {"range": ["custom"], "from": ["soon"], "to": ["2026-02-01"]}
    assert read_query(query, ZONE).ignored == ("from",)


def test_two_days_without_a_range_are_a_range_of_ones_own() -> None:
    read = read_query({"from": ["2026-11-02"], "to": ["2026-11-03"]}, ZONE)
    assert (read.screen.preset, read.screen.days) == (Preset.CUSTOM, (date(2026, 11, 2), date(2026, 11, 3)))
    assert read_query({"from": ["2026-11-02"]}, ZONE).screen.preset is Preset.DAYS_30


def test_good_values_survive_beside_bad_ones() -> None:
    filters = read_query({"project": ["x", PROJECT, PROJECT.upper()]}, ZONE).screen.filters
    assert filters.projects == (PROJECT,)
    assert filters.of(Grouping.PROJECT) == (PROJECT,)
    assert filters.of(Grouping.PERSON) == ()


@pytest.mark.parametrize("mode", ["👩‍👩‍👧", "no\u00a0break", "two\nlines", "\u200fימין"])
def test_a_mode_of_any_characters_can_be_filtered_by(mode: str) -> None:
    screen = CostScreen(ZONE, filters=CostFilters(modes=(mode,)))
    read = read_query(screen.to_query(), ZONE)
    assert (read.screen, read.ignored) == (screen, ())


def test_a_bucket_that_would_cut_too_finely_gives_way() -> None:
    screen = CostScreen(ZONE, Preset.YEAR_TO_DATE, bucket=Bucket.HOUR)
    assert screen.fitting_bucket(screen.period(NOW)) is Bucket.WEEK
    daily = CostScreen(ZONE, Preset.YEAR_TO_DATE, bucket=Bucket.DAY)
    assert daily.fitting_bucket(daily.period(NOW)) is Bucket.DAY


def test_a_custom_range_is_counted_in_the_screens_zone() -> None:
    screen = CostScreen("Asia/Kolkata", Preset.CUSTOM, (date(2026, 1, 1), date(2026, 1, 2)))
    period = screen.period(NOW)
    assert isinstance(period, Period)
    assert period.span.start == datetime(2025, 12, 31, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "key", "filtered"),
    [
        (Grouping.MODE, "lifestyle", CostFilters(modes=("lifestyle",))),
        (Grouping.PROJECT, PROJECT, CostFilters(projects=(PROJECT,))),
        (Grouping.STATUS, "failed", CostFilters(statuses=(Status.FAILED,))),
        (Grouping.PERSON, PROJECT, CostFilters(people=(PROJECT,))),
    ],
)
def test_a_click_filters_by_one_name_and_another_click_undoes_it(
    kind: Grouping, key: str, filtered: CostFilters
) -> None:
    assert CostFilters().toggled(kind, key) == filtered
    assert filtered.toggled(kind, key) == CostFilters()
    assert CostFilters(modes=("a", "b")).toggled(Grouping.MODE, "a").modes == ("a",)


def test_the_second_click_on_a_bar_chooses_its_days_and_the_third_undoes_its_name() -> None:
    screen, monday = CostScreen(ZONE, Preset.LAST_MONTH), date(2026, 10, 5)
    first = screen.clicked(Grouping.MODE, "lifestyle", monday, NOW)
    assert first == replace(screen, filters=CostFilters(modes=("lifestyle",)))
    second = first.clicked(Grouping.MODE, "lifestyle", monday, NOW)
    assert second == replace(first, preset=Preset.CUSTOM, days=(monday, monday))
    assert second.clicked(Grouping.MODE, "lifestyle", monday, NOW) == replace(second, filters=CostFilters())


def test_another_bar_chooses_another_name() -> None:
    screen = CostScreen(ZONE, filters=CostFilters(modes=("lifestyle",)))
    clicked = screen.clicked(Grouping.MODE, "packaging", date(2026, 11, 20), NOW)
    assert clicked.filters.modes == ("packaging",)


@pytest.mark.parametrize(
    ("bucket", "day", "last"),
    [
        (Bucket.HOUR, date(2026, 10, 7), date(2026, 10, 7)),
        (Bucket.WEEK, date(2026, 10, 5), date(2026, 10, 11)),
        (Bucket.WEEK, date(2026, 10, 26), date(2026, 10, 30)),
        (Bucket.MONTH, date(2026, 9, 20), date(2026, 9, 30)),
        (Bucket.MONTH, date(2026, 10, 1), date(2026, 10, 30)),
    ],
)
def test_a_bar_stands_for_its_days_within_the_range(bucket: Bucket, day: date, last: date) -> None:
    period = Period(date(2026, 9, 20), date(2026, 10, 30), ZoneInfo(ZONE))
    assert period.stretch(day, bucket) == Period(day, last, period.zone)


def test_what_is_drawn_as_one_can_be_opened() -> None:
    keys = [f"mode {number}" for number in range(101)]
    assert CostFilters().only(Grouping.MODE, keys).modes == tuple(keys[:100])
