"""A job starts as queued however it is inserted; only the tables' owner has the exception for demo data."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.sql.functions import without
from tests.sql.people import Cast, acting, new_id, refusal

Road = Callable[[psycopg.Connection, str, str, str], None]
COLUMNS = "insert into public.generation_jobs (id, user_id, project_id, mode, status)"


def by_insert(connection: psycopg.Connection, user: str, project: str, status: str) -> None:
    connection.execute(f"{COLUMNS} values (%s, %s, %s, 'x', %s)".encode(), [new_id(), user, project, status])


def by_upsert(connection: psycopg.Connection, user: str, project: str, status: str) -> None:
    connection.execute(
        f"{COLUMNS} values (%s, %s, %s, 'x', %s) on conflict (id) do update set status = 'running'".encode(),
        [new_id(), user, project, status],
    )


def by_merge(connection: psycopg.Connection, user: str, project: str, status: str) -> None:
    connection.execute(
        "merge into public.generation_jobs as job"
        " using (values (%s::uuid)) as asked (id) on job.id = asked.id"
        " when not matched then insert (id, user_id, project_id, mode, status)"
        " values (asked.id, %s, %s, 'x', %s)",
        [new_id(), user, project, status],
    )


def by_copy(connection: psycopg.Connection, user: str, project: str, status: str) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("copy public.generation_jobs (user_id, project_id, mode, status) from stdin") as copy,
    ):
        copy.write_row([user, project, "x", status])


ROADS: list[Road] = [by_insert, by_upsert, by_merge, by_copy]


@pytest.mark.parametrize(
    ("role", "road"),
    [
        (role, road)
        for role in ("authenticated", "service_role", "postgres")
        for road in ROADS
        if (role, road) != ("authenticated", by_copy)
    ],
)
def test_every_road_in_starts_queued(owner: psycopg.Connection, cast: Cast, road: Road, role: str) -> None:
    for status in ("running", "succeeded", "failed", "lost"):
        with refusal("23514"), acting(owner, role, cast.ana.id):
            road(owner, cast.ana.id, cast.ana.project, status)
    with acting(owner, role, cast.ana.id):
        road(owner, cast.ana.id, cast.ana.project, "queued")

    without(owner, "genjobs.check_new_job", "perform genjobs.refuse_start(new)", "null")
    with acting(owner, role, cast.ana.id):
        road(owner, cast.ana.id, cast.ana.project, "succeeded")


def test_copy_is_closed_to_users_by_row_level_security(owner: psycopg.Connection, cast: Cast) -> None:
    with refusal("0A000"), acting(owner, "authenticated", cast.ana.id):
        by_copy(owner, cast.ana.id, cast.ana.project, "queued")


def test_the_owner_may_load_demo_data(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("set local genjobs.loading = 'on'")
    by_insert(owner, cast.ana.id, cast.ana.project, "succeeded")


@pytest.mark.parametrize("setting", ["off", "", "true"])
def test_only_the_exact_word_opens_it(owner: psycopg.Connection, cast: Cast, setting: str) -> None:
    owner.execute("select set_config('genjobs.loading', %s, true)", [setting])
    with refusal("23514"), owner.transaction():
        by_insert(owner, cast.ana.id, cast.ana.project, "succeeded")


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_no_role_of_the_api_may_load(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    with refusal("23514"), acting(owner, role, cast.ana.id):
        owner.execute("select set_config('genjobs.loading', 'on', true)")
        by_insert(owner, cast.ana.id, cast.ana.project, "succeeded")

    owner.execute(f"grant create on schema public to {role}".encode())
    owner.execute(f"alter table public.generation_jobs owner to {role}".encode())
    owner.execute("alter table public.generation_jobs disable row level security")
    with acting(owner, role, cast.ana.id):
        owner.execute("select set_config('genjobs.loading', 'on', true)")
        by_insert(owner, cast.ana.id, cast.ana.project, "succeeded")


def test_loading_lifts_no_other_rule(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("set local genjobs.loading = 'on'")
    with refusal("23503"), owner.transaction():
        by_insert(owner, cast.ana.id, cast.bob.project, "succeeded")
    with refusal("PT409"), owner.transaction():
        owner.execute(
            "update public.generation_jobs set status = 'queued' where id = %s", [cast.ana.jobs["failed"]]
        )
    with refusal("23514"), owner.transaction():
        owner.execute(
            "update public.generation_jobs set cost_cents = -1 where id = %s", [cast.ana.jobs["failed"]]
        )
