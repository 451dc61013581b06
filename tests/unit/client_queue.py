"""Jobs, their links and their events, as the API would return them, with a fake clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import httpx

from genjobs.client import Event, Progress, following
from genjobs.client.steps import Reply, Request
from tests.unit.client_script import Script, details, says

FIRST, SECOND, THIRD = (f"0000000{at}-0000-4000-8000-000000000000" for at in (1, 2, 3))


class Queue:
    """One chain of attempts. `at` holds what changes, by its second.

    The API is away until `away_until`: `instead` comes instead of its answers.
    """

    def __init__(self) -> None:
        self.rows = {FIRST: self.row(FIRST, 1)}
        self.events: list[dict[str, Any]] = [self.event(1, FIRST, None, "queued")]
        self.script = Script(self.answer)
        self.at: list[tuple[float, Any]] = []
        self.away_until = 0.0
        self.instead: Reply = httpx.ConnectError("said")
        self.most_events = 1000

    @staticmethod
    def row(job_id: str, attempt: int) -> dict[str, Any]:
        return details(job_id) | {"status": "queued", "attempt": attempt}

    @staticmethod
    def event(number: int, job_id: str, old: str | None, new: str | None) -> dict[str, Any]:
        costs = {"old_cost_cents": None, "new_cost_cents": None, "error": None}
        at = "2026-11-27T12:00:00+00:00"
        states = {"old_status": old, "new_status": new}
        return (
            {"id": number, "job_id": job_id, "kind": "moved" if old else "created", "at": at} | states | costs
        )

    def move(self, job_id: str, status: str, **more: Any) -> None:
        row = self.rows[job_id]
        self.events.append(self.event(len(self.events) + 1, job_id, row["status"], status))
        row |= {"status": status, **more}

    def fail_and_try_again(self, job_id: str, next_id: str) -> None:
        self.move(job_id, "failed", ending="failed", retried_as=next_id, percent=None, progress=None)
        self.rows[next_id] = self.row(next_id, len(self.rows) + 1)
        self.events.append(self.event(len(self.events) + 1, next_id, None, "queued"))

    def answer(self, request: Request) -> Reply:
        while self.at and self.at[0][0] <= self.script.now:
            self.at.pop(0)[1]()
        if self.script.now < self.away_until:
            return self.instead
        if request.path.startswith("rpc"):
            return says([self.details(one) for one in request.body["p_job_ids"] if one in self.rows])
        if request.path == "generation_job_events":
            seen = dict(re.findall(r"and\(job_id\.eq\.([^,]+),id\.gt\.(\d+)\)", request.params["or"]))
            new = [one for one in self.events if one["id"] > int(seen.get(one["job_id"], one["id"]))]
            return says(new[: self.most_events])
        return says([self.job(one) for one in self.rows])

    def details(self, job_id: str) -> dict[str, Any]:
        newest = [*self.rows][-1]
        return self.rows[job_id] | {
            "first_job_id": FIRST,
            "newest_job_id": newest,
            "newest_status": self.rows[newest]["status"],
        }

    def job(self, job_id: str) -> dict[str, Any]:
        number = [*self.rows].index(job_id)
        at = f"2026-11-27T12:00:0{number}+00:00"
        return {
            "id": job_id,
            "user_id": FIRST,
            "project_id": FIRST,
            "status": self.rows[job_id]["status"],
            "mode": "x",
            "input_asset_id": None,
            "error": None,
            "cost_cents": 10**number,
            "created_at": at,
            "updated_at": at,
        }


def wait(queue: Queue, *ids: str, timeout: float | None = None) -> Any:
    """The outcomes of these jobs, or of the first."""
    return queue.script.run(following.wait(queue.script.pace, ids or [FIRST], timeout))


def watched(queue: Queue, timeout: float | None = None) -> Sequence[Event | Progress]:
    """What watching the first job shows."""
    queue.script.run(following.watch(queue.script.pace, FIRST, timeout))
    return queue.script.items
