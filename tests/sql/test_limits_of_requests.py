"""Limits on what a caller may request, and that the computed view cannot be written."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.functions import without
from tests.sql.people import Cast, acting, refusal

RANGE = "p_from => '2026-01-01', p_to => '2026-02-01'"
READINGS = [
    "get_cost_series",
    "get_cost_totals",
    "get_cost_heatmap",
    "get_cost_percentiles",
    "get_top_costs",
    "get_cost_ranking",
    "get_cost_page",
    "get_cost_recount",
]
MANY = {
    "p_modes": "array(select n::text from generate_series(1, {}) as n)",
    "p_statuses": "array(select n::text from generate_series(1, {}) as n)",
    "p_project_ids": "array(select gen_random_uuid() from generate_series(1, {}) as n)",
    "p_user_ids": "array(select gen_random_uuid() from generate_series(1, {}) as n)",
}


def read(connection: psycopg.Connection, reading: str, name: str, number: int) -> None:
    values = MANY[name].format(number)
    connection.execute(f"select public.{reading}({RANGE}, {name} => {values})".encode())


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("reading", READINGS)
def test_a_filter_of_more_than_1000_values_is_refused(
    owner: psycopg.Connection, cast: Cast, reading: str, name: str
) -> None:
    if (reading, name) == ("get_cost_recount", "p_user_ids"):
        return
    with acting(owner, "authenticated", cast.ana.id):
        read(owner, reading, name, 1000)
    with refusal("22023"), acting(owner, "authenticated", cast.ana.id):
        read(owner, reading, name, 1001)

    without(owner, "genjobs.checked_filters", "given.number > 1000", "false")
    with acting(owner, "authenticated", cast.ana.id):
        read(owner, reading, name, 1001)


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
@pytest.mark.parametrize(
    "write",
    [
        "insert into public.generation_job_summary (status) values ('queued')",
        "update public.generation_job_summary set job_count = 0",
        "delete from public.generation_job_summary",
    ],
)
def test_nobody_writes_to_the_summary(owner: psycopg.Connection, cast: Cast, role: str, write: str) -> None:
    with refusal("42501"), acting(owner, role, cast.ana.id):
        owner.execute(write.encode())

    owner.execute("drop trigger refuse_summary_write on public.generation_job_summary")
    with refusal("55000"), acting(owner, role, cast.ana.id):
        owner.execute(write.encode())
