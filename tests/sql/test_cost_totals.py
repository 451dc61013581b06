"""Totals are exact at every committed moment: while many write and fold, after a back-fill, elsewhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel, errors

from genjobs import migrations
from genjobs.migrations.totals import bring_up_to_date
from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.histories import ask, differences, utc
from tests.sql.people import Cast, acting, add_job, introduce
from tests.sql.schema import bring_back, paste_all

START, END = utc(2000, 1, 1), utc(2100, 1, 1)


@pytest.fixture
def kept(database: Database) -> Iterator[psycopg.Connection]:
    """A database of its own in which what happens is committed at once: only that can be folded."""
    with database.connect() as connection:
        yield connection


def fold(connection: psycopg.Connection, events: int = 1000, histogram: bool = False) -> bool | None:
    row = connection.execute("select genjobs.fold(%s, 0, %s)", [events, histogram]).fetchone()
    assert row
    folded: bool | None = row[0]
    return folded


def tail(connection: psycopg.Connection) -> int:
    """How many events are not in the totals yet."""
    row = connection.execute(
        "select count(*) from public.generation_job_events as event, genjobs.horizon(false) as since"
        " where (event.transaction_id, event.id) > (since.transaction_id, since.event_id)"
    ).fetchone()
    assert row
    return int(row[0])


def totals(connection: psycopg.Connection, user: str) -> dict[str, Any]:
    answer = ask(connection, user, "get_cost_totals", START, END, "UTC")
    return dict(zip(answer["amounts"], answer["current"], strict=True)) | {"complete": answer["complete"]}


# How a writer ends that lost against another: writers take the jobs in any order.
LOST = (errors.SerializationFailure, errors.DeadlockDetected, errors.RaiseException, errors.CheckViolation)


def work(database: Database, cast: Cast, seed: int, level: IsolationLevel) -> None:
    """A writer's two hundred transactions, some of which are taken back; losing a race is part of it."""
    chance = random.Random(seed)
    with psycopg.connect(database.postgres_dsn) as connection:
        connection.isolation_level = level
        for number in range(200):
            try:
                write(connection, chance, cast)
                if number % 7 == 0:
                    connection.execute(
                        "select genjobs.fold(%s, 0, %s)", [chance.choice([1, 50]), number % 2 == 0]
                    )
                connection.execute("select" if chance.random() < 0.9 else "rollback")
            except LOST:
                connection.rollback()
            else:
                connection.commit()


def write(connection: psycopg.Connection, chance: random.Random, cast: Cast) -> None:
    person = chance.choice([cast.ana, cast.bob])
    some = f"id in (select id from public.generation_jobs order by md5(id::text || {chance.random()}) limit"
    statement = chance.choice(
        [
            "insert into public.generation_jobs (user_id, project_id, mode, cost_cents, created_at)"
            f" select '{person.id}', '{person.project}', 'lifestyle', n, now() - n * interval '20 minutes'"
            f" from generate_series(1, {chance.randint(1, 20)}) as n",
            f"update public.generation_jobs set status = 'running' where status = 'queued' and {some} 5)",
            f"update public.generation_jobs set status = 'failed' where status = 'running' and {some} 3)",
            f"update public.generation_jobs set cost_cents = cost_cents + 1 where {some} 4)",
            f"update public.generation_jobs set mode = 'packaging' where {some} 2)",
            f"delete from public.generation_jobs where {some} 3)",
            "select genjobs.give_up(job, 'lost', 'x') from public.generation_jobs as job"
            f" where job.status = 'running' and {some} 2) for no key update of job",
            "set local role service_role; select public.retry_generation_job(id)"
            f" from public.generation_jobs where status = 'failed' and {some} 3); set local role none",
            "set local role service_role; select public.cancel_generation_job(id)"
            f" from public.generation_jobs where status = 'queued' and {some} 1); set local role none",
        ]
    )
    with connection.transaction():
        connection.execute(statement.encode())
    if chance.random() < 0.2:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
            connection.execute("select genjobs.fold(10, 0, false)")


