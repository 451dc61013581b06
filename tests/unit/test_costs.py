from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from genjobs.domain.costs import OTHER, Amounts, CostSeries, Figure, Recount, disagreeing, total
from genjobs.domain.percents import format_percent, format_points, relative_change
from genjobs.domain.rows import Row

END = "2026-11-30T00:00:00+00:00"
WHITE = Amounts(
    jobs=9,
    cents=55,
    queued_jobs=2,
    queued_cents=10,
    running_jobs=1,
    running_cents=5,
    succeeded_jobs=4,
    succeeded_cents=29,
    deleted_jobs=2,
    deleted_cents=11,
    ever_succeeded_jobs=6,
    ever_succeeded_cents=40,
)
LIFESTYLE = Amounts(
    jobs=4,
    cents=12,
    failed_jobs=2,
    failed_cents=7,
    deleted_jobs=2,
    deleted_cents=5,
    ever_failed_jobs=3,
    ever_failed_cents=9,
)


def test_amounts_add_up_field_by_field() -> None:
    both = total([WHITE, LIFESTYLE])
    assert (both.jobs, both.cents) == (13, 67)
    assert (both.open_jobs, both.open_cents) == (3, 15)
    assert both.wasted_cents == 9
    assert (both.deleted_jobs, both.deleted_cents) == (4, 16)
    assert both.deleted_unfinished_jobs == 1


def test_ratios_are_exact() -> None:
    both = total([WHITE, LIFESTYLE])
    assert both.cost_per_job == Fraction(67, 13)
    assert both.success_rate == Fraction(2, 3)


def test_the_success_rate_leaves_out_attempts_that_do_not_count() -> None:
    """Their cents are still waste."""
    chain = Amounts(
        jobs=3, cents=9, ever_succeeded_jobs=1, ever_failed_jobs=2, ever_failed_cents=6, excluded_jobs=2
    )
    assert chain.success_rate == 1
    assert (total([chain, LIFESTYLE]).success_rate, chain.wasted_cents) == (Fraction(1, 4), 6)
    assert Amounts(jobs=1, ever_failed_jobs=1, excluded_jobs=1).success_rate is None


def test_ratios_of_nothing_are_unknown() -> None:
    assert total([]) == Amounts()
    assert Amounts().cost_per_job is None
    assert Amounts(jobs=1, cents=5, queued_jobs=1).success_rate is None


def test_a_change_needs_a_base() -> None:
    assert relative_change(200, 250) == Fraction(1, 4)
    assert relative_change(0, 250) is None
    assert relative_change(None, 250) is None
    assert relative_change(200, None) is None


@pytest.mark.parametrize(
    ("part", "plain", "signed"),
    [
        (Fraction(1, 8), "12.5%", "+12.5%"),
        (Fraction(-3, 100), "−3.0%", "−3.0%"),
        (Fraction(0), "0.0%", "0.0%"),
        (Fraction(1, 100_000), "0.0%", "0.0%"),
        (Fraction(-1, 100_000), "0.0%", "0.0%"),
        (Fraction(1, 2000), "0.1%", "+0.1%"),
        (Fraction(25), "2,500.0%", "+2,500.0%"),
    ],
)
def test_percents_have_one_decimal(part: Fraction, plain: str, signed: str) -> None:
    assert format_percent(part) == plain
    assert format_percent(part, signed=True) == signed


def test_differences_of_rates_are_points() -> None:
    assert format_points(Fraction(9, 10), Fraction(93, 100)) == "+3.0 points"


def test_one_cent_or_one_job_of_difference_is_told() -> None:
    truth = Figure("database", 1000, 10)
    same, cent, job = Figure("cards", 1000, 10), Figure("charts", 999), Figure("table", 1000, 11)
    assert disagreeing([same, Figure("export", 1000)], truth) == ()
    assert disagreeing([same, cent, job], truth) == (cent, job)


def test_a_recount_that_gave_up_is_none() -> None:
    row = {"jobs": 7, "cents": 1434, "deleted_jobs": 0, "deleted_cents": 0, "capped": False}
    assert Recount.from_row(row) == Recount(7, 1434)
    assert Recount.from_row({**row, "capped": True}) is None
    assert Recount.from_row(None) is None


