"""Differences from the schema, as the API reports them to a signed-in person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from genjobs import migrations
from genjobs.data.transport.client import without_user
from genjobs.data.transport.translation import mapped
from genjobs.domain.errors import Forbidden, NotSignedIn, UnexpectedError
from genjobs.local.stack import StackInfo
from genjobs.migrations.schema import Difference, digest
from genjobs.setup import reading
from tests.data.people import Person, newcomer, owner
from tests.stacks import running_stack

EXPECTED = migrations.expected_schema()
DAMAGE = [
    "drop trigger refuse_move on public.generation_jobs",
    "alter table public.generation_jobs disable trigger record_creation",
    "drop policy \"Users can view own budgets\" on public.budgets",
    "create policy everybody on public.projects using (true)",
    "grant select on genjobs.cost_totals to authenticated",
    "revoke update on public.projects from authenticated",
    "alter table public.assets disable row level security",
    "drop index public.idx_generation_jobs_status",
    "alter table public.budgets drop constraint budgets_one_each",
    "alter function genjobs.fold(integer, integer, boolean) security invoker",
    "alter table public.generation_jobs alter column cost_cents drop default",
    "create index mine on public.generation_jobs (mode)",
    "create function public.get_recent_jobs(p_kind text) returns int language sql as 'select 1'",
    "create function genjobs.mine() returns int language sql as 'select 1'",
    "alter view public.generation_job_summary reset (security_invoker)",
    "alter table public.assets alter column mime_type type varchar(80)",
    "comment on table public.budgets is 'changed'",
    "create view public.everything as select * from public.generation_jobs;"
    " grant select on public.everything to anon",
    "create function public.count_all() returns bigint language sql security definer"
    " as 'select count(*) from public.generation_jobs'",
    "create or replace function public.get_totals_health() returns json language sql"
    " as $$select '{\"a\": 1}'::json$$",
]  # fmt: skip


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """A stack whose schema was damaged in many ways, with somebody else's table in it."""
    with running_stack(tmp_path_factory.mktemp("damaged")) as info:
        with owner(info) as connection:
            for statement in DAMAGE:
                connection.execute(statement.encode())
            connection.execute("create table public.customers (id int primary key, secret text)")
            connection.execute("create policy everybody on public.customers using (true)")
        yield info


@pytest.fixture(scope="module")
def eve(damaged: StackInfo) -> Person:
    return newcomer(damaged)


def named(differences: list[Difference]) -> set[tuple[str, str, bool]]:
    return {(str(one), one.kind.value, one.fails) for one in differences}


def asked(person: Person, known: list[list[str]]) -> list[list[Any]]:
    answer: Any = person.client.rpc("get_schema_digests", {"p_known": known}).execute().data
    return list(answer)


def test_a_sound_database_has_none(stack: StackInfo, ana: Person) -> None:
    assert reading.differences(ana.client, EXPECTED) == []


def test_the_same_differences_show_as_in_the_catalogue(damaged: StackInfo, eve: Person) -> None:
    direct = migrations.differences(damaged.database_url)
    assert len(direct) == len(DAMAGE)
    assert named(reading.differences(eve.client, EXPECTED)) == named(direct)


def test_nothing_is_told_but_names_and_digests(damaged: StackInfo, eve: Person) -> None:
    told = asked(eve, [[key.kind, key.object, key.part] for key in EXPECTED])
    assert len(told) > len(EXPECTED) - 10
    assert all(len(row) == 5 and re.fullmatch("[0-9a-f]{32}", row[3]) for row in told)


def test_other_peoples_tables_are_not_told(damaged: StackInfo, eve: Person) -> None:
    """Neither unasked, nor what belongs to one that the caller may not use."""
    assert not [row for row in asked(eve, []) if "customers" in row[1]]
    assert [row[:3] for row in asked(eve, [["table", "public.customers", ""]]) if "customers" in row[1]] == [
        ["table", "public.customers", ""]
    ]


def test_only_who_is_signed_in_is_told(damaged: StackInfo, eve: Person) -> None:
    with pytest.raises((Forbidden, NotSignedIn)), mapped("ask"):
        without_user(eve.client).rpc("get_schema_digests", {"p_known": []}).execute()


def test_an_answer_of_another_shape_is_an_error_that_says_so(damaged: StackInfo, eve: Person) -> None:
    with pytest.raises(UnexpectedError, match="look at the totals: the function's answer has another shape"):
        reading.read_totals(eve.client)


def test_where_the_function_itself_is_gone_it_is_what_is_missing(tmp_path: Any) -> None:
    with running_stack(tmp_path) as info:
        eve = newcomer(info)
        with owner(info) as connection:
            connection.execute("drop function public.get_schema_digests(jsonb)")
        while not (differences := reading.differences(eve.client, EXPECTED)):
            pass
        assert [str(one) for one in differences] == ["function public.get_schema_digests(jsonb)"]


def test_a_function_that_lies_is_seen_by_the_catalogue(damaged: StackInfo, eve: Person) -> None:
    """Why `genjobs migrate` and `verify --database-url` run the queries of their own files."""
    lie = [[key.kind, key.object, key.part, digest(text), False] for key, text in EXPECTED.items()]
    with owner(damaged) as connection:
        connection.execute("create table public.lie (told json)")
        connection.execute("insert into public.lie values (%s)", [json.dumps(lie)])
        connection.execute("grant select on public.lie to authenticated")
        connection.execute(
            "create or replace function public.get_schema_digests(p_known jsonb) returns json language sql"
            " as 'select told from public.lie'"
        )
    assert reading.differences(eve.client, EXPECTED) == []
    named_now = {str(one) for one in migrations.differences(damaged.database_url)}
    assert {"function public.get_schema_digests(jsonb)", "policy everybody of public.projects"} <= named_now
