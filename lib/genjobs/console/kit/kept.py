"""What a session has read, kept for some seconds: a click that changes nothing of it asks nobody again.

It stands in `st.session_state`, so that it goes with its session, and when the session changes hands. Answers
are handed out as they are, not as copies, which a rerun would pay for each time: nobody changes them.
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
    """Answers by what was asked, each with the moment, on the monotonic clock, until which it holds."""

    answers: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)

    def find(self, asked: Hashable, now: float) -> tuple[Any] | None:
        """The answer that still holds, alone in a tuple; else None."""
        until, answer = self.answers.get(asked, (0.0, None))
        return (answer,) if now < until else None

    def keep(self, asked: Hashable, answer: object, until: float, now: float) -> None:
        """Take in an answer; those that hold no more go, and the oldest beyond `MOST`."""
        holding = [one for one in self.answers.items() if now < one[1][0] and one[0] != asked]
        self.answers = dict([*holding[1 - MOST :], (asked, (until, answer))])

    def forget(self) -> None:
        """Drop all answers."""
        self.answers = {}


def memory() -> Memory:
    """That of this session."""
    found = st.session_state.get(KEPT)
    if not isinstance(found, Memory):
        found = st.session_state[KEPT] = Memory()
    return found


def kept(
    seconds: float, spinner: str = ""
) -> Callable[[Callable[Concatenate[str, Client, P], T]], Callable[Concatenate[str, Client, P], T]]:
    """Have a read keep its answers, by all its arguments but the client; while it reads, `spinner` is drawn.

    The first argument is the id of the user, so that nobody is ever answered with what another has read.
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
