"""Ana and Bob, and speaking as one of them: the role and the claims that PostgREST would set."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from genjobs.domain.workflow import Status


@dataclass(frozen=True)
class Person:
    """A user with a project, an input asset and one job in each state, that costs 100 cents."""

    id: str
    project: str
    asset: str
    jobs: dict[str, str]


@dataclass(frozen=True)
class Cast:
    ana: Person
    bob: Person


def new_id() -> str:
    return str(uuid.uuid4())


@contextmanager
def acting(connection: psycopg.Connection, role: str, user_id: str | None = None) -> Iterator[None]:
    """What the block does, it does as `role` with the claims of `user_id`; an error undoes it."""
    claims = {"role": role} | ({"sub": user_id} if user_id else {})
    with connection.transaction():
        connection.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(claims)])
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        yield
        connection.execute("set local role none")
        connection.execute("set local request.jwt.claims = ''")


@contextmanager
def refusal(*codes: str) -> Iterator[pytest.ExceptionInfo[psycopg.Error]]:
    """The block ends in an error with one of these SQLSTATEs."""
    with pytest.raises(psycopg.Error) as met:
        yield met
    assert met.value.sqlstate in codes, met.value


def add_user(connection: psycopg.Connection, user_id: str) -> None:
    connection.execute(
        "insert into auth.users (id, email, role, aud) values (%s, %s, 'authenticated', 'authenticated')",
        [user_id, f"{user_id}@example.com"],
    )


def add_project(connection: psycopg.Connection, user_id: str) -> str:
    project = new_id()
    connection.execute(
        "insert into public.projects (id, user_id, name) values (%s, %s, 'Spring catalogue')",
        [project, user_id],
    )
    return project


def add_asset(connection: psycopg.Connection, user_id: str, project: str) -> str:
    asset = new_id()
    connection.execute(
        "insert into public.assets"
        " (id, user_id, project_id, kind, mode, prompt_version, prompt_payload, storage_path)"
        " values (%s, %s, %s, 'input', 'lifestyle', '1', '{}', 'in/shoe.png')",
        [asset, user_id, project],
    )
    return asset


def add_job(
    connection: psycopg.Connection, user_id: str, project: str, status: str = "queued", cost_cents: int = 100
) -> str:
    job = new_id()
    with connection.transaction():
        connection.execute("set local genjobs.loading = 'on'")
        connection.execute(
            "insert into public.generation_jobs (id, user_id, project_id, status, mode, cost_cents)"
            " values (%s, %s, %s, %s, 'lifestyle', %s)",
            [job, user_id, project, status, cost_cents],
        )
        connection.execute("set local genjobs.loading = 'off'")
    return job


def introduce(connection: psycopg.Connection) -> Cast:
    """Make both people; `connection` is the tables' owner's."""
    return Cast(_person(connection), _person(connection))


def _person(connection: psycopg.Connection) -> Person:
    user_id = new_id()
    add_user(connection, user_id)
    project = add_project(connection, user_id)
    asset = add_asset(connection, user_id, project)
    jobs = {status.value: add_job(connection, user_id, project, status) for status in Status}
    return Person(user_id, project, asset, jobs)