@pytest.mark.parametrize("level", [IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ])
def test_many_writers_and_folds_leave_no_difference(database: Database, level: IsolationLevel) -> None:
    with database.connect() as watcher, ThreadPoolExecutor(6) as pool:
        cast = introduce(watcher)
        before = tail(watcher)
        writers = [pool.submit(work, database, cast, seed, level) for seed in range(6)]
        while not all(writer.done() for writer in writers):
            assert differences(watcher) == []
            fold(watcher, 100)
        for writer in writers:
            writer.result()
        assert differences(watcher) == []
        assert fold(watcher, 100_000) is True
        assert tail(watcher) == 0 < before
        assert fold(watcher, 100_000, histogram=True) is True
        assert differences(watcher) == []


def test_without_its_trigger_the_log_would_miss_a_move(kept: psycopg.Connection) -> None:
    cast = introduce(kept)
    kept.execute("alter table public.generation_jobs disable trigger record_change")
    kept.execute(
        "update public.generation_jobs set status = 'running' where id = %s", [cast.ana.jobs["queued"]]
    )
    assert len(differences(kept)) == 8


def test_an_open_transaction_holds_the_fold_and_no_reader(
    database: Database, kept: psycopg.Connection
) -> None:
    ana = introduce(kept).ana
    assert fold(kept) is True
    with database.connect() as slow:
        with slow.transaction():
            add_job(slow, ana.id, ana.project)
            add_job(kept, ana.id, ana.project)
            assert fold(kept) is True
            assert tail(kept) == 1
            assert totals(kept, ana.id)["jobs"] == 5
        assert totals(kept, ana.id)["jobs"] == 6
    assert fold(kept) is True
    assert (tail(kept), totals(kept, ana.id)["jobs"]) == (0, 6)
    assert differences(kept) == []


def test_a_horizon_past_an_open_transaction_would_lose_its_jobs(
    database: Database, kept: psycopg.Connection
) -> None:
    ana = introduce(kept).ana
    kept.execute(
        "do $$ begin execute replace(pg_get_functiondef('genjobs.fold_batch'::regproc),"
        " 'pg_snapshot_xmin(', 'pg_snapshot_xmax('); end $$"
    )
    with database.connect() as slow, slow.transaction():
        add_job(slow, ana.id, ana.project)
        add_job(kept, ana.id, ana.project)
        assert fold(kept) is True
    assert differences(kept) != []


def test_one_folds_at_a_time_and_nobody_waits(database: Database, kept: psycopg.Connection) -> None:
    introduce(kept)
    with database.connect() as other, other.transaction():
        assert fold(other) is True
        assert fold(kept) is None
        assert differences(kept) == []


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_no_fold_at_the_stricter_levels(kept: psycopg.Connection, level: str) -> None:
    introduce(kept)
    with kept.transaction():
        kept.execute(f"set transaction isolation level {level}".encode())
        assert fold(kept) is None
    assert tail(kept) == 8


def test_writers_fold_by_themselves(kept: psycopg.Connection) -> None:
    ana = introduce(kept).ana
    kept.execute("alter table public.generation_job_events alter column id restart with 4088")
    for _ in range(10):
        add_job(kept, ana.id, ana.project)
    assert tail(kept) < 5
    assert differences(kept) == []


@pytest.mark.parametrize("rule", [True, False])
def test_a_fold_takes_all_that_was_written_since_the_last_however_long_it_takes(
    kept: psycopg.Connection, rule: bool
) -> None:
    """Without this the totals would fall behind for ever where many people write."""
    ana = introduce(kept).ana
    if not rule:
        without(kept, "genjobs.fold_sometimes", "genjobs.fold(8192)", "genjobs.fold(1000, 0)")
    kept.execute("alter table public.generation_job_events alter column id restart with 4097")
    kept.execute(
        "insert into public.generation_jobs (user_id, project_id, mode)"
        " select %s, %s, 'x' from generate_series(1, 4088)",
        [ana.id, ana.project],
    )
    add_job(kept, ana.id, ana.project)
    assert tail(kept) > 4088
    for _ in range(8):
        add_job(kept, ana.id, ana.project)
    assert (tail(kept) < 10) is rule
    assert differences(kept) == []


