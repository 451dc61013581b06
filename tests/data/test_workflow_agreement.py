"""The workflow in Python and in the database agree, pair by pair, by every way to write over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from uuid import uuid4

import psycopg
import pytest
from postgrest import SyncSelectRequestBuilder
from postgrest.exceptions import APIError
from supabase import Client

from genjobs.domain.rows import Project
from genjobs.domain.workflow import Status, check_move
from genjobs.local.stack import StackInfo
from tests.data.people import Person, owner, service

UNKNOWN = "archived"
PAIRS = list(product(Status, [*Status, UNKNOWN]))
TABLE = "generation_jobs"
Row = dict[str, str]


@pytest.fixture(scope="module")
def tables(stack: StackInfo) -> Iterator[psycopg.Connection]:
    with owner(stack) as connection:
        yield connection


@pytest.fixture(scope="module")
def project(tables: psycopg.Connection, cast: tuple[Person, Person]) -> Project:
    return cast[0].project()


@pytest.fixture
def row(cast: tuple[Person, Person], project: Project) -> Row:
    """What a new job of Ana's needs, but for its status."""
    return {
        "id": str(uuid4()),
        "user_id": cast[0].user_id,
        "project_id": project.id,
        "mode": "lifestyle",
    }


@pytest.fixture(params=["authenticated", "service_role"])
def caller(request: pytest.FixtureRequest, stack: StackInfo, cast: tuple[Person, Person]) -> Client:
    return cast[0].client if request.param == "authenticated" else service(stack)


def put(tables: psycopg.Connection, row: Row, status: str) -> None:
    with tables.transaction():
        tables.execute("set local genjobs.loading = 'on'")
        tables.execute(
            "insert into public.generation_jobs (id, user_id, project_id, mode, status)"
            " values (%(id)s, %(user_id)s, %(project_id)s, %(mode)s, %(status)s)",
            row | {"status": status},
        )


def status_of(tables: psycopg.Connection, row: Row) -> str:
    found = tables.execute("select status from public.generation_jobs where id = %(id)s", row).fetchone()
    return found[0] if found else "none"


def accepted(request: SyncSelectRequestBuilder) -> bool:
    try:
        return bool(request.execute().data)
    except APIError as error:
        if error.code not in ("PT409", "23514"):
            raise
        return False


def update(client: Client, row: Row, status: str) -> SyncSelectRequestBuilder:
    return client.table(TABLE).update({"status": status}).eq("id", row["id"])


def upsert(client: Client, row: Row, status: str) -> SyncSelectRequestBuilder:
    return client.table(TABLE).upsert(row | {"status": status})


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_the_function_moves_a_job_exactly_where_python_allows_it(
    tables: psycopg.Connection, caller: Client, row: Row, old: Status, new: str
) -> None:
    put(tables, row, old)
    allowed = check_move(old, new).allowed
    arguments = {"p_job_id": row["id"], "p_new_status": new}
    assert caller.rpc("transition_job_status", arguments).execute().data is allowed
    assert status_of(tables, row) == (new if allowed else old)


@pytest.mark.parametrize("road", [update, upsert])
@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_plain_write_passes_exactly_where_python_allows_the_move_or_there_is_none(
    tables: psycopg.Connection,
    caller: Client,
    row: Row,
    road: Callable[[Client, Row, str], SyncSelectRequestBuilder],
    old: Status,
    new: str,
) -> None:
    put(tables, row, old)
    allowed = check_move(old, new).allowed or old == new
    assert accepted(road(caller, row, new)) is allowed
    assert status_of(tables, row) == (new if allowed else old)


@pytest.mark.parametrize("road", ["insert", "upsert"])
@pytest.mark.parametrize("new", [*Status, UNKNOWN])
def test_a_new_job_is_queued_whoever_inserts_it(
    tables: psycopg.Connection, caller: Client, row: Row, road: str, new: str
) -> None:
    request = getattr(caller.table(TABLE), road)(row | {"status": new})
    assert accepted(request) is (new == Status.QUEUED)
    assert status_of(tables, row) == ("queued" if new == Status.QUEUED else "none")
