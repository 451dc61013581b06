"""A database full of rows that break today's rules loses none of them, and each can still be moved."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from genjobs import migrations
from tests.clusters import BLANK, Cluster, Database
from tests.sql.people import acting, refusal
from tests.sql.schema import bring_back, rows

ANA, BOB = "0a000000-0000-4000-8000-000000000001", "0b000000-0000-4000-8000-000000000002"
BOBS_PROJECT, BOBS_ASSET = "0b100000-0000-4000-8000-000000000002", "0b200000-0000-4000-8000-000000000002"
BREAKING = ["negative", "foreign project", "foreign asset", "everything"]
UPSERT = (
    "insert into public.generation_jobs"
    " (id, user_id, project_id, status, mode, input_asset_id, error, cost_cents)"
    " select id, user_id, project_id, %s, mode, input_asset_id, error, cost_cents"
    " from public.generation_jobs where id = %s"
    " on conflict (id) do update set user_id = excluded.user_id, project_id = excluded.project_id,"
    " status = excluded.status, mode = excluded.mode, input_asset_id = excluded.input_asset_id,"
    " error = excluded.error, cost_cents = excluded.cost_cents"
)


@pytest.fixture(scope="module")
def migrated(server: Cluster) -> Iterator[str]:
    """The name of a database of the older edition with its rows, migrated."""
    with server.copy_of(BLANK) as made:
        with made.connect() as connection:
            for part in ("tables", "functions", "view", "rows"):
                bring_back(connection, part)
        migrations.apply(made.postgres_dsn)
        yield made.name


@pytest.fixture
def old(server: Cluster, migrated: str) -> Iterator[psycopg.Connection]:
    """A copy of that database."""
    with server.copy_of(migrated) as made, made.connect() as connection:
        yield connection


def jobs(connection: psycopg.Connection, note: str, status: str) -> list[str]:
    found = connection.execute(
        "select id::text from public.generation_jobs where error = %s and status = %s", [note, status]
    )
    return [job for (job,) in found]


def test_the_command_lists_what_it_found_and_loses_nothing(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        for part in ("tables", "functions", "view", "rows"):
            bring_back(connection, part)
        before = rows(connection)
        steps: list[str] = []
        migrations.apply(empty_database.postgres_dsn, steps.append)
        assert rows(connection) == before
    assert len(before) == 24
    assert [step for step in steps if step.startswith("  ")] == [
        "  Jobs with a negative cost: 8",
        "  Jobs in another person's project: 8",
        "  Jobs with another person's input asset: 8",
        "  Jobs with an unknown status: 0",
        "  Jobs with a mode of more than 100 characters: 0",
        "  Jobs with an error of more than 100,000 characters: 0",
        "  Projects with a name of more than 200 characters: 0",
        "  Assets with a storage path of more than 1,000 characters: 0",
    ]


def test_old_rows_stay_readable(old: psycopg.Connection) -> None:
    with acting(old, "authenticated", ANA):
        assert old.execute("select * from public.generation_jobs").rowcount == 20
        total = old.execute("select sum(total_cost_cents) from public.get_job_statistics()").fetchone()
        assert total == (4 * (25 - 40 + 5 + 0 - 1),)


@pytest.mark.parametrize("note", BREAKING)
def test_old_rows_stay_movable_on_every_road(old: psycopg.Connection, note: str) -> None:
    [queued], [running] = jobs(old, note, "queued"), jobs(old, note, "running")
    with acting(old, "authenticated", ANA):
        assert old.execute("select public.transition_job_status(%s, 'running')", [queued]).fetchone() == (
            True,
        )
        old.execute(UPSERT, ["succeeded", queued])
        old.execute("update public.generation_jobs set status = 'failed' where id = %s", [running])
        old.execute("update public.generation_jobs set error = 'seen' where id = %s", [running])
    found = old.execute(
        "select status from public.generation_jobs where id = any(%s::uuid[]) order by status",
        [[queued, running]],
    ).fetchall()
    assert found == [("failed",), ("succeeded",)]


@pytest.mark.parametrize("note", BREAKING)
def test_writing_the_same_value_again_is_no_offence(old: psycopg.Connection, note: str) -> None:
    with acting(old, "authenticated", ANA):
        changed = old.execute(
            "update public.generation_jobs set cost_cents = cost_cents, project_id = project_id,"
            " input_asset_id = input_asset_id, user_id = user_id, status = status where error = %s",
            [note],
        )
    assert changed.rowcount == 4


@pytest.mark.parametrize("note", BREAKING)
def test_old_rows_can_be_mended_and_deleted(old: psycopg.Connection, note: str) -> None:
    with acting(old, "authenticated", ANA):
        old.execute(
            "update public.generation_jobs set input_asset_id = null,"
            " cost_cents = case when status in ('queued', 'running') then 0 else cost_cents end,"
            " project_id = '0a100000-0000-4000-8000-000000000001' where error = %s",
            [note],
        )
        assert old.execute("delete from public.generation_jobs where error = %s", [note]).rowcount == 4


def test_a_new_offence_is_refused_on_an_old_offender(old: psycopg.Connection) -> None:
    offences = [
        ("cost_cents", "-41", "23514"),
        ("project_id", BOBS_PROJECT, "23503"),
        ("input_asset_id", BOBS_ASSET, "23503"),
        ("status", "queued", "PT409"),
    ]
    for column, value, code in offences:
        offence = f"update public.generation_jobs set {column} = %s where error = 'negative'"
        with refusal(code), acting(old, "authenticated", ANA):
            old.execute(offence.encode(), [value])


def test_a_foreign_job_goes_with_the_project_it_is_in(old: psycopg.Connection) -> None:
    with acting(old, "authenticated", BOB):
        old.execute("delete from public.projects where id = %s", [BOBS_PROJECT])
    assert jobs(old, "foreign project", "queued") == []


def test_a_foreign_asset_that_is_deleted_leaves_the_job(old: psycopg.Connection) -> None:
    with acting(old, "authenticated", BOB):
        old.execute("delete from public.assets where id = %s", [BOBS_ASSET])
    assert len(jobs(old, "foreign asset", "queued")) == 1


def test_a_check_constraint_would_have_frozen_them(old: psycopg.Connection) -> None:
    """Why the rules are triggers: even one that is not validated is judged again at every update."""
    old.execute("alter table public.generation_jobs add check (cost_cents >= 0) not valid")
    with refusal("23514"), acting(old, "authenticated", ANA):
        old.execute(
            "update public.generation_jobs set status = 'running'"
            " where error = 'negative' and status = 'queued'"
        )
