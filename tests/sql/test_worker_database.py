"""A worker's queue straight in PostgreSQL: after a lost connection, and where it cannot work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from genjobs.domain.errors import InvalidInput, SchemaBehind, SettingsError, Unavailable
from genjobs.worker.database import LOGINS, SILENT_SECONDS, DatabaseQueue
from genjobs.worker.jobs import Ending
from tests.clusters import Database
from tests.sql.people import introduce, new_id

OTHERS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""


REFUSES = """
create function public.refuse_dear() returns trigger language plpgsql as $$
begin
    raise exception 'Not so dear, please.' using errcode = '{code}';
end $$;
create trigger own after update on public.generation_jobs
    for each row when (new.cost_cents = 1000) execute function public.refuse_dear();
"""
ADD_JOB = "insert into public.generation_jobs (user_id, project_id, mode) values (%s, %s, 'x')"


@pytest.fixture
def queue(database: Database) -> Iterator[DatabaseQueue]:
    with closing(DatabaseQueue(database.postgres_dsn)) as made:
        yield made


def test_a_lost_connection_is_made_again(database: Database, queue: DatabaseQueue) -> None:
    worker = new_id()
    with database.connect() as owner:
        introduce(owner)
        assert len(queue.claim(worker, 1, 60, None)) == 1
        owner.execute(OTHERS.encode())
        with pytest.raises(Unavailable):
            queue.claim(worker, 1, 60, None)
        [job] = queue.claim(worker, 10, 60, None)
    assert [told.outcome for told in queue.finish([Ending(job, "succeeded", 5)])] == ["finished"]
    assert queue.heartbeat(worker, 60, [job], {}) == {job.id}


def test_a_retry_keeps_the_first_attempts_name_and_waits_as_long_as_it_was_put_off(
    database: Database, queue: DatabaseQueue
) -> None:
    with database.connect() as owner:
        introduce(owner)
        [first] = queue.claim(new_id(), 1, 60, None)
        assert (first.first_job_id, (first.waited_seconds or 0) > 0) == (first.id, True)
        queue.finish([Ending(first, "failed", retry_seconds=3600)])
        due = "update genjobs.job_delays set due_at = due_at - interval '59 minutes' returning job_id::text"
        assert [again := row[0] for row in owner.execute(due.encode())]
        assert again not in {job.id for job in queue.claim(new_id(), 10, 60, None)}
        owner.execute(due.encode())
        [second] = queue.claim(new_id(), 10, 60, None)
    assert (second.id, second.first_job_id, second.attempt) == (again, first.id, 2)
    assert second.waited_seconds is None, "its wait says nothing about the queue"


def test_a_server_that_hangs_is_given_up(
    database: Database, queue: DatabaseQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It neither answers nor closes the connection: a worker that waits for it serves nobody."""
    backend = psutil.Process(queue._open().info.backend_pid)
    monkeypatch.setattr("genjobs.worker.database.SILENT_SECONDS", 0.2)
    backend.suspend()
    try:
        with pytest.raises(Unavailable):
            queue.claim(new_id(), 1, 60, None)
    finally:
        backend.resume()
    monkeypatch.undo()
    assert queue.claim(new_id(), 1, 60, None) == []


def test_the_server_ends_a_statement_before_it_is_given_up(queue: DatabaseQueue) -> None:
    """A statement that only waits for a lock would go on waiting there, and one more with each try."""
    [limit] = queue._open().execute("select setting from pg_settings where name = 'statement_timeout'")
    assert 0 < int(limit["setting"]) / 1000 < SILENT_SECONDS


def test_an_idle_worker_is_told_of_new_jobs_and_a_busy_one_is_not(
    database: Database, queue: DatabaseQueue
) -> None:
    worker = new_id()
    with database.connect() as owner:
        ana = introduce(owner).ana
        queue.claim(worker, 100, 60, None)
        assert not queue.wait(0)

        with owner.transaction():
            owner.execute(ADD_JOB, [ana.id, ana.project])
            assert not queue.wait(0)
        assert queue.wait(10)
        with owner.transaction():
            owner.execute(ADD_JOB, [ana.id, ana.project])
        assert not queue.wait(0)

        assert len(queue.claim(worker, 1, 60, None)) == 1
        owner.execute(ADD_JOB, [ana.id, ana.project])
        assert not queue.wait(0)


def test_who_does_not_listen_is_no_reason_to_notify(database: Database, queue: DatabaseQueue) -> None:
    queue._open()
    with database.connect() as owner:
        ana = introduce(owner).ana
        owner.execute("select count(*) from public.claim_generation_jobs(%s, 100)", [new_id()])
        owner.execute(ADD_JOB, [ana.id, ana.project])
    assert not queue.wait(0)


def test_it_waits_out_its_time_without_a_connection(database: Database, queue: DatabaseQueue) -> None:
    assert not queue.wait(0.001)
    queue.claim(new_id(), 1, 60, None)
    with database.connect() as owner:
        owner.execute(OTHERS.encode())
    assert not queue.wait(10)
    assert not queue.wait(0.001)


