"""Runs the client's operations against answers that a test wrote, with a fake clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from genjobs.client.steps import Emit, Pace, Pause, Reply, Request

Answer = Callable[[Request], Reply]


def says(body: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


def details(job_id: str, **more: Any) -> dict[str, Any]:
    """A row of `get_generation_job_details`: a queued job without other attempts, but for `more`."""
    ids = dict.fromkeys(("job_id", "first_job_id", "newest_job_id"), job_id)
    nothing = dict.fromkeys(
        ("retried_as", "ending", "timeout_seconds", "due_at", "percent", "progress"), None
    )
    numbers = {"attempt": 1, "attempts_allowed": 3, "priority": 0, "urgent": False, "held": False}
    return ids | nothing | numbers | {"newest_status": "queued"} | more


@dataclass
class Script:
    """`answer` is what the API would do; a pause takes its time, a request takes `request_seconds`."""

    answer: Answer
    request_seconds: float = 0.0
    now: float = 0.0
    requests: list[Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)

    @property
    def pace(self) -> Pace:
        return Pace(lambda: self.now, lambda: 1.0)

    def run(self, operation: Any) -> Any:
        reply: Reply = None
        while True:
            try:
                step = operation.send(reply)
            except StopIteration as done:
                return done.value
            reply = self._take(step)

    def _take(self, step: Request | Pause | Emit) -> Reply:
        if isinstance(step, Emit):
            self.items.append(step.item)
        elif isinstance(step, Pause):
            self.pauses.append(step.seconds)
            self.now += step.seconds
        else:
            self.requests.append(step)
            self.now += self.request_seconds
            return self.answer(step)
        return None


def one_after_the_other(*answers: Reply) -> Answer:
    left = list(answers)
    return lambda _: left.pop(0)
