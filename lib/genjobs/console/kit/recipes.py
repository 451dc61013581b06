"""Each operation of the jobs test as SQL and as a supabase-py call, with the values filled in.

In the Python text, `client` is a supabase client that is signed in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from genjobs.domain.workflow import Status

Value = str | int | None

AS_YOURSELF = "-- As yourself: in Supabase's SQL editor, choose your user as the role to run this with.\n"


@dataclass(frozen=True)
class Recipe:
    """Two texts that do the same."""

    sql: str
    python: str


def list_projects() -> Recipe:
    """The caller's projects by name."""
    return _recipe(
        "select id, name, created_at\nfrom public.projects\norder by name;",
        'client.table("projects").select("id,name,created_at").order("name").execute().data',
    )


def create_project(user_id: str, name: str) -> Recipe:
    """A new project."""
    return _insert("projects", {"user_id": user_id, "name": name})


def create_job(
    user_id: str, project_id: str, mode: str, cost_cents: int | None, input_asset_id: str | None = None
) -> Recipe:
    """A new queued job."""
    return _insert(
        "generation_jobs",
        {
            "user_id": user_id,
            "project_id": project_id,
            "mode": mode,
            "cost_cents": cost_cents,
            "input_asset_id": input_asset_id,
        },
    )


def transition_job(job_id: str, new_status: Status, error: str | None = None) -> Recipe:
    """A move of the workflow; true when the job moved."""
    values = {"p_job_id": job_id, "p_new_status": str(new_status), "p_error": error}
    named = ",\n".join(f"    {name} => {_sql(value)}" for name, value in values.items())
    return _recipe(
        f"select public.transition_job_status(\n{named}\n);",
        f'client.rpc("transition_job_status", {_python(values)}).execute().data',
    )


def get_statistics() -> Recipe:
    """The caller's count and cost by status."""
    return _recipe(
        "select status, count, total_cost_cents, avg_cost_cents\nfrom public.get_job_statistics();",
        'client.rpc("get_job_statistics").execute().data',
    )


def delete_job(job_id: str) -> Recipe:
    """One job."""
    return _recipe(
        f"delete from public.generation_jobs\nwhere id = {_sql(job_id)};",  # noqa: S608 (shown, not run)
        f'client.table("generation_jobs").delete().eq("id", {_literal(job_id)}).execute().data',
    )


def count_old_jobs(before: datetime, statuses: Sequence[Status]) -> Recipe:
    """How many jobs `delete_old_jobs` would delete."""
    return _recipe(
        f"select count(*)\nfrom public.generation_jobs\n{_old_in_sql(before, statuses)};",
        'client.table("generation_jobs").select("id", count="exact", head=True)'
        f"{_old_in_python(before, statuses)}.execute().count",
    )


def delete_old_jobs(before: datetime, statuses: Sequence[Status]) -> Recipe:
    """The jobs of these statuses that were created before this moment."""
    return _recipe(
        f"delete from public.generation_jobs\n{_old_in_sql(before, statuses)};",  # noqa: S608 (shown, not run)
        'client.table("generation_jobs").delete(count="exact", returning="minimal")'
        f"{_old_in_python(before, statuses)}.execute().count",
    )


def _recipe(sql: str, python: str) -> Recipe:
    return Recipe(AS_YOURSELF + sql, python)


def _insert(table: str, values: Mapping[str, Value]) -> Recipe:
    columns, literals = ", ".join(values), ", ".join(_sql(value) for value in values.values())
    return _recipe(
        f"insert into public.{table} ({columns})\nvalues ({literals})\nreturning *;",
        f'client.table("{table}").insert({_python(values)}).execute().data[0]',
    )


def _old_in_sql(before: datetime, statuses: Sequence[Status]) -> str:
    names = ", ".join(_sql(status) for status in statuses)
    return f"where created_at < {_sql(before.isoformat())} and status in ({names})"


def _old_in_python(before: datetime, statuses: Sequence[Status]) -> str:
    names = ", ".join(_literal(status) for status in statuses)
    return f'.lt("created_at", {_literal(before.isoformat())}).in_("status", [{names}])'


def _sql(value: Value) -> str:
    """A literal that PostgreSQL reads as exactly this value, whatever it contains."""
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    quoted = value.replace("'", "''")
    return "e'" + quoted.replace("\\", "\\\\") + "'" if "\\" in quoted else f"'{quoted}'"


def _python(values: Mapping[str, Value]) -> str:
    lines = "".join(f'    "{name}": {_literal(value)},\n' for name, value in values.items())
    return "{\n" + lines + "}"


def _literal(value: Value) -> str:
    """A literal that Python reads as exactly this value: JSON is one, except for null."""
    return "None" if value is None else json.dumps(value, ensure_ascii=False)
