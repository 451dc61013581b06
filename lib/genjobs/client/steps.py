"""What an operation of the client is made of: it yields steps and is sent what became of them.

So the logic stands once, as plain generators; `Client` and `AsyncClient` do no more than take the steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from random import uniform
from time import monotonic
from typing import Any, Literal, TypeAlias, TypeVar

import httpx

from genjobs.domain.errors import InvalidInput

Result = TypeVar("Result")
Item = TypeVar("Item")

Effect = Literal["read", "repeatable", "once"]
"""repeatable: sent twice it does what it does once."""


@dataclass(frozen=True)
class Request:
    """Answered by a response, or by the error that came instead. `task` completes "Could not …"."""

    method: Literal["GET", "POST"]
    path: str
    task: str
    effect: Effect = "read"
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True)
class Pause:
    """Answered by None, when it is over."""

    seconds: float


@dataclass(frozen=True)
class Emit:
    """`item` is for the caller's loop. Answered by None, when the caller asks for more."""

    item: Any


Reply: TypeAlias = httpx.Response | httpx.HTTPError | httpx.InvalidURL | None
Operation: TypeAlias = Generator[Request | Pause, Reply, Result]
Stream: TypeAlias = Generator[Request | Pause | Emit, Reply, None]


def call(function: str, task: str, effect: Effect, **parameters: Any) -> Request:
    """The request that calls a function of the database; InvalidInput for what JSON cannot hold."""
    try:
        json.dumps(parameters, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"Could not {task}: JSON cannot hold a value. {error}") from error
    return Request("POST", f"rpc/{function}", task, effect, body=parameters)


@dataclass(frozen=True)
class Pace:
    """The clock, in seconds, and the jitter, a factor, so that many who wait do not ask at once."""

    clock: Callable[[], float] = monotonic
    jitter: Callable[[], float] = lambda: uniform(0.8, 1.2)  # noqa: S311 - no secret