def test_deleting_does_not_unspend_and_leaving_erases(kept: psycopg.Connection) -> None:
    cast = introduce(kept)
    ana = cast.ana
    fold(kept)
    kept.execute("delete from public.projects where user_id = %s", [ana.id])
    told = totals(kept, ana.id)
    assert (told["jobs"], told["cents"], told["deleted_cents"], told["failed_jobs"]) == (4, 400, 400, 0)
    fold(kept)
    assert totals(kept, ana.id) == told
    kept.execute("delete from auth.users where id = %s", [ana.id])
    left = "select count(*) from genjobs.cost_totals where user_id = %s"
    assert kept.execute(left, [ana.id]).fetchone() == (0,)
    assert totals(kept, cast.bob.id)["jobs"] == 4
    assert differences(kept) == []


def test_leaving_while_another_folds_erases_with_the_next_fold(
    database: Database, kept: psycopg.Connection
) -> None:
    cast = introduce(kept)
    fold(kept)
    with database.connect() as other, other.transaction():
        assert fold(other) is True
        kept.execute("delete from auth.users where id = %s", [cast.ana.id])
        assert differences(kept) == []
    left = "select count(*) from genjobs.cost_totals where user_id = %s"
    assert kept.execute(left, [cast.ana.id]).fetchone() != (0,)
    fold(kept)
    assert kept.execute(left, [cast.ana.id]).fetchone() == (0,)


def test_truncating_counts_as_deleting(kept: psycopg.Connection) -> None:
    ana = introduce(kept).ana
    fold(kept)
    kept.execute("truncate public.generation_jobs")
    assert totals(kept, ana.id)["deleted_jobs"] == 4
    assert differences(kept) == []
    with pytest.raises(errors.InvalidTransactionState):
        kept.execute("begin isolation level repeatable read; truncate public.generation_jobs")


def test_moments_without_an_end_do_not_stop_the_fold(kept: psycopg.Connection) -> None:
    ana = introduce(kept).ana
    for moment in ("infinity", "-infinity", "0044-03-15 BC", "1969-12-31 23:59:59.999999Z", "294276-12-31"):
        kept.execute(
            "update public.generation_jobs set created_at = %s where id = %s", [moment, ana.jobs["queued"]]
        )
        assert fold(kept) is True
        assert (tail(kept), differences(kept)) == (0, [])


def old_jobs(database: Database, connection: psycopg.Connection) -> Cast:
    """A database whose jobs are older than the log."""
    bring_back(connection, "tables")
    cast = introduce(connection)
    paste_all(connection)
    return cast


def test_older_jobs_come_into_the_totals_while_writers_go_on(empty_database: Database) -> None:
    steps: list[str] = []
    with empty_database.connect() as connection:
        cast = old_jobs(empty_database, connection)
        told = totals(connection, cast.ana.id)
        assert (told["jobs"], told["complete"]) == (4, False)
        connection.execute("select genjobs.back_fill(3)")
        connection.execute("update public.generation_jobs set status = 'running' where status = 'queued'")
        connection.execute("delete from public.generation_jobs where status = 'failed'")
        add_job(connection, cast.ana.id, cast.ana.project)
        migrations.apply(empty_database.postgres_dsn, steps.append)
        told = totals(connection, cast.ana.id)
        assert (told["jobs"], told["running_jobs"], told["deleted_jobs"], told["complete"]) == (5, 2, 1, True)
        assert differences(connection) == []
        assert steps[-1] == "Totals: complete"
        known = connection.execute(
            "select count(*) from public.generation_job_events where kind = 'known'"
        ).fetchone()
        assert known == (8,)
        steps.clear()
        bring_up_to_date(connection, steps.append)
        assert steps == []


def test_older_jobs_are_folded_as_they_come_and_changes_meanwhile_count(
    empty_database: Database,
) -> None:
    with empty_database.connect() as connection:
        ana = old_jobs(empty_database, connection).ana
        assert connection.execute("select genjobs.back_fill(3)").fetchone() == (False,)
        assert tail(connection) == 0
        with empty_database.connect() as writer, writer.transaction():
            writer.execute("update public.generation_jobs set status = 'running' where status = 'queued'")
            for _ in range(3):
                connection.execute("select genjobs.back_fill(3)")
            assert totals(connection, ana.id)["queued_jobs"] == 1
        while connection.execute("select genjobs.back_fill(3)").fetchone() == (False,):
            pass
        assert totals(connection, ana.id)["running_jobs"] == 2
        assert differences(connection) == []


