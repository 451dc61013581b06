"""Texts that are too long are refused when written, with the limit named; older longer ones stay."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.people import Cast, Person, acting, new_id, refusal

LIMITS = [
    ("generation_jobs", "mode", 100, "The mode of a job may have at most 100 characters."),
    ("generation_jobs", "error", 100_000, "The error of a job may have at most 100,000 characters."),
    ("projects", "name", 200, "The name of a project may have at most 200 characters."),
    ("assets", "storage_path", 1000, "The storage path of an asset may have at most 1,000 characters."),
]
# Each character takes two bytes: characters are counted.
LETTER = "ä"


def insert(connection: psycopg.Connection, person: Person, table: str, **texts: str) -> str:
    """A row of the person's with these texts; its id."""
    values: dict[str, object] = {"id": new_id(), "user_id": person.id}
    values |= {} if table == "projects" else {"project_id": person.project, "mode": "lifestyle"}
    if table == "projects":
        values |= {"name": "Spring"}
    if table == "assets":
        values |= {"kind": "input", "prompt_version": "1", "prompt_payload": "{}", "storage_path": "a.png"}
    values |= texts
    places = ", ".join(["%s"] * len(values))
    statement = f"insert into public.{table} ({', '.join(values)}) values ({places})"
    connection.execute(statement.encode(), list(values.values()))
    return str(values["id"])


def update(connection: psycopg.Connection, table: str, row: str, column: str, text: str) -> int:
    statement = f"update public.{table} set {column} = %s where id = %s"
    return connection.execute(statement.encode(), [text, row]).rowcount


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
@pytest.mark.parametrize(("table", "column", "most", "message"), LIMITS)
def test_one_character_too_many_is_refused_and_the_limit_is_named(
    owner: psycopg.Connection, cast: Cast, role: str, table: str, column: str, most: int, message: str
) -> None:
    ana = cast.ana
    with acting(owner, role, ana.id):
        row = insert(owner, ana, table, **{column: LETTER * most})
        assert update(owner, table, row, column, "x" * most) == 1
    for write in (
        lambda: insert(owner, ana, table, **{column: LETTER * (most + 1)}),
        lambda: update(owner, table, row, column, LETTER * (most + 1)),
    ):
        with pytest.raises(psycopg.errors.CheckViolation) as met, acting(owner, role, ana.id):
            write()
        said = met.value.diag
        assert (said.message_primary, said.table_name, said.column_name) == (message, table, column)
        assert said.message_hint == f"Give at most {most:,} characters."
        assert said.message_detail == f"The given text has {most + 1:,} characters."


def test_a_move_with_too_long_an_error_is_refused(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["running"]
    with refusal("23514"), acting(owner, "authenticated", cast.ana.id):
        owner.execute("select public.transition_job_status(%s, 'failed', %s)", [job, "x" * 100_001])
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("select public.transition_job_status(%s, 'failed', %s)", [job, "x" * 100_000])


def long_row(connection: psycopg.Connection, person: Person, table: str, column: str, most: int) -> str:
    """A row from before there was a limit."""
    connection.execute(f"alter table public.{table} disable trigger user".encode())
    row = insert(connection, person, table, **{column: LETTER * (most + 1)})
    connection.execute(f"alter table public.{table} enable trigger user".encode())
    return row


@pytest.mark.parametrize(("table", "column", "most", "message"), LIMITS)
def test_longer_ones_of_before_stay_and_change_otherwise(
    owner: psycopg.Connection, cast: Cast, table: str, column: str, most: int, message: str
) -> None:
    row = long_row(owner, cast.ana, table, column, most)
    with acting(owner, "authenticated", cast.ana.id):
        assert update(owner, table, row, "updated_at", "2026-01-01Z") == 1
        assert update(owner, table, row, column, LETTER * (most + 1)) == 1
        if table == "generation_jobs":
            moved = owner.execute("select public.transition_job_status(%s, 'running')", [row]).fetchone()
            assert moved == (True,)
    with refusal("23514"), acting(owner, "authenticated", cast.ana.id):
        update(owner, table, row, column, "x" * (most + 1))
    with acting(owner, "authenticated", cast.ana.id):
        assert update(owner, table, row, column, "short") == 1


@pytest.mark.parametrize("as_it_was", [True, False])
def test_a_deleted_job_may_come_back_as_it_was(
    owner: psycopg.Connection, cast: Cast, as_it_was: bool
) -> None:
    ana = cast.ana
    row = long_row(owner, ana, "generation_jobs", "mode", 100)
    mode = LETTER * 101 if as_it_was else "x" * 101
    with acting(owner, "authenticated", ana.id):
        owner.execute("delete from public.generation_jobs where id = %s", [row])
    if as_it_was:
        insert(owner, ana, "generation_jobs", id=row, mode=mode)
    else:
        with refusal("23514"), acting(owner, "authenticated", ana.id):
            insert(owner, ana, "generation_jobs", id=row, mode=mode)


def test_the_text_of_a_deleted_job_is_allowed_to_no_other(owner: psycopg.Connection, cast: Cast) -> None:
    row = long_row(owner, cast.ana, "generation_jobs", "mode", 100)
    owner.execute("delete from public.generation_jobs where id = %s", [row])
    with refusal("23514"), acting(owner, "authenticated", cast.bob.id):
        insert(owner, cast.bob, "generation_jobs", mode=LETTER * 101)


def test_a_deleted_job_does_not_come_back_with_a_longer_error(owner: psycopg.Connection, cast: Cast) -> None:
    row = insert(owner, cast.ana, "generation_jobs")
    owner.execute("delete from public.generation_jobs where id = %s", [row])
    with refusal("23514"), acting(owner, "authenticated", cast.ana.id):
        insert(owner, cast.ana, "generation_jobs", id=row, error="x" * 100_001)


def test_what_it_was_before_it_was_changed_does_not_count(owner: psycopg.Connection, cast: Cast) -> None:
    row = long_row(owner, cast.ana, "generation_jobs", "mode", 100)
    owner.execute("update public.generation_jobs set status = 'running' where id = %s", [row])
    update(owner, "generation_jobs", row, "mode", "short")
    owner.execute("delete from public.generation_jobs where id = %s", [row])
    with refusal("23514"), acting(owner, "authenticated", cast.ana.id):
        insert(owner, cast.ana, "generation_jobs", id=row, mode=LETTER * 101)


def test_an_upsert_that_finds_a_longer_one_of_before_is_an_update(
    owner: psycopg.Connection, cast: Cast
) -> None:
    row = long_row(owner, cast.ana, "generation_jobs", "mode", 100)
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute(
            "insert into public.generation_jobs (id, user_id, project_id, mode, cost_cents)"
            " select id, user_id, project_id, mode, 5 from public.generation_jobs where id = %s"
            " on conflict (id) do update set mode = excluded.mode, cost_cents = excluded.cost_cents",
            [row],
        )