def test_keys_that_are_added_up_are_the_last_one() -> None:
    hours = [f"2026-11-29T{hour:02}:00:00+00:00" for hour in (1, 2)]
    row = {
        "as_of": hours[1],
        "bucket": "hour",
        "time_zone": "UTC",
        "buckets": [{"start": hours[0], "end": hours[1], "label": hours[0][:19]}],
        "keys": [{"key": "a", "label": "a"}],
        "others": 1200,
        "rows": [[0, "a", [3]], [0, None, [4]]],
        "amounts": ["cents"],
        "complete": True,
    }
    found = CostSeries.from_row(row)
    assert [(key.key, key.label) for key in found.keys] == [("a", "a"), (OTHER, "1,200 others")]
    assert [(cell.key, cell.amounts.cents) for cell in found.cells] == [("a", 3), (OTHER, 4)]
    assert (found.others, found.total.cents) == (1200, 7)
    assert CostSeries.from_row({**row, "others": 1}).keys[-1].label == "1 other"


def test_a_bucket_that_has_not_ended_is_not_complete_be_it_begun_or_not() -> None:
    hours = [f"2026-11-29T{hour:02}:00:00+00:00" for hour in (1, 2, 3, 4)]
    buckets = [{"start": start, "end": end, "label": start[:19]} for start, end in pairwise(hours)]
    found = series("UTC", "hour", buckets, as_of="2026-11-29T02:53:00+00:00")
    assert [bucket.running for bucket in found.buckets] == [False, True, True]


def series(zone: str, bucket: str, buckets: Sequence[Row], as_of: str = END) -> CostSeries:
    row = {"as_of": as_of, "bucket": bucket, "time_zone": zone, "buckets": buckets, "keys": [], "rows": []}
    return CostSeries.from_row({**row, "amounts": [], "complete": True})


@pytest.mark.parametrize(
    ("zone", "bucket", "start", "label", "told"),
    [
        ("CET", "day", "2026-08-09T23:00", "2026-08-10T00:00", "2026-08-10 01:00"),
        ("CET", "hour", "2026-08-09T23:00", "2026-08-10T00:00", "2026-08-10 00:00"),
        ("America/New_York", "hour", "2026-08-10T03:00", "2026-08-10T00:00", "2026-08-10 00:00"),
        ("America/New_York", "day", "2026-08-10T03:00", "2026-08-10T00:00", "2026-08-10 00:00"),
        ("America/New_York", "week", "2026-08-10T03:00", "2026-08-10T00:00", "2026-08-10 00:00"),
        ("America/New_York", "month", "2026-09-01T03:00", "2026-09-01T00:00", "2026-09-01 00:00"),
    ],
)
def test_a_bucket_has_the_day_and_hour_that_the_database_counted_by_its_own_rules(
    zone: str, bucket: str, start: str, label: str, told: str
) -> None:
    """Its clocks are an hour behind those of this machine, or ahead of them."""
    begun = f"{start}:00+00:00"
    found = series(zone, bucket, [{"start": begun, "end": END, "label": label}])
    assert f"{found.buckets[0].start.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == told


@pytest.mark.parametrize(
    ("bucket", "start", "label"),
    [
        ("week", "2026-11-26T13:00:00+00:00", "2026-11-23T00:00:00"),
        ("month", "2026-11-26T13:00:00+00:00", "2026-11-01T00:00:00"),
        ("day", "2026-11-26T13:00:00+00:00", "2026-11-26T00:00:00"),
        ("hour", "2026-10-25T01:00:00+00:00", "2026-10-25T02:00:00"),
        ("hour", "2026-10-25T00:00:00+00:00", "2026-10-25T02:00:00"),
    ],
)
def test_a_bucket_that_is_cut_or_is_shown_twice_by_the_clocks_begins_where_it_begins(
    bucket: str, start: str, label: str
) -> None:
    found = series("Europe/Berlin", bucket, [{"start": start, "end": END, "label": label}])
    assert found.buckets[0].start == datetime.fromisoformat(start)
