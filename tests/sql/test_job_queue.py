"""However a job becomes queued it is in the queue, and however it leaves it is gone from there."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from genjobs.migrations import available
from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Cast, Person, acting, add_job, add_project, introduce, new_id

INSERT = "insert into public.generation_jobs (user_id, project_id, mode) values (%s, %s, %s) returning id"
FLAWS = "select job_id::text, flaw from genjobs.compare_job_queue()"


def waiting(connection: psycopg.Connection, of: Person) -> list[str]:
    """The person's jobs in the queue, in its order."""
    rows = connection.execute(
        "select job_id::text from genjobs.job_queue where user_id = %s order by turn, queued_at, job_id",
        [of.id],
    ).fetchall()
    return [job for (job,) in rows]


def flaws(connection: psycopg.Connection) -> list[tuple[str, str]]:
    return connection.execute(FLAWS).fetchall()


def insert(connection: psycopg.Connection, of: Person, mode: str = "lifestyle") -> str:
    with acting(connection, "authenticated", of.id):
        row = connection.execute(INSERT, [of.id, of.project, mode]).fetchone()
    assert row
    return str(row[0])


def test_a_plain_insert_is_queued_behind_the_persons_other_jobs(
    owner: psycopg.Connection, cast: Cast
) -> None:
    assert waiting(owner, cast.ana) == [cast.ana.jobs["queued"]]
    new = [insert(owner, cast.ana) for _ in range(3)]
    assert waiting(owner, cast.ana) == [cast.ana.jobs["queued"], *new]
    assert flaws(owner) == []


@pytest.mark.parametrize("by_key", [True, False])
def test_a_persons_turn_is_found_by_key_however_small_the_queue_was(database: Database, by_key: bool) -> None:
    """A plan is made for the table as it was analyzed last, and kept while the queue grows."""
    with database.connect() as owner:
        cast = introduce(owner)
        if not by_key:
            owner.execute("alter function genjobs.next_turn(uuid, text, uuid) reset enable_seqscan")
        owner.execute("analyze genjobs.job_queue")
        scans = "select seq_scan from pg_stat_xact_all_tables where relid = 'genjobs.job_queue'::regclass"
        with owner.transaction():
            before = owner.execute(scans).fetchall()
            insert(owner, cast.ana)
            insert(owner, cast.ana, "product")
            assert (owner.execute(scans).fetchall() == before) is by_key


