"""Every reading of costs beside a plain recount of the jobs that the test knows."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg

from tests.sql.histories import Known, ask, local_label, recount, series

BUCKETS = ("hour", "day", "week", "month")
SPLITS = ("none", "mode", "status", "project")


def assert_readings_agree(
    connection: psycopg.Connection, user: str, jobs: list[Known], start: datetime, end: datetime, zone: str
) -> None:
    """Each public function of costs says of [start, end) what the jobs of `user` add up to."""
    for bucket in BUCKETS:
        for split in SPLITS:
            assert series(connection, user, start, end, zone, bucket, split) == recount(
                jobs, start, end, ZoneInfo(zone), bucket, split
            ), (bucket, split)
    inside = [job for job in jobs if start <= job.created_at < end]
    _totals(connection, user, jobs, start, end, zone)
    _recount(connection, user, inside, start, end)
    _top(connection, user, inside, start, end)
    _ranking(connection, user, jobs, start, end)
    assert_heatmap_agrees(connection, user, inside, start, end, zone)
    _percentiles(connection, user, inside, start, end, zone)


def _both(jobs: list[Known]) -> list[int]:
    return [len(jobs), sum(job.cents for job in jobs)]


def _totals(
    connection: psycopg.Connection, user: str, jobs: list[Known], start: datetime, end: datetime, zone: str
) -> None:
    answer = ask(connection, user, "get_cost_totals", start, end, zone)
    begun = datetime.fromisoformat(answer["previous_from"])
    assert answer["current"][:2] == _both([job for job in jobs if start <= job.created_at < end])
    assert answer["previous"][:2] == _both([job for job in jobs if begun <= job.created_at < start])


def _recount(
    connection: psycopg.Connection, user: str, inside: list[Known], start: datetime, end: datetime
) -> None:
    answer = ask(connection, user, "get_checked_cost_page", start, end)
    gone = [job for job in inside if job.deleted]
    assert list(answer["recount"].values())[:4] == _both(inside) + _both(gone)
    assert answer["page"]["totals"]["current"][:2] == _both(inside)


def _top(
    connection: psycopg.Connection, user: str, inside: list[Known], start: datetime, end: datetime
) -> None:
    for split in ("mode", "project", "status"):
        expected: dict[str, list[Known]] = defaultdict(list)
        for job in inside:
            expected[getattr(job, split)].append(job)
        answer = ask(connection, user, "get_top_costs", start, end, split, 1000)
        assert {key: amounts[:2] for key, _, amounts in answer["rows"]} == {
            key: _both(those) for key, those in expected.items()
        }, split


def _ranking(
    connection: psycopg.Connection, user: str, jobs: list[Known], start: datetime, end: datetime
) -> None:
    """Beside the stretch of the same length before it."""
    begun = start - (end - start)
    for split in ("mode", "project", "status"):
        expected: dict[str, tuple[list[Known], list[Known]]] = defaultdict(lambda: ([], []))
        for job in jobs:
            if begun <= job.created_at < end:
                expected[getattr(job, split)][job.created_at < start].append(job)
        answer = ask(connection, user, "get_cost_ranking", start, end, begun, start, split)
        assert {key: (now[:2], before[:2]) for key, _, now, before in answer["rows"]} == {
            key: (_both(now), _both(before)) for key, (now, before) in expected.items()
        }, split
        sides = [[job for now, _ in expected.values() for job in now]]
        sides += [[job for _, before in expected.values() for job in before]]
        assert [list(answer[name].values()) for name in ("current", "previous")] == list(map(_both, sides))
        assert answer["keys"] == len(expected)


def assert_heatmap_agrees(
    connection: psycopg.Connection, user: str, inside: list[Known], start: datetime, end: datetime, zone: str
) -> None:
    """The hours of the week say what the jobs `inside` [start, end) add up to."""
    expected: Counter[tuple[int, int, str]] = Counter()
    for job in inside:
        hour = local_label(job.created_at, ZoneInfo(zone), "hour")
        expected[hour.isoweekday(), hour.hour, "jobs"] += 1
        expected[hour.isoweekday(), hour.hour, "cents"] += job.cents
    said: Counter[tuple[int, int, str]] = Counter()
    for weekday, hour_of_day, number, cents in ask(connection, user, "get_cost_heatmap", start, end, zone):
        said |= {(weekday, hour_of_day, "jobs"): number, (weekday, hour_of_day, "cents"): cents}
    assert said == +expected


def _percentiles(
    connection: psycopg.Connection, user: str, inside: list[Known], start: datetime, end: datetime, zone: str
) -> None:
    """Within the error that the answer names."""
    answer = ask(connection, user, "get_cost_percentiles", start, end, "day", zone)
    buckets = ask(connection, user, "get_cost_series", start, end, "day", zone)["buckets"]
    assert sum(number for _, number, *_ in answer["rows"]) == len(inside)
    for place, number, cents, *percentiles in answer["rows"]:
        lower, upper = (datetime.fromisoformat(buckets[place][side]) for side in ("start", "end"))
        those = sorted(job.cents for job in inside if lower <= job.created_at < upper)
        assert (number, cents) == (len(those), sum(those))
        for part, told in zip((0.50, 0.95), percentiles, strict=True):
            true = those[math.ceil(part * number) - 1]
            assert abs(told - true) <= answer["relative_error"] * true
