"""Every pair of states, by every way to write, for every role: SQL agrees with the table in Python."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import psycopg
import pytest

from genjobs.domain.workflow import Status, check_move
from tests.sql.people import Cast, acting, add_job, refusal

STATES = [status.value for status in Status]
ASKED = [*STATES, "lost", "", "Running", "queued ", None]
MAY_WRITE = ["authenticated", "service_role", "postgres"]
PAIRS = list(itertools.product(STATES, ASKED))

Road = Callable[[psycopg.Connection, str, str | None], int]


def by_function(connection: psycopg.Connection, job: str, status: str | None) -> int:
    answer = connection.execute("select public.transition_job_status(%s, %s)", [job, status]).fetchone()
    assert answer in [(True,), (False,)]
    return int(answer == (True,))


def by_update(connection: psycopg.Connection, job: str, status: str | None) -> int:
    return connection.execute(
        "update public.generation_jobs set status = %s where id = %s", [status, job]
    ).rowcount


def by_upsert(connection: psycopg.Connection, job: str, status: str | None) -> int:
    """As PostgREST writes `resolution=merge-duplicates`: every given column is set from the new row."""
    return connection.execute(
        "insert into public.generation_jobs (id, user_id, project_id, mode, status)"
        " select id, user_id, project_id, mode, %s from public.generation_jobs where id = %s"
        " on conflict (id) do update set user_id = excluded.user_id, project_id = excluded.project_id,"
        " mode = excluded.mode, status = excluded.status",
        [status, job],
    ).rowcount


def by_merge(connection: psycopg.Connection, job: str, status: str | None) -> int:
    return connection.execute(
        "merge into public.generation_jobs as job using (values (%s::uuid, %s)) as asked (id, status)"
        " on job.id = asked.id when matched then update set status = asked.status",
        [job, status],
    ).rowcount


WRITES: list[Road] = [by_update, by_upsert, by_merge]
ROADS: list[Road] = [by_function, *WRITES]


def status_of(connection: psycopg.Connection, job: str) -> str:
    row = connection.execute("select status from public.generation_jobs where id = %s", [job]).fetchone()
    assert row
    return str(row[0])


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_the_function_moves_what_python_allows(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    for old, new in PAIRS:
        job = add_job(owner, cast.ana.id, cast.ana.project, old)
        with acting(owner, role, cast.ana.id):
            moved = by_function(owner, job, new)
        allowed = check_move(old, str(new)).allowed
        assert (moved, status_of(owner, job)) == ((1, new) if allowed else (0, old)), (old, new)


@pytest.mark.parametrize("road", WRITES)
@pytest.mark.parametrize("role", MAY_WRITE)
def test_a_write_moves_what_python_allows(
    owner: psycopg.Connection, cast: Cast, role: str, road: Road
) -> None:
    for old, new in PAIRS:
        job = add_job(owner, cast.ana.id, cast.ana.project, old)
        if new == old or check_move(old, str(new)).allowed:
            with acting(owner, role, cast.ana.id):
                assert road(owner, job, new) == 1, (old, new)
            assert status_of(owner, job) == new
            continue
        code = "PT409" if new in STATES else "23502" if new is None else "23514"
        with refusal(code), acting(owner, role, cast.ana.id):
            road(owner, job, new)
        assert status_of(owner, job) == old, (old, new)


@pytest.mark.parametrize("road", WRITES)
def test_without_the_trigger_every_write_goes_through(
    owner: psycopg.Connection, cast: Cast, road: Road
) -> None:
    owner.execute("drop trigger refuse_move on public.generation_jobs")
    for old, new in itertools.permutations(STATES, 2):
        job = add_job(owner, cast.ana.id, cast.ana.project, old)
        with acting(owner, "authenticated", cast.ana.id):
            assert road(owner, job, new) == 1


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize(("old", "new"), [("queued", "running"), ("running", "succeeded")])
def test_nobody_moves_anothers_job(
    owner: psycopg.Connection, cast: Cast, old: str, new: str, road: Road
) -> None:
    job = cast.bob.jobs[old]
    for caller in (cast.ana.id, None):
        with acting(owner, "authenticated", caller):
            assert road(owner, job, new) == 0
    with refusal("42501"), acting(owner, "anon"):
        road(owner, job, new)
    assert status_of(owner, job) == old


def test_nobody_upserts_onto_anothers_job(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.bob.jobs["queued"]
    with refusal("42501"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(
            "insert into public.generation_jobs (id, user_id, project_id, mode, status)"
            " values (%s, %s, %s, 'lifestyle', 'running')"
            " on conflict (id) do update set status = excluded.status",
            [job, cast.ana.id, cast.ana.project],
        )
    assert status_of(owner, job) == "queued"


def test_the_function_names_its_caller_itself(owner: psycopg.Connection, cast: Cast) -> None:
    """Also where row level security is off, only the service role moves others' jobs."""
    owner.execute("alter table public.generation_jobs disable row level security")
    for role, caller in (("authenticated", cast.ana.id), ("authenticated", None), ("postgres", None)):
        with acting(owner, role, caller):
            assert by_function(owner, cast.bob.jobs["queued"], "running") == 0
    with acting(owner, "service_role"):
        assert by_function(owner, cast.bob.jobs["queued"], "running") == 1


@pytest.mark.parametrize("missing", [None, "00000000-0000-4000-8000-000000000000"])
def test_no_such_job_is_false(owner: psycopg.Connection, cast: Cast, missing: str | None) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        moved = owner.execute("select public.transition_job_status(%s, 'running')", [missing]).fetchone()
    assert moved == (False,)


def test_one_forbidden_row_stops_a_bulk_move(owner: psycopg.Connection, cast: Cast) -> None:
    with refusal("PT409"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(
            "update public.generation_jobs set status = 'running' where user_id = %s", [cast.ana.id]
        )
    assert {status: status_of(owner, job) for status, job in cast.ana.jobs.items()} == {
        status: status for status in STATES
    }


def test_the_rule_judges_what_is_really_written(owner: psycopg.Connection, cast: Cast) -> None:
    """A trigger of somebody's own that changes the status on the way does not slip through."""
    owner.execute(
        "create function public.meddle() returns trigger language plpgsql set search_path = '' as"
        " $$ begin new.status = 'succeeded'; return new; end $$"
    )
    owner.execute(
        "create trigger zz_meddle before update on public.generation_jobs"
        " for each row execute function public.meddle()"
    )
    with refusal("PT409"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(
            "update public.generation_jobs set error = 'x' where id = %s", [cast.ana.jobs["queued"]]
        )


def test_a_refusal_says_what_to_do_in_one_plain_line(owner: psycopg.Connection, cast: Cast) -> None:
    """The message becomes the reason phrase of an HTTP answer, where a line break or an accent does harm."""
    for old in STATES:
        job = add_job(owner, cast.ana.id, cast.ana.project, old)
        with pytest.raises(psycopg.Error) as met, acting(owner, "authenticated", cast.ana.id):
            by_update(owner, job, "queued" if old != "queued" else "failed")
        diag = met.value.diag
        message, detail, hint = diag.message_primary, diag.message_detail, diag.message_hint
        assert message
        assert message.isascii()
        assert message.isprintable()
        assert detail
        assert job in detail
        assert hint
        assert any(word in hint for word in ("can only become", "create a new job"))