def test_many_jobs_of_one_statement_have_a_turn_each(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(
        "insert into public.generation_jobs (user_id, project_id, mode)"
        " select user_id, id, 'lifestyle' from public.projects cross join generate_series(1, 3)"
    )
    turns = owner.execute(
        "select user_id::text, turn - min(turn) over () from genjobs.job_queue order by user_id, turn"
    ).fetchall()
    for user in (cast.ana.id, cast.bob.id):
        own = [turn for owner_id, turn in turns if owner_id == user]
        assert own == list(range(own[0], own[0] + 4))
        assert own[0] <= 1


def move(status: str) -> Callable[[psycopg.Connection, Cast], object]:
    def moved(connection: psycopg.Connection, cast: Cast) -> None:
        with acting(connection, "authenticated", cast.ana.id):
            connection.execute(
                "select public.transition_job_status(%s, %s)", [cast.ana.jobs["queued"], status]
            )

    return moved


def by_hand(statement: str) -> Callable[[psycopg.Connection, Cast], object]:
    def changed(connection: psycopg.Connection, cast: Cast) -> None:
        connection.execute(statement.encode(), {"job": cast.ana.jobs["queued"], "id": new_id()})

    return changed


ROADS_OUT = {
    "moved": move("running"),
    "updated": by_hand("update public.generation_jobs set status = 'running' where id = %(job)s"),
    "moved and renamed": by_hand(
        "update public.generation_jobs set status = 'running', id = %(id)s where id = %(job)s"
    ),
    "deleted": by_hand("delete from public.generation_jobs where id = %(job)s"),
    "the project deleted": lambda connection, cast: connection.execute(
        "delete from public.projects where id = %s", [cast.ana.project]
    ),
    "the person deleted": lambda connection, cast: connection.execute(
        "delete from auth.users where id = %s", [cast.ana.id]
    ),
    "truncated": by_hand("truncate public.generation_jobs"),
}


@pytest.mark.parametrize("road", ROADS_OUT)
def test_what_is_not_queued_any_more_is_out(owner: psycopg.Connection, cast: Cast, road: str) -> None:
    ROADS_OUT[road](owner, cast)
    assert waiting(owner, cast.ana) == []
    assert flaws(owner) == []


def test_a_job_keeps_its_turn_through_a_change_of_mode_project_and_id(
    owner: psycopg.Connection, cast: Cast
) -> None:
    first, second = cast.ana.jobs["queued"], insert(owner, cast.ana)
    changed = {"id": new_id(), "project": add_project(owner, cast.ana.id), "job": first}
    owner.execute(
        "update public.generation_jobs set id = %(id)s, project_id = %(project)s, mode = 'packaging'"
        " where id = %(job)s",
        changed,
    )
    assert waiting(owner, cast.ana) == [changed["id"], second]
    assert flaws(owner) == []


def test_a_job_whose_id_was_changed_keeps_all_that_is_known_of_it(
    owner: psycopg.Connection, cast: Cast
) -> None:
    job, other = cast.ana.jobs["queued"], cast.bob.jobs["queued"]
    owner.execute("insert into genjobs.job_delays (job_id, due_at) values (%s, now())", [job])
    owner.execute("delete from genjobs.job_queue where job_id = %s", [job])
    owner.execute("update public.generation_jobs set status = 'running' where id = %s", [other])
    owner.execute(
        "insert into genjobs.job_leases (job_id, token, worker_id, user_id, mode)"
        " values (%s, gen_random_uuid(), gen_random_uuid(), %s, 'x')",
        [other, cast.bob.id],
    )
    owner.execute("insert into genjobs.job_options (job_id, priority) values (%s, 3)", [job])
    owner.execute("insert into genjobs.job_progress (job_id, percent) values (%s, 40)", [other])
    owner.execute("insert into genjobs.job_keys values (%s, 'k', %s, '{}')", [cast.ana.id, job])
    owner.execute(
        "insert into genjobs.job_attempts (job_id, first_job_id, retried_as, attempt)"
        " values (%(a)s, %(a)s, %(b)s, 1), (%(b)s, %(a)s, null, 2)",
        {"a": job, "b": other},
    )
    new = {job: new_id(), other: new_id()}
    for old, renamed in new.items():
        owner.execute("update public.generation_jobs set id = %s where id = %s", [renamed, old])
    found = owner.execute(
        "select job_id::text, first_job_id::text, retried_as::text from genjobs.job_attempts order by attempt"
    ).fetchall()
    assert found == [(new[job], new[job], new[other]), (new[other], new[job], None)]
    assert owner.execute("select job_id::text from genjobs.job_delays").fetchall() == [(new[job],)]
    assert owner.execute("select job_id::text from genjobs.job_leases").fetchall() == [(new[other],)]
    assert owner.execute("select job_id::text from genjobs.job_options").fetchall() == [(new[job],)]
    assert owner.execute("select job_id::text from genjobs.job_progress").fetchall() == [(new[other],)]
    assert owner.execute("select first_job_id::text from genjobs.job_keys").fetchall() == [(new[job],)]
    assert flaws(owner) == []


def test_a_job_that_goes_to_somebody_else_waits_for_a_turn_of_theirs(
    owner: psycopg.Connection, cast: Cast
) -> None:
    owner.execute(
        "update public.generation_jobs set user_id = %s, project_id = %s where id = %s",
        [cast.bob.id, cast.bob.project, cast.ana.jobs["queued"]],
    )
    assert waiting(owner, cast.bob) == [cast.bob.jobs["queued"], cast.ana.jobs["queued"]]
    assert flaws(owner) == []


def test_a_restored_job_that_was_queued_waits_again(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    owner.execute("create temporary table trash as select * from public.generation_jobs where id = %s", [job])
    owner.execute("delete from public.generation_jobs where id = %s", [job])
    with owner.transaction():
        owner.execute("set local genjobs.restoring = 'on'")
        owner.execute("insert into public.generation_jobs select * from trash")
        owner.execute("set local genjobs.restoring = 'off'")
    assert waiting(owner, cast.ana) == [job]


def test_jobs_that_are_loaded_and_taken_in_later_are_queued(owner: psycopg.Connection, cast: Cast) -> None:
    with owner.transaction():
        owner.execute("set local genjobs.recording = 'later'")
        job = add_job(owner, cast.ana.id, cast.ana.project)
        assert flaws(owner) == [(job, "missing")]
        owner.execute("select genjobs.take_in(array[%s]::uuid[])", [job])
        owner.execute("set local genjobs.recording = ''")
    assert waiting(owner, cast.ana) == [cast.ana.jobs["queued"], job]


@pytest.mark.parametrize("trigger", ["record_creation", "record_change", "record_deletion"])
def test_what_was_written_past_a_trigger_is_found_and_put_right(
    owner: psycopg.Connection, cast: Cast, trigger: str
) -> None:
    owner.execute(f"alter table public.generation_jobs disable trigger {trigger}".encode())
    insert(owner, cast.ana)
    move("running")(owner, cast)
    owner.execute("delete from public.generation_jobs where id = %s", [cast.bob.jobs["queued"]])
    assert len(flaws(owner)) == 1
    assert owner.execute("select genjobs.rebuild_job_queue()").fetchone() == (1,)
    assert flaws(owner) == []


def test_a_mode_of_before_the_limit_can_be_queued(owner: psycopg.Connection, cast: Cast) -> None:
    without(owner, "genjobs.check_new_job", "length(new.mode) > 100", "false")
    insert(owner, cast.ana, "".join(map(str, range(4000))))
    assert flaws(owner) == []


def test_jobs_that_were_queued_before_there_was_a_queue_are_in_it(database: Database) -> None:
    with database.connect() as connection:
        cast = introduce(connection)
        connection.execute("delete from genjobs.job_queue")
        connection.execute("delete from genjobs.schema_versions where version >= '20261127133030'")
        for file in available():
            if file.version == "20261127133030":
                connection.execute(file.sql.encode())
        assert waiting(connection, cast.ana) == [cast.ana.jobs["queued"]]
        assert flaws(connection) == []