def test_a_load_that_records_later_is_folded_with_its_own_transaction(kept: psycopg.Connection) -> None:
    cast = introduce(kept)
    fold(kept)
    with kept.transaction():
        kept.execute("set local genjobs.recording = 'later'")
        job = add_job(kept, cast.ana.id, cast.ana.project)
        assert differences(kept) != []
        for _ in range(2):
            kept.execute("select genjobs.take_in(%s::uuid[])", [[job, job, cast.bob.jobs["queued"]]])
        assert differences(kept) == []
    assert (tail(kept), totals(kept, cast.ana.id)["jobs"]) == (0, 5)
    kept.execute("select genjobs.rebuild_cost_totals()")
    assert differences(kept) == []


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_only_the_owner_records_later(kept: psycopg.Connection, role: str) -> None:
    ana = introduce(kept).ana
    with acting(kept, role, ana.id):
        kept.execute("set local genjobs.recording = 'later'")
        kept.execute(
            "insert into public.generation_jobs (user_id, project_id, mode) values (%s, %s, 'lifestyle')",
            [ana.id, ana.project],
        )
    assert differences(kept) == []


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_nothing_is_taken_in_at_the_stricter_levels(kept: psycopg.Connection, level: str) -> None:
    ana = introduce(kept).ana
    with pytest.raises(errors.InvalidTransactionState):
        kept.execute(
            f"begin isolation level {level}; select genjobs.take_in('{{{ana.jobs['queued']}}}')".encode()
        )


def test_what_happened_past_the_triggers_is_found_and_mended(kept: psycopg.Connection) -> None:
    cast = introduce(kept)
    fold(kept)
    kept.execute("alter table public.generation_jobs disable trigger user")
    kept.execute(
        "update public.generation_jobs set status = 'failed', cost_cents = 5 where status = 'running'"
    )
    kept.execute("delete from public.generation_jobs where id = %s", [cast.bob.jobs["queued"]])
    add_job(kept, cast.ana.id, cast.ana.project, "succeeded")
    kept.execute("alter table public.generation_jobs enable trigger user")
    assert differences(kept) != []
    kept.execute("select genjobs.restart_back_fill()")
    while kept.execute("select genjobs.back_fill(3)").fetchone() == (False,):
        pass
    assert differences(kept) == []
    kept.execute("delete from genjobs.cost_totals")
    assert differences(kept) != []
    kept.execute("select genjobs.rebuild_cost_totals()")
    assert differences(kept) == []


def test_a_rebuild_leaves_writers_alone(database: Database, kept: psycopg.Connection) -> None:
    ana = introduce(kept).ana
    with database.connect() as other, other.transaction():
        other.execute("select genjobs.rebuild_cost_totals()")
        add_job(kept, ana.id, ana.project)
        assert totals(kept, ana.id)["jobs"] == 5
    assert totals(kept, ana.id)["jobs"] == 5
    assert differences(kept) == []


def test_a_running_period_is_compared_like_for_like(kept: psycopg.Connection) -> None:
    """Of the period before, only what had happened by the same time of its own counts."""
    ana = introduce(kept).ana
    now, hour = datetime.now(UTC), timedelta(hours=1)
    for moment in (now - 2 * hour - hour / 12, now - 2 * hour + hour / 12):
        kept.execute(
            "insert into public.generation_jobs (user_id, project_id, mode, cost_cents, created_at)"
            " values (%s, %s, 'lifestyle', 7, %s)",
            [ana.id, ana.project, moment],
        )
    answer = ask(kept, ana.id, "get_cost_totals", now - hour, now + hour, "Asia/Kolkata")
    assert (answer["running"], answer["previous"][:2], answer["previous_whole"][:2]) == (
        True,
        [1, 7],
        [2, 14],
    )
    assert answer["current"][:2] == [4, 400]
