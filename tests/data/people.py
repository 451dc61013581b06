"""People of a running stack, each with a client of their own, and the owner of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from supabase import Client

from genjobs.auth.server import AuthServer
from genjobs.data import jobs, projects
from genjobs.data.transport.client import http_pool, user_client
from genjobs.domain.rows import Job, Project
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from tests.stacks import new_user

ROAD_TO = {
    Status.QUEUED: [],
    Status.RUNNING: [Status.RUNNING],
    Status.SUCCEEDED: [Status.RUNNING, Status.SUCCEEDED],
    Status.FAILED: [Status.RUNNING, Status.FAILED],
}


@dataclass(frozen=True)
class Person:
    user_id: str
    email: str
    password: str
    client: Client

    def project(self, name: str = "Spring catalogue") -> Project:
        return projects.create_project(self.client, user_id=self.user_id, name=name)

    def job(self, project: Project, status: Status = Status.QUEUED, *, cost_cents: int = 100) -> Job:
        made = jobs.create_job(
            self.client, user_id=self.user_id, project_id=project.id, mode="lifestyle", cost_cents=cost_cents
        )
        for step in ROAD_TO[status]:
            assert jobs.transition_job(self.client, made.id, step).moved
        return jobs.get_job(self.client, made.id)


def newcomer(info: StackInfo) -> Person:
    """Someone new, signed in."""
    user_id, email, password = new_user(info)
    connection = Connection(info.url, info.publishable_key)
    tokens = AuthServer(connection, http_pool()).sign_in(email, password)
    return Person(user_id, email, password, user_client(connection, tokens.access_token))


def service(info: StackInfo) -> Client:
    """A client that speaks as the service role."""
    return user_client(Connection(info.url, info.secret_key), info.secret_key)


@contextmanager
def owner(info: StackInfo) -> Iterator[psycopg.Connection]:
    """The owner of the tables, autocommit."""
    with psycopg.connect(info.database_url, autocommit=True) as connection:
        yield connection
