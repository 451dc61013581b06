"""Whether the database can be reached, and since when: what is known from one look to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Reach:
    """`since` is when it began to be so; None when it was never seen otherwise. All times are aware.

    `lost` is when the outage began that ended at `since`; None while there is one.
    """

    answers: bool = True
    since: datetime | None = None
    lost: datetime | None = None


def after(before: Reach, answers: bool, at: datetime) -> Reach:
    """What is known after one more look, at which the database answered or did not."""
    if answers == before.answers:
        return before
    return Reach(answers, at, before.since if answers else None)
