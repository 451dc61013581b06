"""After damage to what records or adds up, totals are reported as incomplete until they are rebuilt."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations.repair import Repair
from genjobs.migrations.repair.derived import CACHES, DERIVED, LOG, Derived
from genjobs.migrations.repair.plan import Plan
from genjobs.migrations.schema import Difference, Key, Kind
from tests.clusters import MIGRATED, Cluster, Database
from tests.sql.histories import differences
from tests.sql.people import Cast, acting, add_job, introduce, refusal

EXPECTED = migrations.expected_schema()
DERIVED_BY = Derived(EXPECTED)


@pytest.fixture
def house(cluster: Cluster) -> Iterator[Database]:
    with cluster.copy_of(MIGRATED) as made:
        yield made


@pytest.fixture
def owner(house: Database) -> Iterator[psycopg.Connection]:
    with house.connect() as connection:
        yield connection


@pytest.fixture
def cast(owner: psycopg.Connection) -> Cast:
    return introduce(owner)


def complete(connection: psycopg.Connection) -> bool:
    row = connection.execute("select complete from genjobs.fold_state").fetchone()
    return bool(row and row[0])


def mend(connection: psycopg.Connection) -> None:
    assert Repair(connection, EXPECTED, lambda step: None).run() == []


INSERT = "insert into public.generation_jobs (user_id, project_id, mode, cost_cents)"
PAST_THE_LOG = {
    "a creation": (
        "record_creation",
        "record_new_jobs",
        f"{INSERT} select user_id, id, 'x', 5 from public.projects",
    ),
    "a change": (
        "record_change",
        "record_change",
        "update public.generation_jobs set cost_cents = 7 where status = 'queued'",
    ),
    "a deletion": (
        "record_deletion",
        "record_deleted_jobs",
        "delete from public.generation_jobs where status = 'failed'",
    ),
    "a truncation": ("record_truncation", "record_truncation", "truncate public.generation_jobs"),
}


@pytest.mark.parametrize("how", ["drop trigger {} on", "alter table {table} disable trigger {}", "gut"])
@pytest.mark.parametrize("deed", PAST_THE_LOG)
def test_what_happened_past_the_log_is_found_before_totals_are_complete_again(
    house: Database, owner: psycopg.Connection, cast: Cast, deed: str, how: str
) -> None:
    name, function, statement = PAST_THE_LOG[deed]
    if how == "gut":
        owner.execute(
            f"create or replace function genjobs.{function}() returns trigger language plpgsql"
            " set search_path = '' as 'begin return null; end'".encode()
        )
    else:
        damage = how.format(name, table="public.generation_jobs")
        owner.execute((damage if "table" in damage else f"{damage} public.generation_jobs").encode())
    owner.execute(statement.encode())

    mend(owner)
    assert not complete(owner)

    migrations.apply(house.postgres_dsn)
    assert complete(owner)
    assert differences(owner) == []


def test_the_mark_is_made_in_the_transaction_that_brings_the_trigger_back() -> None:
    key = Key("trigger", "public.generation_jobs", "record_creation")
    lost = Difference(key, Kind.MISSING, True, EXPECTED[key], None)
    [step] = DERIVED_BY.with_consequences(lost, Plan(EXPECTED, {}).steps(lost))
    assert step.together
    assert "record_creation" in step.statements[0]
    assert "complete = false" in step.statements[-1]


def test_a_trigger_that_records_nothing_leaves_the_totals_alone(
    owner: psycopg.Connection, cast: Cast
) -> None:
    owner.execute("drop trigger refuse_negative_cost on public.generation_jobs")
    mend(owner)
    assert complete(owner)


@pytest.mark.parametrize(
    "damage",
    [
        "drop function genjobs.fold_between;"
        " create function genjobs.fold_between(xid8, bigint, xid8, bigint, boolean) returns void"
        " language sql set search_path = '' as 'update genjobs.cost_totals set mode = mode'",
        "drop table genjobs.cost_totals",
        "drop table genjobs.fold_state",
        "delete from genjobs.fold_state",
        "delete from genjobs.back_fill_state",
        "alter table genjobs.cost_totals drop column cents",
        "alter table genjobs.cost_totals alter column jobs type bigint[]",
    ],
)
def test_totals_that_were_not_added_up_are_added_up_anew(
    house: Database, owner: psycopg.Connection, cast: Cast, damage: str
) -> None:
    owner.execute("select genjobs.fold(), genjobs.fold(1000, 20, true)")
    owner.execute(damage.encode())
    add_job(owner, cast.ana.id, cast.ana.project, cost_cents=31)
    if "fold_between" in damage:
        owner.execute("select genjobs.fold(), genjobs.fold(1000, 20, true)")

    assert migrations.repair(house.postgres_dsn) == []

    assert complete(owner)
    assert differences(owner) == []
    assert traces(owner, cast.bob.id) > 4


def test_who_went_unnoticed_is_forgotten(house: Database, owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("select genjobs.fold()")
    with psycopg.connect(house.admin_dsn) as admin:
        admin.execute("drop trigger zz_erase_generation_job_totals on auth.users")
        admin.execute("delete from auth.users where id = %s", [cast.ana.id])
    assert traces(owner, cast.ana.id)

    assert migrations.repair(house.postgres_dsn) == []

    owner.execute("select genjobs.fold()")
    assert traces(owner, cast.ana.id) == 0
    assert traces(owner, cast.bob.id) > 0


def traces(connection: psycopg.Connection, user_id: str) -> int:
    row = connection.execute(
        "select (select count(*) from public.generation_job_events where user_id = %(user)s)"
        " + (select count(*) from genjobs.cost_totals where user_id = %(user)s)",
        {"user": user_id},
    ).fetchone()
    assert row
    return int(row[0])


def test_a_limit_that_was_made_past_its_trigger_binds(
    house: Database, owner: psycopg.Connection, cast: Cast
) -> None:
    """The project was noted as one without a limit; the note is gone when the trigger is back."""
    owner.execute("drop trigger limit_projects on public.budgets")
    owner.execute(
        "insert into public.budgets (user_id, monthly_cents, is_hard) values (%s, 500, true)", [cast.ana.id]
    )
    add_job(owner, cast.ana.id, cast.ana.project, cost_cents=600)

    assert migrations.repair(house.postgres_dsn) == []

    with refusal("PT402"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(f"{INSERT} values (%s, %s, 'x', 1)".encode(), [cast.ana.id, cast.ana.project])


def test_every_name_is_one_of_the_schema() -> None:
    assert {LOG, *DERIVED} <= {key.object for key in EXPECTED if key.kind == "table"}
    assert DERIVED_BY.writers(LOG)
    assert all(DERIVED_BY.writers(cache) for cache in CACHES)
