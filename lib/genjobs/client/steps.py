"""The steps of the client's operations: an operation yields steps and is sent their results.

So the logic is written once, as plain generators; `Client` and `AsyncClient` only execute the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass, field
from random import uniform
from time import monotonic
from typing import Any, Literal, TypeAlias, TypeVar

import httpx

Result = TypeVar("Result")
Item = TypeVar("Item")

Effect = Literal["read", "repeatable", "once"]
"""repeatable: sending it twice has the same effect as sending it once."""


@dataclass(frozen=True)
class Request:
    """Its result is a response, or the error that came instead. `task` completes "Could not …".

    `columns` are those that the caller reads of the rows in the answer. `seconds` limits how long to wait for
    the answer, where that is shorter than the client's own limit.
    """

    method: Literal["GET", "POST"]
    path: str
    task: str
    effect: Effect = "read"
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    columns: Collection[str] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class Pause:
    """Its result is None, when the pause is over."""

    seconds: float


@dataclass(frozen=True)
class Emit:
    """Passes `item` to the caller's loop. Its result is None, when the caller asks for more."""

    item: Any


Reply: TypeAlias = httpx.Response | httpx.HTTPError | httpx.InvalidURL | None
Operation: TypeAlias = Generator[Request | Pause, Reply, Result]
Stream: TypeAlias = Generator[Request | Pause | Emit, Reply, None]


def call(
    function: str, task: str, effect: Effect, columns: Collection[str] = (), **parameters: Any
) -> Request:
    """The request that calls a database function; its parameters were checked, so that JSON can hold them."""
    return Request("POST", f"rpc/{function}", task, effect, body=parameters, columns=columns)


@dataclass(frozen=True)
class Pace:
    """The clock, in seconds, and the jitter, a factor, so that many waiting clients do not poll at once.

    After `deadline`, by this clock, nothing is sent again.
    """

    clock: Callable[[], float] = monotonic
    jitter: Callable[[], float] = lambda: uniform(0.8, 1.2)  # noqa: S311 - no secret
    deadline: float | None = None

    @property
    def left(self) -> float | None:
        """The seconds until the deadline, 0 after it; None if there is none."""
        return None if self.deadline is None else max(0.0, self.deadline - self.clock())
