"""The demo data on a real database: what it looks like, and that it follows from the seed and the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from lib.local.demo import PEOPLE, load, top_up
from tests.clusters import MIGRATED, Cluster, Database

NOW = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)  # a Monday
ANA, BEN, CHLOE, DAN = (person.user_id for person in PEOPLE)
JOBS = "public.generation_jobs"
STUCK = timedelta(hours=4)


@contextmanager
def peopled(cluster: Cluster) -> Iterator[Database]:
    with cluster.copy_of(MIGRATED) as database:
        with database.connect() as connection:
            for person in PEOPLE:
                connection.execute(
                    "insert into auth.users (id, email) values (%s, %s)", [person.user_id, person.email]
                )
        yield database


@pytest.fixture(scope="module")
def loaded(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """Loaded once; these tests only look."""
    with peopled(cluster) as database:
        load(database.postgres_dsn, NOW)
        with database.connect() as connection:
            yield connection


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    with peopled(cluster) as made:
        yield made


def ask(connection: psycopg.Connection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(query, values or None).fetchall()


def value(connection: psycopg.Connection, query: str, *values: object) -> Any:
    return ask(connection, query, *values)[0][0]


def rows_of(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Every row of the four tables, but for `updated_at`, which a later move sets by the clock."""
    digest = (
        "select count(*), md5(string_agg((to_jsonb(t) - 'updated_at')::text, '' order by id)) from public."
    )
    tables = ("projects", "assets", "generation_jobs", "budgets")
    return [ask(connection, f"{digest}{table} as t")[0] for table in tables]


def fingerprint(database: Database) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return rows_of(connection)


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


def test_the_same_seed_and_time_give_the_same_rows(loaded: psycopg.Connection, database: Database) -> None:
    load(database.postgres_dsn, NOW)
    assert fingerprint(database) == rows_of(loaded)


def test_another_seed_gives_other_rows(loaded: psycopg.Connection, database: Database) -> None:
    load(database.postgres_dsn, NOW, seed=8)
    assert all(one != other for one, other in zip(fingerprint(database), rows_of(loaded), strict=True))


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


def test_topping_up_gives_what_loading_at_once_gives(loaded: psycopg.Connection, database: Database) -> None:
    load(database.postgres_dsn, NOW - timedelta(hours=9))
    for hours in (5, 4, 3, 0):
        top_up(database.postgres_dsn, NOW - timedelta(hours=hours))
    assert fingerprint(database) == rows_of(loaded)


def test_topping_up_twice_changes_nothing_and_a_clock_put_back_undoes_nothing(database: Database) -> None:
    load(database.postgres_dsn, NOW)
    before = fingerprint(database)
    top_up(database.postgres_dsn, NOW)
    load(database.postgres_dsn, NOW - timedelta(days=30), seed=99)
    assert fingerprint(database) == before
    top_up(database.postgres_dsn, NOW)
    assert fingerprint(database) == before


def test_a_demo_budget_that_became_a_limit_does_not_stop_topping_up(database: Database) -> None:
    load(database.postgres_dsn, NOW)
    before = fingerprint(database)
    with database.connect() as connection:
        connection.execute("update public.budgets set is_hard = true, monthly_cents = 1")
    top_up(database.postgres_dsn, NOW + timedelta(days=1))
    after = fingerprint(database)
    assert after[2][0] > before[2][0]
    assert after[3][0] == before[3][0]


def test_after_some_days_away_only_stuck_jobs_are_unfinished(database: Database) -> None:
    load(database.postgres_dsn, NOW)
    later = NOW + timedelta(days=10)
    top_up(database.postgres_dsn, later)
    with database.connect() as connection:
        old = ask(
            connection,
            f"select count(*), min(created_at) from {JOBS}"
            " where status in ('queued', 'running') and created_at < %s",
            later - STUCK,
        )
        assert 0 < old[0][0] < 20
        assert old[0][1] > later - timedelta(days=6, hours=1)
        per_day = ask(
            connection, f"select count(*) from {JOBS} where created_at > %s group by created_at::date", NOW
        )
        assert len(per_day) == 11


def test_today_is_never_empty(database: Database) -> None:
    for midnight in (datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)):
        load(database.postgres_dsn, midnight)
        with database.connect() as connection:
            today = ask(connection, f"select user_id::text from {JOBS} where created_at >= %s", midnight)
        assert {user_id for (user_id,) in today} == {ANA, BEN, CHLOE}


def test_what_a_person_deleted_or_finished_stays_so(database: Database) -> None:
    load(database.postgres_dsn, NOW)
    with database.connect() as connection:
        connection.execute(f"delete from {JOBS} where user_id = %s", [ANA])
        connection.execute(
            "delete from public.projects where user_id = %s and name like '%%catalogue'", [BEN]
        )
        connection.execute("delete from public.assets where user_id = %s", [CHLOE])
        connection.execute(f"update {JOBS} set status = 'succeeded' where status = 'running'")
        top_up(database.postgres_dsn, NOW + timedelta(days=1))
        assert (
            value(
                connection, f"select count(*) from {JOBS} where user_id = %s and created_at <= %s", ANA, NOW
            )
            == 0
        )
        assert value(connection, "select count(*) from public.projects where user_id = %s", BEN) == 4
        assert value(connection, "select count(*) from public.assets where user_id = %s", CHLOE) == 0
        new = f"select count(*) from {JOBS} where user_id = %s and created_at > %s"
        assert all(value(connection, new, user_id, NOW) > 0 for user_id in (ANA, BEN, CHLOE))


def test_people_who_are_not_there_get_nothing_and_stop_nobody(database: Database) -> None:
    with database.connect() as connection:
        connection.execute("delete from auth.users where id = %s", [BEN])
        load(database.postgres_dsn, NOW)
        assert {row[0] for row in ask(connection, f"select distinct user_id::text from {JOBS}")} == {
            ANA,
            CHLOE,
        }


def test_topping_up_a_database_without_demo_data_leaves_it_empty(database: Database) -> None:
    top_up(database.postgres_dsn, NOW)
    assert [count for count, _ in fingerprint(database)] == [0, 0, 0, 0]


def test_the_people_are_four_with_ids_and_addresses_of_their_own() -> None:
    assert len({person.user_id for person in PEOPLE}) == len({person.email for person in PEOPLE}) == 4
