"""How long a migration waits for others' locks: briefly each time, because readers queue behind it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from genjobs.migrations.failure import MigrationFailed

LOCK_SECONDS, LEAST_LOCK_SECONDS = 1.0, 0.1
FIRST_PAUSE, LONGEST_PAUSE, PAUSES = 0.5, 8.0, 8
# lock_not_available, deadlock_detected: the transaction is rolled back, and may succeed a moment later.
BUSY = ("55P03", "40P01")

Result = TypeVar("Result")


def pausing(seconds: float) -> str:
    """What is said before a pause."""
    return f"  Other transactions hold locks that it needs: trying again in {seconds:.1f} s"


def pauses() -> Iterator[float]:
    """Seconds before each further attempt: half a second, doubling up to eight, each varied by half."""
    for attempt in range(PAUSES):
        yield min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE) * random.uniform(0.5, 1.5)  # noqa: S311


@dataclass(frozen=True)
class Patience:
    """An attempt waits at most `lock_seconds` in total for locks; `pauses` gives the seconds between."""

    lock_seconds: float = LOCK_SECONDS
    pauses: Callable[[], Iterable[float]] = pauses

    def lock_timeout(self, began: float) -> str:
        """The setting for the next statement of an attempt that began at `began`, by time.monotonic().

        An attempt keeps the locks that it has while it waits for the next one. The limit falls in steps of
        100 ms, so that it need not be set before each of many quick statements.
        """
        left = max(self.lock_seconds - (time.monotonic() - began), LEAST_LOCK_SECONDS)
        return f"{round(left * 10) * 100}ms"

    def with_retries(self, attempt: Callable[[], Result], on_pause: Callable[[float], None]) -> Result:
        """The result of `attempt`, repeated after each pause while others hold locks that it needs.

        `on_pause` is called with the seconds of each pause. The last MigrationFailed tells how many attempts
        there were.
        """
        pauses = list(self.pauses())
        for seconds in pauses:
            try:
                return attempt()
            except MigrationFailed as failure:
                if failure.code not in BUSY:
                    raise
            on_pause(seconds)
            time.sleep(seconds)
        try:
            return attempt()
        except MigrationFailed as failure:
            raise failure.after(len(pauses) + 1) from failure.__cause__


USUAL = Patience()
