from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from genjobs.charts import frames
from genjobs.charts.colours import OKABE_ITO, name_palette, places
from genjobs.charts.time_labels import bucket_labels, period_label
from genjobs.domain.costs import OTHER, Amounts, Cell, CostBucket, CostSeries, HourOfWeek, Key, UnitCost
from genjobs.domain.estimates import DayEstimate
from genjobs.domain.periods import Bucket, Period
from genjobs.domain.waterfall import Waterfall
from tests.unit.test_periods import ZONES

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 10, 24, 22, tzinfo=UTC)
DAYS = tuple(
    CostBucket(START + timedelta(hours=24 * day), START + timedelta(hours=24 * day + 24), running=day == 1)
    for day in range(2)
)
counts = st.integers(0, 10**9)


def made_series(cells: list[tuple[CostBucket, str, Amounts]]) -> CostSeries:
    keys = dict.fromkeys(key for _, key, _ in cells)
    return CostSeries(
        buckets=DAYS,
        keys=tuple(Key(key, f"{key}!") for key in keys),
        cells=tuple(Cell(*cell) for cell in cells),
        as_of=START,
        complete=True,
    )


@st.composite
def amounts(draw: st.DrawFn) -> Amounts:
    queued, running, succeeded, failed, gone = (draw(st.integers(0, 99)) for _ in range(5))
    cents = [draw(counts) for _ in range(5)]
    return Amounts(
        jobs=queued + running + succeeded + failed + gone,
        cents=sum(cents),
        queued_jobs=queued,
        queued_cents=cents[0],
        running_jobs=running,
        running_cents=cents[1],
        ever_succeeded_jobs=succeeded,
        ever_succeeded_cents=cents[2],
        ever_failed_jobs=failed,
        ever_failed_cents=cents[3],
        deleted_jobs=gone,
        deleted_cents=cents[4],
    )


series = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from([f"name {n}" for n in range(12)]), amounts()),
    unique_by=lambda cell: cell[:2],
).map(made_series)


@given(series)
def test_no_cent_and_no_job_is_lost_on_the_way_to_a_chart(found: CostSeries) -> None:
    palette = name_palette({f"name {n}!": n for n in range(7)})
    frame = frames.series(found, {}, Bucket.DAY, BERLIN)
    folded = frames.fold_rest(frame, palette)
    by_status = frames.statuses(found, Bucket.DAY, BERLIN)
    for one in (frame, folded, by_status):
        assert int(one["cents"].sum()) == found.total.cents
        assert int(one["jobs"].sum()) == found.total.jobs
        assert one["cents"].dtype == one["jobs"].dtype == "int64"


def test_past_seven_the_rest_is_other() -> None:
    names = [f"name {n}" for n in range(9)]
    found = made_series([(DAYS[0], name, Amounts(jobs=1, cents=10)) for name in names])
    frame = frames.series(found, {name: name for name in names}, Bucket.DAY, BERLIN)
    folded = frames.fold_rest(frame, seven(names))
    assert list(folded["name"]) == [*names[:7], "2 others"]
    assert list(folded["key"]) == [*names[:7], OTHER]
    assert int(folded["cents"].iloc[-1]) == 20


def test_names_that_the_database_added_up_count_among_the_others() -> None:
    names = [f"name {n}" for n in range(9)]
    found = made_series([(DAYS[0], name, Amounts(jobs=1, cents=10)) for name in [*names, OTHER]])
    labels = {**{name: name for name in names}, OTHER: Key.of_others(1200).label}
    frame = frames.series(found, labels, Bucket.DAY, BERLIN)
    folded = frames.fold_rest(frame, seven(names), others=1200)
    assert list(folded["name"]) == [*names[:7], "1,202 others"]
    assert int(folded["cents"].iloc[-1]) == 30


def test_a_mode_called_other_is_none_of_the_rest() -> None:
    found = made_series([(DAYS[0], "other", Amounts(jobs=1, cents=10))])
    frame = frames.series(found, {}, Bucket.DAY, BERLIN)
    assert OTHER not in list(frames.fold_rest(frame, {})["key"])


def test_a_single_name_of_the_rest_keeps_it() -> None:
    names = [f"name {n}" for n in range(9)]
    found = made_series([(DAYS[0], names[8], Amounts(jobs=1, cents=10))])
    frame = frames.series(found, {name: name for name in names}, Bucket.DAY, BERLIN)
    assert list(frames.fold_rest(frame, seven(names))["name"]) == [names[8]]


def seven(names: list[str]) -> dict[str, str]:
    return name_palette(places(names, {}))


def test_the_largest_seven_have_a_colour_each() -> None:
    names = [f"name {n}" for n in range(9)]
    assert list(seven(names)) == names[:7]
    assert list(seven(names).values()) == list(OKABE_ITO)


def test_a_name_keeps_its_colour_whatever_is_filtered() -> None:
    kept = places(["a", "b", "c"], {})
    assert places(["c"], kept) == {"c": 2}
    assert places(["d", "c"], kept) == {"d": 3, "c": 2}
    assert places(["c", "b", "a"], kept) == {"c": 2, "b": 1, "a": 0}


@given(
    st.lists(st.sampled_from("abcdefghijkl"), unique=True),
    st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 6)),
)
def test_no_two_names_share_a_colour(keys: list[str], kept: dict[str, int]) -> None:
    found = places(keys, kept)
    assert list(found) == keys[:7]
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(range(7))
    alone = [key for key in found if list(kept.values()).count(kept.get(key, -1)) == 1]
    assert all(found[key] == kept[key] for key in alone)


