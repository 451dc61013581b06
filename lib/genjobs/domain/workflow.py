"""The status workflow, stated once: queued → running → succeeded or failed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The four states of a job, in the order of the workflow."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


MOVES: dict[Status, tuple[Status, ...]] = {
    Status.QUEUED: (Status.RUNNING,),
    Status.RUNNING: (Status.SUCCEEDED, Status.FAILED),
    Status.SUCCEEDED: (),
    Status.FAILED: (),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a move is allowed, and if not, the reason in one sentence."""

    allowed: bool
    reason: str = ""


def check_move(current: str, new: str) -> Verdict:
    """Check the move of a job from `current` to `new`; an unknown status is refused, not raised."""
    unknown = [name for name in (current, new) if name not in set(Status)]
    if unknown:
        return Verdict(False, f"{unknown[0]!r} is not a status; the statuses are {', '.join(Status)}.")
    old, target = Status(current), Status(new)
    if target in MOVES[old]:
        return Verdict(True)
    return Verdict(False, _refusal(old, target))


def _refusal(current: Status, new: Status) -> str:
    if current == new:
        return f"The job is already {current}."
    if not MOVES[current]:
        return f"A {current} job is finished and cannot move again."
    return f"A {current} job can only become {' or '.join(MOVES[current])}, not {new}."
