"""A session's reads, cached for some seconds, so that a click that changes nothing reads nothing again.

The cache is in `st.session_state`, so it ends with its session, and when another person signs in. Answers are
returned as they are, not as copies, which would cost time in each rerun: callers must not change them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial, update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar

import streamlit as st

from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import begun

MOST = 32
KEPT = "kept-reads"

P = ParamSpec("P")
T = TypeVar("T")
Read: TypeAlias = Callable[Concatenate[str, Client, P], T]
Start: TypeAlias = Callable[[Callable[[], Any]], Callable[[], Any]]


@dataclass
class Memory:
    """Answers by what was asked, each with the time at which it expires, on the monotonic clock."""

    answers: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)

    def find(self, asked: Hashable, now: float) -> tuple[Any] | None:
        """The answer in a tuple of one, if it has not expired; else None."""
        until, answer = self.answers.get(asked, (0.0, None))
        return (answer,) if now < until else None

    def keep(self, asked: Hashable, answer: object, until: float, now: float) -> None:
        """Add an answer; drop expired ones, and the oldest beyond `MOST`."""
        holding = [one for one in self.answers.items() if now < one[1][0] and one[0] != asked]
        self.answers = dict([*holding[1 - MOST :], (asked, (until, answer))])

    def forget(self) -> None:
        """Drop all answers."""
        self.answers = {}


def memory() -> Memory:
    """The cache of this session."""
    found = st.session_state.get(KEPT)
    if not isinstance(found, Memory):
        found = st.session_state[KEPT] = Memory()
    return found


class Kept(Generic[P, T]):
    """A read whose answers are cached; call it, or begin it early where something can be drawn meanwhile."""

    def __init__(self, read: Read[P, T], seconds: float, spinner: str) -> None:
        update_wrapper(self, read)
        self.read, self.seconds, self.spinner = read, seconds, spinner

    def __call__(self, user_id: str, client: Client, /, *args: P.args, **named: P.kwargs) -> T:
        return self._answer(_later, user_id, client, *args, **named)()

    def begin(self, user_id: str, client: Client, /, *args: P.args, **named: P.kwargs) -> Callable[[], T]:
        """Begin to read in another thread; the call that is returned waits for the answer, or raises."""
        return self._answer(begun, user_id, client, *args, **named)

    def _answer(
        self, start: Start, user_id: str, client: Client, /, *args: P.args, **named: P.kwargs
    ) -> Callable[[], T]:
        asked = (self.read, user_id, args, *named.items())
        held = memory()
        if found := held.find(asked, time.monotonic()):
            return lambda: found[0]
        wait = start(partial(self.read, user_id, client, *args, **named))
        return lambda: self._keep(held, asked, wait)

    def _keep(self, held: Memory, asked: Hashable, wait: Callable[[], T]) -> T:
        with st.spinner(self.spinner) if self.spinner else nullcontext():
            answer = wait()
        now = time.monotonic()
        held.keep(asked, answer, now + self.seconds, now)
        return answer


def kept(seconds: float, spinner: str = "") -> Callable[[Read[P, T]], Kept[P, T]]:
    """Cache a read's answers by all arguments but the client; while it reads, `spinner` is drawn.

    The first argument is the user's id, so that nobody gets an answer that was read for another person.
    """
    return partial(Kept, seconds=seconds, spinner=spinner)


def _later(call: Callable[[], Any]) -> Callable[[], Any]:
    """The call itself: it reads when its answer is needed."""
    return call
