"""Whether the database can be reached, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Reach:
    """`since` is when `answers` last changed; None if it never has. All times are aware.

    `lost` is when the outage that ended at `since` began; None during an outage.
    """

    answers: bool = True
    since: datetime | None = None
    lost: datetime | None = None


def after(before: Reach, answers: bool, at: datetime) -> Reach:
    """The state after one more probe, which the database answered or not."""
    if answers == before.answers:
        return before
    return Reach(answers, at, before.since if answers else None)
