"""What the database answers about its setup is true, for every signed-in caller."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from genjobs import migrations
from tests.sql.people import Cast, acting

FACTS = {
    "server_version", "schema_version", "migrations", "table_exists", "columns", "rls_enabled", "indexes",
    "policies", "functions", "open_functions", "view", "triggers",
}  # fmt: skip


def setup(
    connection: psycopg.Connection, role: str = "authenticated", user: str | None = None
) -> dict[str, Any]:
    with acting(connection, role, user):
        row = connection.execute("select public.get_console_setup()").fetchone()
    assert row
    facts: dict[str, Any] = row[0]
    assert set(facts) == FACTS
    return facts


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_a_migrated_database(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    facts = setup(owner, role, cast.ana.id)
    versions = [migration.version for migration in migrations.available()]
    assert facts["migrations"] == versions
    assert facts["schema_version"] == versions[-1]
    assert facts["table_exists"] is True
    assert facts["rls_enabled"] is True
    assert facts["view"] == {"exists": True, "security_invoker": True}
    assert len(facts["columns"]) == 10
    assert facts["columns"][3] == {
        "name": "status", "type": "text", "nullable": False, "default": "'queued'::text",
    }  # fmt: skip
    assert {policy["command"] for policy in facts["policies"]} == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert all(policy["roles"] == ["authenticated"] for policy in facts["policies"])
    assert all("auth.uid()" in (policy["using"] or policy["check"]) for policy in facts["policies"])
    assert sum(index["name"].startswith("idx_generation_jobs_") for index in facts["indexes"]) >= 6
    assert {trigger["name"] for trigger in facts["triggers"]} >= {
        "update_generation_jobs_updated_at", "refuse_move", "0_check_new_job",
    }  # fmt: skip
    assert (facts["server_version"],) == owner.execute("show server_version").fetchone()


def test_the_functions_and_how_safe_they_are(owner: psycopg.Connection) -> None:
    functions = {function["name"]: function for function in setup(owner)["functions"]}
    assert functions["transition_job_status"] == {
        "name": "transition_job_status",
        "arguments": "p_job_id uuid, p_new_status text, p_error text DEFAULT NULL::text",
        "security_definer": False,
        "search_path": "pg_catalog, pg_temp",
        "anon_may_execute": False,
    }
    owner.execute("alter function public.get_recent_jobs(integer) security definer")
    owner.execute("alter function public.get_recent_jobs(integer) reset search_path")
    owner.execute("grant execute on function public.get_recent_jobs(integer) to anon")
    weakened = {function["name"]: function for function in setup(owner)["functions"]}["get_recent_jobs"]
    assert weakened | {"security_definer": True, "search_path": None, "anon_may_execute": True} == weakened


def test_each_thing_taken_away_shows(owner: psycopg.Connection) -> None:
    owner.execute("alter table public.generation_jobs disable row level security")
    owner.execute("alter view public.generation_job_summary reset (security_invoker)")
    owner.execute('drop policy "Users can view own generation jobs" on public.generation_jobs')
    owner.execute("drop index public.idx_generation_jobs_status")
    owner.execute("alter table public.generation_jobs disable trigger refuse_move")
    owner.execute("delete from genjobs.schema_versions where version > '20261127130500'")
    facts = setup(owner)
    assert facts["rls_enabled"] is False
    assert facts["view"] == {"exists": True, "security_invoker": False}
    assert len(facts["policies"]) == 3
    assert "idx_generation_jobs_status" not in {index["name"] for index in facts["indexes"]}
    assert "refuse_move" not in {trigger["name"] for trigger in facts["triggers"]}
    assert facts["schema_version"] == "20261127130500"


def test_it_answers_without_the_table_too(owner: psycopg.Connection) -> None:
    owner.execute("drop table public.generation_jobs cascade")
    facts = setup(owner)
    assert facts["table_exists"] is False
    assert facts["rls_enabled"] is False
    assert facts["view"] == {"exists": False, "security_invoker": False}
    assert [facts[name] for name in ("columns", "indexes", "policies", "triggers")] == [[], [], [], []]


@pytest.mark.parametrize("setting", ["true", "on", "1", "yes"])
def test_every_spelling_of_the_views_option_counts(owner: psycopg.Connection, setting: str) -> None:
    owner.execute(f"alter view public.generation_job_summary set (security_invoker = '{setting}')".encode())
    assert setup(owner)["view"]["security_invoker"] is True
