"""A repair leaves nothing of its own behind, and takes nothing from those who built on the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations import catalogue
from genjobs.migrations.repair.steps import temporary_name
from genjobs.migrations.schema import Key
from tests.clusters import MIGRATED, Cluster, Database
from tests.sql.people import introduce


@pytest.fixture
def house(cluster: Cluster) -> Iterator[Database]:
    with cluster.copy_of(MIGRATED) as made:
        with made.connect() as connection:
            introduce(connection)
        yield made


def own(database: Database, *statements: str) -> None:
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement.encode())


def traces(database: Database) -> list[str]:
    with database.connect() as connection:
        return [str(one.key) for one in catalogue.read(connection) if one.key.part.startswith("repair_")]


def test_a_constraint_that_rows_violate_does_not_stay_half_added(house: Database) -> None:
    """It would refuse each change of these rows, which may be readable and movable only."""
    move = "update public.generation_jobs set status = 'running' where status = 'queued'"
    own(
        house,
        "alter table public.generation_jobs alter column mode drop not null",
        "set session_replication_role = replica",
        "update public.generation_jobs set mode = null",
    )
    [left] = migrations.repair(house.postgres_dsn)
    assert str(left.difference) == "column mode of public.generation_jobs"
    assert traces(house) == []
    own(house, "set session_replication_role = replica", move)


def test_an_index_that_cannot_take_its_place_does_not_stay(house: Database) -> None:
    own(
        house,
        "alter table public.budgets drop constraint budgets_pkey",
        "alter table public.budgets add constraint budgets_pkey primary key (id) include (user_id)",
        "create table public.notes (budget_id uuid references public.budgets)",
    )
    [left] = migrations.repair(house.postgres_dsn)
    assert str(left.difference) == "constraint budgets_pkey of public.budgets"
    assert traces(house) == []


def test_what_a_killed_repair_has_left_is_cleared_by_the_next(house: Database) -> None:
    names = [temporary_name(Key("index", "public.generation_jobs", part)) for part in ("one", "two")]
    own(
        house,
        f"create index {names[0]} on public.generation_jobs (mode, cost_cents)",
        f"alter table public.assets add constraint {names[1]} check (kind <> 'x') not valid",
    )
    assert len(traces(house)) == 2
    assert migrations.repair(house.postgres_dsn) == []
    assert traces(house) == []


RIGHTS = """
select acl.privilege_type, acl.is_grantable, held.name
from (
    select relacl, oid::regclass::text from pg_class
    union all select attacl, attrelid::regclass || '.' || attname from pg_attribute
    union all select proacl, oid::regprocedure::text from pg_proc
) as held (list, name)
cross join aclexplode(held.list) as acl
where acl.grantee = 'reports'::regrole
order by 1, 2, 3
"""
GRANTED = {
    "select on public.generation_job_summary": "alter view public.generation_job_summary"
    " rename column job_count to jobs",
    "select (status, user_id) on public.generation_job_summary": "alter view public.generation_job_summary"
    " rename column job_count to jobs",
    "select, update on genjobs.cost_totals": "alter table genjobs.cost_totals"
    " alter column cents drop not null",
    "execute on function genjobs.listed(genjobs.amounts)": "alter type genjobs.amounts"
    " drop attribute excluded_jobs cascade",
}


def rights(database: Database) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(RIGHTS).fetchall()


@pytest.mark.parametrize("right", GRANTED)
@pytest.mark.parametrize("option", ["", " with grant option"])
def test_rights_of_the_projects_own_roles_outlast_what_must_be_made_anew(
    house: Database, right: str, option: str
) -> None:
    own(house, "drop role if exists reports", "create role reports", f"grant {right} to reports{option}")
    try:
        before = rights(house)
        assert before
        own(house, GRANTED[right])
        assert migrations.repair(house.postgres_dsn) == []
        assert rights(house) == before
    finally:
        own(house, "drop owned by reports", "drop role reports")