def test_jobs_that_were_deleted_unfinished_have_a_name_of_their_own() -> None:
    gone = Amounts(jobs=3, cents=30, queued_jobs=1, queued_cents=10, deleted_jobs=2, deleted_cents=20)
    frame = frames.statuses(made_series([(DAYS[0], "a", gone)]), Bucket.DAY, BERLIN)
    first = frame[frame["start"] == frame["start"].iloc[0]].set_index("name")["jobs"]
    assert first.to_dict() == {"queued": 1, "running": 0, "succeeded": 0, "failed": 0, frames.DELETED: 2}


def test_a_cent_without_a_job_is_drawn() -> None:
    gone = made_series([(DAYS[0], "a", Amounts(cents=1, deleted_cents=1))])
    assert int(frames.statuses(gone, Bucket.DAY, BERLIN)["cents"].sum()) == 1


def test_a_series_frame_has_types_times_in_the_zone_and_labels() -> None:
    frame = frames.series(
        made_series([(DAYS[0], "a", Amounts(jobs=1, cents=5)), (DAYS[1], "a", Amounts())]),
        {"a": "A"},
        Bucket.DAY,
        BERLIN,
    )
    assert list(frame.columns) == ["start", "bucket", "key", "name", "jobs", "cents", "complete"]
    assert frame["start"].iloc[0] == pd.Timestamp("2026-10-25 00:00", tz=BERLIN)
    assert list(frame["bucket"]) == ["25 Oct CEST", "25 Oct CET"]
    assert list(frame["name"]) == ["A", "A"]
    assert list(frame["complete"]) == [True, False]


def test_a_series_of_nothing_is_an_empty_frame() -> None:
    frame = frames.series(made_series([]), {}, Bucket.DAY, BERLIN)
    assert frame.empty
    assert frame["cents"].sum() == 0


def test_percentiles_are_missing_without_jobs() -> None:
    rows = [UnitCost(DAYS[0], 2, 30, 10, 20), UnitCost(DAYS[1])]
    frame = frames.unit_costs(rows, Bucket.DAY, BERLIN)
    assert frame["p95_cents"].tolist()[0] == 20
    assert frame["p95_cents"].isna().tolist() == [False, True]


def test_the_heat_map_has_all_the_hours_of_the_week() -> None:
    frame = frames.heat([HourOfWeek(7, 23, 2, 50)])
    assert len(frame) == 168
    assert frame.iloc[-1].to_dict() == {"weekday": "Sunday", "hour": 23, "jobs": 2, "cents": 50}
    assert int(frame["cents"].sum()) == 50


def test_the_steps_of_the_change_hang_on_each_other() -> None:
    frame = frames.change(Waterfall(100, 30, -20, 5, -15, 100))
    assert list(frame["cents"]) == [100, 30, -20, 5, -15, 100]
    assert list(frame["from_cents"][1:5]) == [100, 130, 110, 115]
    assert frame["to_cents"].iloc[4] == frame["cents"].iloc[5]


def test_the_month_adds_up_day_by_day() -> None:
    spent = [(date(2026, 11, 1), 10), (date(2026, 11, 2), 5)]
    last = DayEstimate(date(2026, 11, 2), 18, 20, 22)
    frame = frames.month(spent, [last])
    assert list(frame["cumulative_cents"]) == [10, 15, 20]
    assert list(frame["part"]) == ["spent", "spent", "forecast"]
    assert frame["low_cents"].isna().tolist() == [True, True, False]


def test_the_forecast_begins_where_spending_stands() -> None:
    spent = [(date(2026, 11, 1), 10), (date(2026, 11, 2), 5)]
    ahead = [DayEstimate(date(2026, 11, 2), 15, 17, 19), DayEstimate(date(2026, 11, 3), 18, 20, 22)]
    frame = frames.month(spent, ahead)
    begins = frame[frame["part"] == "forecast"]
    assert list(begins["day"]) == ["2026-11-02", "2026-11-03"]
    assert list(begins["cumulative_cents"]) == [15, 20]
    assert begins["low_cents"].tolist()[0] == begins["high_cents"].tolist()[0] == 15


@given(
    st.sampled_from(ZONES), st.sampled_from(Bucket), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))
)
def test_no_two_buckets_share_a_label(zone_name: str, bucket: Bucket, first: datetime) -> None:
    zone = ZoneInfo(zone_name)
    hours = {Bucket.HOUR: 1, Bucket.DAY: 24, Bucket.WEEK: 168, Bucket.MONTH: 31 * 24}[bucket]
    start = first.replace(tzinfo=UTC, minute=0, second=0, microsecond=0)
    starts = [start + timedelta(hours=hours * place) for place in range(60)]
    if bucket is not Bucket.HOUR:
        starts = list({one.astimezone(zone).date(): one for one in starts}.values())
    labels = bucket_labels(starts, bucket, zone)
    assert len(set(labels)) == len(labels)


def test_labels_say_as_much_as_is_needed() -> None:
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    hours = [midnight + timedelta(hours=hour) for hour in range(4)]
    assert bucket_labels(hours, Bucket.HOUR, BERLIN) == ["00:00", "01:00", "02:00 CEST", "02:00 CET"]
    assert bucket_labels([midnight], Bucket.MONTH, BERLIN) == ["Oct"]
    years = [midnight, midnight + timedelta(days=100)]
    assert bucket_labels(years, Bucket.WEEK, BERLIN) == ["25 Oct 2026", "1 Feb 2027"]


def test_a_period_is_named_with_its_zone() -> None:
    period = Period(date(2026, 12, 30), date(2027, 1, 2), BERLIN)
    assert period_label(period) == "30 Dec 2026 – 2 Jan 2027, Europe/Berlin"
    assert period_label(replace(period, last=period.first)) == "30 Dec 2026, Europe/Berlin"
