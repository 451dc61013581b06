"""What the real API answers to real mistakes, and which error each answer becomes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from supabase import Client

from genjobs.data import jobs, projects, statistics
from genjobs.data.transport.client import user_client, without_user
from genjobs.data.transport.translation import mapped
from genjobs.domain import errors
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from genjobs.setup import troubleshooting
from tests.data.people import Person

MISTAKES: list[tuple[Callable[[Client], object], type[errors.ConsoleError], str]] = [
    (lambda c: c.table("projects").select("*").eq("id", "x").execute(), errors.InvalidInput, "22P02"),
    (lambda c: c.table("projects").select("*").eq("nothing", 1).execute(), errors.SchemaBehind, "42703"),
    (lambda c: c.table("projects").select("name.nothing()").execute(), errors.InvalidInput, "PGRST100"),
    (lambda c: c.table("projects").select("name.count()").execute(), errors.Forbidden, "PGRST123"),
    (lambda c: c.table("projects").select("*,nothing(*)").execute(), errors.SchemaBehind, "PGRST200"),
    (lambda c: c.table("projects").select("*").single().execute(), errors.NotFound, "PGRST116"),
    (lambda c: c.rpc("nothing", {}).execute(), errors.SchemaBehind, "PGRST202"),
    (lambda c: c.rpc("get_recent_jobs", {"limit": 3}).execute(), errors.SchemaBehind, "PGRST202"),
    (lambda c: c.table("projects").insert({"nothing": 1}).execute(), errors.SchemaBehind, "PGRST204"),
    (lambda c: c.schema("private").table("x").select("*").execute(), errors.SettingsError, "PGRST106"),
    (lambda c: c.schema("genjobs").table("x").select("*").execute(), errors.SettingsError, "PGRST106"),
]


@pytest.mark.parametrize(("mistake", "ours", "code"), MISTAKES)
def test_a_mistake_becomes_the_error_of_its_code(
    ana: Person, mistake: Callable[[Client], object], ours: type[errors.ConsoleError], code: str
) -> None:
    with pytest.raises(errors.ConsoleError) as caught, mapped("try it"):
        mistake(ana.client)
    assert (type(caught.value), caught.value.code) == (ours, code)
    assert caught.value.hint


def test_a_table_that_is_not_there_is_a_schema_behind_on_every_edition_of_the_api(ana: Person) -> None:
    with pytest.raises(errors.SchemaBehind) as caught, mapped("try it"):
        ana.client.table("nothing").select("*").execute()
    assert caught.value.code in ("42P01", "PGRST205")
    with pytest.raises(errors.SchemaBehind), mapped("try it"):
        ana.client.table("nothing").select("*", head=True).execute()


def test_a_value_that_is_missing_is_named(ana: Person) -> None:
    with (
        pytest.raises(errors.InvalidInput, match="name") as caught,
        mapped("create the project", writes=True),
    ):
        ana.client.table("projects").insert({"user_id": ana.user_id}).execute()
    assert caught.value.code == "23502"


def test_a_second_row_of_the_same_id_is_a_conflict(ana: Person) -> None:
    project = ana.project()
    row = {"id": project.id, "user_id": ana.user_id, "name": "again"}
    with pytest.raises(errors.Conflict) as caught, mapped("create the project", writes=True):
        ana.client.table("projects").insert(row).execute()
    assert caught.value.code == "23505"


def test_a_negative_cost_is_refused_by_the_database_too(ana: Person) -> None:
    job = ana.job(ana.project())
    with pytest.raises(errors.InvalidInput) as caught, mapped("change the job", writes=True):
        ana.client.table("generation_jobs").update({"cost_cents": -1}).eq("id", job.id).execute()
    assert caught.value.message == "Could not change the job: the cost of a job cannot be negative."
    assert caught.value.hint == "Give whole cents, zero or more."


def test_a_job_that_starts_elsewhere_than_queued_is_refused_with_its_reason(ana: Person) -> None:
    row = {"user_id": ana.user_id, "project_id": ana.project().id, "mode": "lifestyle", "status": "failed"}
    with pytest.raises(errors.InvalidInput, match="starts queued"), mapped("create the job", writes=True):
        ana.client.table("generation_jobs").insert(row).execute()


@pytest.mark.parametrize("token", ["not.a.token", "nonsense", "e30.e30.e30"])
def test_a_token_that_is_none_is_not_signed_in(stack: StackInfo, token: str) -> None:
    client = user_client(Connection(stack.url, stack.publishable_key), token)
    for read in (
        lambda: projects.list_projects(client),
        lambda: statistics.get_statistics(client),
        lambda: jobs.get_job(client, "00000000-0000-4000-8000-000000000000"),
        lambda: projects.count_jobs(client, "00000000-0000-4000-8000-000000000000"),
    ):
        with pytest.raises(errors.NotSignedIn) as caught:
            read()
        assert "Sign in again" in caught.value.hint


def test_a_key_of_another_project_is_told_from_an_ended_session(stack: StackInfo, ana: Person) -> None:
    client = user_client(Connection(stack.url, "sb_publishable_of_another_project"), "not.a.token")
    with pytest.raises(errors.NotSignedIn) as caught:
        projects.list_projects(client)
    assert "SUPABASE_KEY" in caught.value.hint


def test_without_a_user_the_tables_are_forbidden(ana: Person) -> None:
    with pytest.raises(errors.Forbidden) as caught:
        projects.list_projects(without_user(ana.client))
    assert [entry.title for entry in troubleshooting.for_error(caught.value)] == [
        "Permission denied",
        "Row-level security hides rows or refuses a write",
    ]
