"""Demo data that is topped up equals data loaded at once, and keeps what people did."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from genjobs.domain.progress import DemoProgress
from genjobs.local import demo, demo_loading
from genjobs.local.demo import top_up
from genjobs.local.home import Home
from tests.clusters import Cluster, Database
from tests.data.demo import ANA, BEN, CHLOE, JOBS, NOW, STUCK, ask, fingerprint, peopled, value
from tests.local.waiting import until


def load(database_url: str, now: datetime, seed: int = 7) -> None:
    """A tenth of the demo data, by the same rules."""
    demo.load(database_url, now, seed, jobs_a_day=46)


def test_data_that_could_not_be_vacuumed_is_there_all_the_same(
    peopled_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, percents = Home.at(tmp_path), list[int]()

    def refused(database_url: str) -> None:
        percents.append(json.loads(home.demo.read_text())["percent"])
        raise psycopg.OperationalError("as told")

    monkeypatch.setattr(demo, "vacuum", refused)
    demo_loading.begin(home, peopled_database.postgres_dsn, 46)
    until(lambda: not home.demo.exists(), "nothing is said of the load any more")
    assert percents == [100], "nobody waits for the vacuum"
    assert demo.is_complete(peopled_database.postgres_dsn)


def test_the_last_two_weeks_come_first_with_their_totals(peopled_database: Database) -> None:
    seen: list[tuple[int, int, bool]] = []
    recent = f"select count(*) from {JOBS} where created_at > %s"

    def told(progress: DemoProgress) -> None:
        if progress.has_recent and not seen:
            with peopled_database.connect() as other:
                new = value(other, recent, NOW - timedelta(days=14))
                complete = value(other, "select complete from genjobs.fold_state")
                seen.append((new, value(other, f"select count(*) from {JOBS}"), complete))

    demo.load(peopled_database.postgres_dsn, NOW, jobs_a_day=46, told=told)
    with peopled_database.connect() as connection:
        new = value(connection, recent, NOW - timedelta(days=14))
        assert seen == [(new, new, True)]
        assert new < value(connection, f"select count(*) from {JOBS}")


def test_what_a_person_deletes_during_the_first_load_stays_so(peopled_database: Database) -> None:
    deleted: list[int] = []

    def told(progress: DemoProgress) -> None:
        if progress.has_recent and not deleted:
            with peopled_database.connect() as other:
                deleted.append(other.execute(f"delete from {JOBS} where user_id = %s", [ANA]).rowcount)

    demo.load(peopled_database.postgres_dsn, NOW, jobs_a_day=46, told=told)
    with peopled_database.connect() as connection:
        recent = f"select count(*) from {JOBS} where user_id = %s and created_at > %s"
        assert value(connection, recent, ANA, NOW - timedelta(days=14)) == 0
    assert deleted[0] > 0


def test_a_first_load_that_broke_off_after_the_first_two_weeks_is_completed(
    cluster: Cluster, peopled_database: Database
) -> None:
    def break_off(progress: DemoProgress) -> None:
        if progress.has_recent:
            raise OSError("as told")

    with peopled(cluster) as at_once:
        load(at_once.postgres_dsn, NOW)
        expected = fingerprint(at_once)
    with pytest.raises(OSError, match="as told"):
        demo.load(peopled_database.postgres_dsn, NOW - timedelta(hours=9), jobs_a_day=46, told=break_off)
    assert not demo.is_complete(peopled_database.postgres_dsn)
    load(peopled_database.postgres_dsn, NOW)
    assert demo.is_complete(peopled_database.postgres_dsn)
    assert fingerprint(peopled_database) == expected


def test_a_first_load_that_broke_off_is_completed_by_a_clock_that_is_months_ahead(
    peopled_database: Database,
) -> None:
    def break_off(progress: DemoProgress) -> None:
        if progress.has_recent:
            raise OSError("as told")

    with pytest.raises(OSError, match="as told"):
        demo.load(peopled_database.postgres_dsn, NOW - timedelta(days=140), jobs_a_day=3, told=break_off)
    demo.load(peopled_database.postgres_dsn, NOW, jobs_a_day=3)
    assert demo.is_complete(peopled_database.postgres_dsn)


def test_a_demo_persons_own_budget_does_not_stop_the_first_load(peopled_database: Database) -> None:
    mine = "from public.budgets where user_id = %s and project_id is null"
    with peopled_database.connect() as connection:
        connection.execute(
            "insert into public.budgets (user_id, monthly_cents, time_zone) values (%s, 4711, 'UTC')", [BEN]
        )
    load(peopled_database.postgres_dsn, NOW)
    assert demo.is_complete(peopled_database.postgres_dsn)
    with peopled_database.connect() as connection:
        assert ask(connection, f"select monthly_cents {mine}", BEN) == [(4711,)]


@pytest.mark.parametrize("kept", ["auth.users", "public.projects", "public.assets"])
def test_nobody_deletes_what_new_jobs_refer_to(peopled_database: Database, kept: str) -> None:
    is_locked: list[bool] = []

    def told(progress: DemoProgress) -> None:
        with peopled_database.connect() as other:
            try:
                other.execute(f"select from {kept} for update nowait")
            except psycopg.errors.LockNotAvailable:
                is_locked.append(True)
            else:
                is_locked.append(False)

    load(peopled_database.postgres_dsn, NOW)
    demo.load(peopled_database.postgres_dsn, NOW + timedelta(hours=1), told=told)
    assert [is_locked[0], is_locked[-1]] == [False, True]


def test_the_progress_of_a_first_load_grows(peopled_database: Database) -> None:
    told: list[DemoProgress] = []
    demo.load(peopled_database.postgres_dsn, NOW, jobs_a_day=46, told=told.append)
    percents = [progress.percent for progress in told]
    assert percents == sorted(percents)
    assert not any(progress.is_complete for progress in told), "not before the last commit"
    assert len({progress.jobs for progress in told}) == 6, (
        "months are committed one by one, so that locks are short"
    )
    with peopled_database.connect() as connection:
        assert told[-1].jobs == value(connection, f"select count(*) from {JOBS}")


def test_topping_up_gives_what_loading_at_once_gives(cluster: Cluster, peopled_database: Database) -> None:
    with peopled(cluster) as at_once:
        load(at_once.postgres_dsn, NOW)
        expected = fingerprint(at_once)
    load(peopled_database.postgres_dsn, NOW - timedelta(hours=9))
    for hours in (5, 4, 3, 0):
        top_up(peopled_database.postgres_dsn, NOW - timedelta(hours=hours))
    assert fingerprint(peopled_database) == expected


def test_topping_up_twice_changes_nothing_and_a_clock_put_back_undoes_nothing(
    peopled_database: Database,
) -> None:
    load(peopled_database.postgres_dsn, NOW)
    before = fingerprint(peopled_database)
    top_up(peopled_database.postgres_dsn, NOW)
    load(peopled_database.postgres_dsn, NOW - timedelta(days=30), seed=99)
    assert fingerprint(peopled_database) == before
    top_up(peopled_database.postgres_dsn, NOW)
    assert fingerprint(peopled_database) == before


def test_a_demo_budget_that_became_a_limit_does_not_stop_topping_up(peopled_database: Database) -> None:
    load(peopled_database.postgres_dsn, NOW)
    before = fingerprint(peopled_database)
    with peopled_database.connect() as connection:
        connection.execute("update public.budgets set is_hard = true, monthly_cents = 1")
    top_up(peopled_database.postgres_dsn, NOW + timedelta(days=1))
    after = fingerprint(peopled_database)
    assert after[2][0] > before[2][0]
    assert after[3][0] == before[3][0]


def test_after_some_days_away_only_stuck_jobs_are_unfinished(peopled_database: Database) -> None:
    load(peopled_database.postgres_dsn, NOW)
    later = NOW + timedelta(days=10)
    top_up(peopled_database.postgres_dsn, later)
    with peopled_database.connect() as connection:
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
        assert ask(connection, "select * from genjobs.compare_cost_totals()") == [], "moves count too"


def test_today_is_never_empty(peopled_database: Database) -> None:
    for midnight in (datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)):
        load(peopled_database.postgres_dsn, midnight)
        with peopled_database.connect() as connection:
            today = ask(connection, f"select user_id::text from {JOBS} where created_at >= %s", midnight)
        assert {user_id for (user_id,) in today} == {ANA, BEN, CHLOE}


def test_what_a_person_deleted_or_finished_stays_so(peopled_database: Database) -> None:
    load(peopled_database.postgres_dsn, NOW)
    with peopled_database.connect() as connection:
        connection.execute(f"delete from {JOBS} where user_id = %s", [ANA])
        connection.execute(
            "delete from public.projects where user_id = %s and name like '%%catalogue'", [BEN]
        )
        connection.execute("delete from public.assets where user_id = %s", [CHLOE])
        connection.execute(f"update {JOBS} set status = 'succeeded' where status = 'running'")
        top_up(peopled_database.postgres_dsn, NOW + timedelta(days=1))
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


def test_people_who_are_not_there_get_nothing_and_stop_nobody(peopled_database: Database) -> None:
    with peopled_database.connect() as connection:
        connection.execute("delete from auth.users where id = %s", [BEN])
        load(peopled_database.postgres_dsn, NOW)
        assert {row[0] for row in ask(connection, f"select distinct user_id::text from {JOBS}")} == {
            ANA,
            CHLOE,
        }


def test_topping_up_a_database_without_demo_data_leaves_it_empty(peopled_database: Database) -> None:
    top_up(peopled_database.postgres_dsn, NOW)
    assert [count for count, _ in fingerprint(peopled_database)] == [0, 0, 0, 0]
