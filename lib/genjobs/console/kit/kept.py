"""A session's reads, cached for some seconds, so that a click that changes nothing reads nothing again.

The cache is in `st.session_state`, so it ends with its session, and when another person signs in. Answers are
returned as they are, not as copies, which would cost time in each rerun: callers must not change them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from genjobs.data.transport.client import Client

MOST = 32
KEPT = "kept-reads"

P = ParamSpec("P")
T = TypeVar("T")


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


def kept(
    seconds: float, spinner: str = ""
) -> Callable[[Callable[Concatenate[str, Client, P], T]], Callable[Concatenate[str, Client, P], T]]:
    """Cache a read's answers by all arguments but the client; while it reads, `spinner` is drawn.

    The first argument is the user's id, so that nobody gets an answer that was read for another person.
    """

    def keeping(
        read: Callable[Concatenate[str, Client, P], T],
    ) -> Callable[Concatenate[str, Client, P], T]:
        @wraps(read)
        def once(user_id: str, client: Client, /, *args: P.args, **named: P.kwargs) -> T:
            asked = (read, user_id, args, *named.items())
            held = memory()
            if found := held.find(asked, time.monotonic()):
                return found[0]  # type: ignore[no-any-return]
            with st.spinner(spinner) if spinner else nullcontext():
                answer = read(user_id, client, *args, **named)
            now = time.monotonic()
            held.keep(asked, answer, now + seconds, now)
            return answer

        return once

    return keeping
