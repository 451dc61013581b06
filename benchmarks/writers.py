"""Writers of jobs through the gateway, which remember what was acknowledged about each job."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import httpx
import psycopg

from genjobs.data.transport.error_codes import CODES, TRANSPORT
from genjobs.local.stack import StackInfo
from tests.stacks import new_user

PAUSE_SECONDS, PAUSE_AFTER_FAILURE = 0.01, 0.1
NEXT = {"queued": "running", "running": "succeeded"}
Row = tuple[str, int]
"""Status and cost in cents."""


@dataclass
class Writer:
    """One person with one project. `may_be` holds, for each job, every state that it may have been left in.

    An acknowledged write leaves one, None meaning that there is no such job; one whose outcome is not known
    leaves two, and the job is not written again.
    """

    info: StackInfo
    seed: int
    over: threading.Event
    may_be: dict[str, set[Row | None]] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.user_id, self.email, self.password = new_user(self.info)
        self.http = httpx.Client(base_url=self.info.url, timeout=10)
        self.http.headers["apikey"] = self.info.publishable_key
        self.http.headers["Authorization"] = f"Bearer {self.sign_in()}"
        self.project = str(uuid.uuid4())
        body = {"id": self.project, "user_id": self.user_id, "name": "Recovery"}
        self.http.post("/rest/v1/projects", json=body).raise_for_status()

    def sign_in(self) -> str:
        """A fresh access token; raises an HTTPError when there is none to be had."""
        body = {"email": self.email, "password": self.password}
        answer = self.http.post("/auth/v1/token?grant_type=password", json=body)
        return str(answer.raise_for_status().json()["access_token"])

    def write_on(self) -> None:
        """Insert, move and reprice jobs until it is over."""
        while not self.over.wait(PAUSE_SECONDS):
            if not self.write():
                self.over.wait(PAUSE_AFTER_FAILURE)

    def write(self) -> bool:
        """One write; whether it was acknowledged."""
        known = [(job, next(iter(rows))) for job, rows in self.may_be.items() if len(rows) == 1]
        open_jobs = [(job, row) for job, row in known if row and row[0] in NEXT]
        if not open_jobs or self.chance.random() < 0.5:
            return self._insert()
        job, (status, cost) = self.chance.choice(open_jobs)
        row = (NEXT[status], cost) if self.chance.random() < 0.7 else (status, cost + 1)
        body = {"status": row[0], "cost_cents": row[1]}
        return self._sent("PATCH", f"/rest/v1/generation_jobs?id=eq.{job}", body, job, (status, cost), row)

    def _insert(self) -> bool:
        job, row = str(uuid.uuid4()), ("queued", self.chance.randint(0, 50))
        body = {"id": job, "user_id": self.user_id, "project_id": self.project, "mode": "lifestyle"}
        return self._sent("POST", "/rest/v1/generation_jobs", {**body, "cost_cents": row[1]}, job, None, row)

    def _sent(self, method: str, path: str, body: object, job: str, before: Row | None, after: Row) -> bool:
        outcome = self._outcome(method, path, body)
        self.told[outcome] += 1
        known: dict[str, set[Row | None]] = {"acknowledged": {after}, "nothing written": {before}}
        self.may_be[job] = known.get(outcome.split(":")[0], {before, after})
        return outcome == "acknowledged"

    def _outcome(self, method: str, path: str, body: object) -> str:
        try:
            answer = self.http.request(method, path, json=body)
        except httpx.HTTPError as error:
            meaning = next(TRANSPORT[kind] for kind in type(error).__mro__ if kind in TRANSPORT)
            return _named(meaning.untouched, type(error).__name__)
        if answer.is_success:
            return "acknowledged"
        code = str(answer.json().get("code")) if answer.content[:1] == b"{" else answer.text[:40]
        return _named(code in CODES and CODES[code].untouched, f"{answer.status_code} {code}")

    def lost(self, connection: psycopg.Connection) -> list[str]:
        """The jobs whose state is none of those that were acknowledged or possible."""
        query = "select id::text, status, cost_cents from public.generation_jobs where project_id = %s"
        found = {job: (status, cost) for job, status, cost in connection.execute(query, [self.project])}
        return [
            f"{job}: {found.get(job)}, not one of {rows}"
            for job, rows in self.may_be.items()
            if found.get(job) not in rows
        ]


def _named(untouched: bool, why: str) -> str:
    return f"{'nothing written' if untouched else 'not known'}: {why}"
