"""The demo data on a real database: what it looks like, and that it follows from the seed and the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from genjobs.local.demo import PEOPLE, load
from tests.clusters import Cluster
from tests.data.demo import ANA, BEN, CHLOE, JOBS, NOW, STUCK, ask, fingerprint, peopled, value


def daily(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Weekday (Monday is 1), jobs, and share of failures for each whole day."""
    return ask(
        connection,
        "select extract(isodow from day)::int, count(*), avg((status = 'failed')::int)::float"
        " from (select date_trunc('day', created_at at time zone 'UTC') as day, status from"
        f" {JOBS} where created_at < %s) as job group by day order by day",
        NOW.replace(hour=0, minute=0),
    )


def test_there_are_about_fifty_thousand_jobs_over_120_days(loaded: psycopg.Connection) -> None:
    count, first, last = ask(loaded, f"select count(*), min(created_at), max(created_at) from {JOBS}")[0]
    assert 45_000 < count < 55_000
    assert first == datetime(2026, 7, 26, tzinfo=UTC)
    assert NOW - timedelta(hours=1) < last <= NOW


def test_the_analyst_and_the_staff_have_work_and_the_newcomer_has_none(loaded: psycopg.Connection) -> None:
    found = dict(ask(loaded, f"select user_id::text, count(*) from {JOBS} group by user_id"))
    assert found.keys() == {ANA, BEN, CHLOE}
    assert found[ANA] < found[CHLOE] < found[BEN]
    projects = dict(ask(loaded, "select user_id::text, count(*) from public.projects group by user_id"))
    assert projects == {ANA: 2, BEN: 5, CHLOE: 4}


def test_everything_is_its_owners_own(loaded: psycopg.Connection) -> None:
    broken = value(
        loaded,
        f"select count(*) from {JOBS} as job join public.projects as project on project.id = job.project_id"
        " left join public.assets as asset on asset.id = job.input_asset_id"
        " where project.user_id <> job.user_id or asset.user_id <> job.user_id"
        " or asset.project_id <> job.project_id or asset.mode <> job.mode",
    )
    assert broken == 0
    assert value(loaded, f"select count(*) from {JOBS} where input_asset_id is not null") > 30_000


def test_workdays_are_busy_and_weekends_are_not(loaded: psycopg.Connection) -> None:
    by_weekday = {day: [row[1] for row in daily(loaded) if row[0] == day] for day in range(1, 8)}
    mean = {day: sum(counts) / len(counts) for day, counts in by_weekday.items()}
    assert min(mean[day] for day in range(1, 6)) > 2 * max(mean[6], mean[7])


def test_the_working_hours_are_busy_and_the_nights_are_not(loaded: psycopg.Connection) -> None:
    hours = dict(
        ask(
            loaded,
            f"select extract(hour from created_at at time zone 'UTC')::int, count(*) from {JOBS} group by 1",
        )
    )
    assert min(hours[hour] for hour in range(8, 17)) > 5 * max(hours[hour] for hour in range(5))


def test_work_grows(loaded: psycopg.Connection) -> None:
    counts = [row[1] for row in daily(loaded)]
    assert sum(counts[-28:]) > 1.5 * sum(counts[:28])


def test_failures_come_in_bursts(loaded: psycopg.Connection) -> None:
    shares = sorted(row[2] for row in daily(loaded))
    assert shares[len(shares) // 2] < 0.08
    assert 3 <= sum(share > 0.15 for share in shares) <= 12


def test_failures_have_a_dozen_reasons_and_nothing_else_has_an_error(loaded: psycopg.Connection) -> None:
    reasons = ask(
        loaded,
        f"select regexp_replace(error, '[0-9]+', '#', 'g'), count(*) from {JOBS}"
        " where status = 'failed' group by 1",
    )
    assert len(reasons) == 12
    assert min(count for _, count in reasons) > 20
    assert value(loaded, f"select count(*) from {JOBS} where (status = 'failed') <> (error is not null)") == 0


def test_each_mode_has_its_own_price_with_a_spread(loaded: psycopg.Connection) -> None:
    prices = ask(
        loaded,
        "select mode, percentile_disc(0.1) within group (order by cost_cents),"
        " percentile_disc(0.9) within group (order by cost_cents), min(cost_cents)"
        f" from {JOBS} where status = 'succeeded' group by mode order by 2",
    )
    assert [row[0] for row in prices] == [
        "main_white",
        "feature_callout",
        "ghost_mannequin",
        "lifestyle",
        "packaging",
    ]
    assert all(low > 0 and 1.5 * low < high for _, low, high, _ in prices)


def test_some_jobs_are_stuck_in_the_queue_and_some_while_running(loaded: psycopg.Connection) -> None:
    stuck = ask(
        loaded,
        f"select status, count(*) from {JOBS}"
        " where status in ('queued', 'running') and created_at < %s group by 1",
        NOW - STUCK,
    )
    assert {status for status, _ in stuck} == {"queued", "running"}
    assert sum(count for _, count in stuck) < 20


def test_everything_is_marked_as_synthetic(loaded: psycopg.Connection) -> None:
    assert value(loaded, "select bool_and(name like 'Demo: %') from public.projects")
    assert value(
        loaded,
        "select bool_and(storage_path like 'demo/%' and prompt_version = 'demo'"
        " and prompt_payload ->> 'synthetic' = 'true') from public.assets",
    )


def test_no_job_reaches_into_the_future(loaded: psycopg.Connection) -> None:
    assert (
        value(loaded, f"select count(*) from {JOBS} where updated_at > %s or updated_at < created_at", NOW)
        == 0
    )


def made(cluster: Cluster, seed: int) -> list[tuple[Any, ...]]:
    """The rows that a tenth of the demo data gives."""
    with peopled(cluster) as database:
        load(database.postgres_dsn, NOW, seed, jobs_a_day=46)
        return fingerprint(database)


def test_the_same_seed_and_time_give_the_same_rows_and_another_seed_others(cluster: Cluster) -> None:
    first = made(cluster, seed=7)
    assert made(cluster, seed=7) == first
    assert all(one != other for one, other in zip(made(cluster, seed=8), first, strict=True))


def test_totals_are_complete_and_folded_at_once(loaded: psycopg.Connection) -> None:
    waiting = (
        "select count(*) from public.generation_job_events as event, genjobs.horizon(false) as since"
        " where (event.transaction_id, event.id) > (since.transaction_id, since.event_id)"
    )
    assert value(loaded, waiting) == 0
    assert value(loaded, "select complete from genjobs.horizon(false)") is True
    assert ask(loaded, "select * from genjobs.compare_cost_totals()") == []
    known = "select count(*) from public.generation_job_events where kind = 'known'"
    assert value(loaded, known) == value(loaded, f"select count(*) from {JOBS}") > 0


def test_the_people_are_four_with_ids_and_addresses_of_their_own() -> None:
    assert len({person.user_id for person in PEOPLE}) == len({person.email for person in PEOPLE}) == 4
