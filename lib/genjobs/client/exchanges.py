"""A request and its answer, sent again if that is safe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import httpx

from genjobs.client.answers import UNREADABLE, Answer
from genjobs.client.refusals import refusal
from genjobs.client.steps import Operation, Pace, Pause, Request, Result
from genjobs.domain.errors import ConsoleError, RateLimited, TimedOut, Unavailable
from genjobs.domain.inputs import check_seconds
from genjobs.domain.rows import Row

BACK_OFF_SECONDS = (0.2, 0.8, 2.0)
POLL_SECONDS, LONGEST_POLL_SECONDS, GROWTH = 0.5, 5.0, 1.4
OUTAGE_SECONDS = 60.0
"""How long waiting for a job tolerates an API that gives no usable answer."""
LEAST_SECONDS = 1.0
"""How long an answer is waited for also at the deadline."""


def exchange(pace: Pace, request: Request) -> Operation[Answer]:
    """The answer, or the error of the last refusal. Sends up to four times, within about three seconds."""
    for pause in (*BACK_OFF_SECONDS, None):
        left = pace.left
        reply = yield request if left is None else replace(request, seconds=max(left, LEAST_SECONDS))
        refused = refusal(request, reply)
        if refused is None:
            assert isinstance(reply, httpx.Response)  # noqa: S101 - for the types
            return Answer.of(request, reply, was_repeated=pause != BACK_OFF_SECONDS[0])
        if pause is None or not refused.may_repeat or pace.left == 0:
            raise refused.error
        yield Pause(pause * pace.jitter() if pace.left is None else min(pause * pace.jitter(), pace.left))
    raise AssertionError("the last try returns or raises")


def in_parts(
    pace: Pace, size: int, ids: Sequence[str], column: str, request: Callable[[Sequence[str]], Request]
) -> Operation[dict[str, Row]]:
    """The rows for many ids, read up to `size` ids at once, by the id in `column`.

    The API truncates answers silently: missing ids are requested again, until none of them is returned.
    """
    found: dict[str, Row] = {}
    left = list(ids)
    while left:
        part, rest = left[:size], left[size:]
        rows = (yield from exchange(pace, request(part))).rows
        found |= {row[column]: row for row in rows}
        missing = [one for one in part if one not in found]
        left = missing + rest if len(missing) < len(part) else rest
    return found


class Patience:
    """Waits longer before each poll, up to a deadline, and tolerates an API that is away for a while.

    `pace` is for the requests: it has the deadline.
    """

    def __init__(self, pace: Pace, timeout: float | None) -> None:
        deadline = None if timeout is None else pace.clock() + check_seconds("timeout", timeout)
        self.pace = replace(pace, deadline=deadline)
        self._timeout = timeout
        self._answered_at, self._has_answered = pace.clock(), False
        self._seconds = POLL_SECONDS

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.pace.left == 0

    def start_over(self) -> None:
        """Poll again soon, because something has happened."""
        self._seconds = POLL_SECONDS

    def pause(self) -> Pause:
        """The pause until the next poll, at most until the deadline."""
        seconds, left = self._seconds * self.pace.jitter(), self.pace.left
        self._seconds = min(self._seconds * GROWTH, LONGEST_POLL_SECONDS)
        return Pause(seconds if left is None else min(seconds, left))

    def look(self, question: Callable[[], Operation[Result]]) -> Operation[Result]:
        """The answer, requested again while the API is away.

        Raises TimedOut at the deadline, Unavailable after a minute, both from the last error.
        """
        while True:
            try:
                answer = yield from question()
            except ConsoleError as error:
                if not self._may_pass(error):
                    raise
                self._check_time(error)
                yield self.pause()
            else:
                self._answered_at, self._has_answered = self.pace.clock(), True
                return answer

    def _may_pass(self, error: ConsoleError) -> bool:
        """Whether asking again may help. What was an API and is a web page is a gateway in maintenance."""
        is_away = isinstance(error, (Unavailable, TimedOut, RateLimited))
        return is_away or (error.code == UNREADABLE and self._has_answered)

    def _check_time(self, error: ConsoleError) -> None:
        if self.is_over:
            said = (
                f"After {self._timeout:g} s it is not known whether and how the jobs ended. {error.message}"
            )
            raise TimedOut(said, hint=error.hint, code=error.code) from error
        if self.pace.clock() - self._answered_at > OUTAGE_SECONDS:
            said = f"The API gave no usable answer for {OUTAGE_SECONDS:g} s. {error.message}"
            raise Unavailable(said, hint=error.hint, code=error.code) from error