def test_a_value_that_cannot_be_read_is_told_apart(database: Database, queue: DatabaseQueue) -> None:
    with database.connect() as owner:
        introduce(owner)
    [job, *_] = queue.claim(new_id(), 1, 60, None)
    for ending in (Ending(job, "failed", error="a\0b"), Ending(job, "succeeded", 2**40)):
        with pytest.raises(InvalidInput):
            queue.finish([ending])


@pytest.mark.parametrize("code", ["P0001", "PT409", "22003", "23505"])
def test_an_end_that_the_projects_own_trigger_refuses_is_no_outage(
    database: Database, queue: DatabaseQueue, code: str
) -> None:
    """It would be sent again for ever, with all others of its batch."""
    with database.connect() as owner:
        introduce(owner)
        jobs = queue.claim(new_id(), 10, 60, None)
        owner.execute(REFUSES.replace("{code}", code).encode())
        with pytest.raises(InvalidInput, match="Not so dear"):
            queue.finish([Ending(job, "succeeded", 1000) for job in jobs])
        assert [told.outcome for told in queue.finish([Ending(jobs[0], "succeeded", 5)])] == ["finished"]


def test_what_keeps_it_from_working_is_said(
    database: Database, empty_database: Database, queue: DatabaseQueue
) -> None:
    with closing(DatabaseQueue(empty_database.postgres_dsn)) as empty, pytest.raises(SchemaBehind):
        empty.claim(new_id(), 1, 60, None)
    with database.connect() as owner:
        owner.execute("revoke execute on function public.claim_generation_jobs from service_role")
    with pytest.raises(SettingsError):
        queue.claim(new_id(), 1, 60, None)
    with pytest.raises(Unavailable), closing(DatabaseQueue("postgresql://x:y@127.0.0.1:9/z")) as nobody:
        nobody.claim(new_id(), 1, 60, None)


def test_a_refused_login_is_an_outage_only_if_it_was_accepted_before(
    database: Database, queue: DatabaseQueue
) -> None:
    """Supabase bans an address that goes on with a wrong password."""
    wrong = make_conninfo(database.postgres_dsn, password="wrong")
    with closing(DatabaseQueue(wrong)) as stranger:
        for _ in range(LOGINS - 1):
            with pytest.raises(Unavailable, match="password"):
                stranger.claim(new_id(), 1, 60, None)
        with pytest.raises(SettingsError, match="password") as met:
            stranger.claim(new_id(), 1, 60, None)
    assert "URL" in met.value.hint
    queue.claim(new_id(), 1, 60, None)
    queue.close()
    queue._url = wrong
    for _ in range(LOGINS):
        with pytest.raises(Unavailable, match="password"):
            queue.claim(new_id(), 1, 60, None)


@pytest.mark.parametrize(
    "said",
    [
        "FATAL:  (ENOTFOUND) tenant/user postgres.abcdefgh not found",
        "FATAL:  Tenant or user not found",
        "error received from server in SCRAM exchange: Wrong password",
        "fe_sendauth: no password supplied",
    ],
)
def test_the_words_of_supabases_pooler_and_of_libpq_are_a_refused_login(said: str) -> None:
    queue = DatabaseQueue("postgresql://x:y@127.0.0.1:9/z")
    met = [queue._refusal(psycopg.OperationalError(said)) for _ in range(LOGINS)]
    assert isinstance(met[-1], SettingsError)


def test_a_connection_that_could_not_be_prepared_is_not_used(
    queue: DatabaseQueue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It would have all rights of the URL's role, no time limit, and hear of no new jobs."""
    (tmp_path / "role.sql").write_text("set role service_role; select 1 / 0;")
    monkeypatch.setattr("genjobs.worker.database._FOLDER", tmp_path)
    with pytest.raises(InvalidInput):
        queue.claim(new_id(), 1, 60, None)
    monkeypatch.undo()
    assert queue.claim(new_id(), 1, 60, None) == []
    [who] = queue._open().execute("select current_user as name")
    assert who["name"] == "service_role"


def test_a_queue_that_is_older_than_the_worker_is_told_to_migrate(
    queue: DatabaseQueue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    queue.claim(new_id(), 1, 60, None)
    (tmp_path / "health.sql").write_text("select health.later from get_generation_queue_health() as health")
    monkeypatch.setattr("genjobs.worker.database._FOLDER", tmp_path)
    with pytest.raises(SchemaBehind) as met:
        queue.health()
    assert "genjobs migrate" in met.value.hint


@pytest.mark.parametrize("code", ["42703", "42883"])
def test_what_a_trigger_of_the_projects_does_not_find_is_no_older_queue(
    database: Database, queue: DatabaseQueue, code: str
) -> None:
    """A worker that ends for it would leave all its jobs to their leases."""
    with database.connect() as owner:
        introduce(owner)
        jobs = queue.claim(new_id(), 1, 60, None)
        owner.execute(REFUSES.replace("{code}", code).encode())
        with pytest.raises(Unavailable, match="Not so dear"):
            queue.finish([Ending(job, "succeeded", 1000) for job in jobs])


def test_no_more_rights_than_a_workers(queue: DatabaseQueue) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        queue._open().execute("select * from genjobs.job_queue")
