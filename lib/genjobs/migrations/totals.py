"""Completes the totals in batches: for jobs older than the event log, after a move, or as a rebuild.

Each batch is its own transaction; the next call continues an unfinished one. Until it is done, every figure
is read from the jobs themselves, which is correct but slow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from genjobs.paths import SQL

_FOLDER = SQL / "totals"
_JOBS_A_BATCH = 200_000
_EVENTS_A_BATCH = 500_000
_WHY = {
    "complete": "The log has events that were not folded: rebuilding the totals",
    "moved": "The totals were made on another server or from other data: rebuilding them",
    "doubted": "Rebuilding the totals",
}

Connection = psycopg.Connection[tuple[Any, ...]]
OnStep = Callable[[str], None]


def bring_up_to_date(connection: Connection, on_step: OnStep, jobs_a_batch: int = _JOBS_A_BATCH) -> None:
    """Complete the totals of the database of `connection` (autocommit), reporting the progress.

    Rebuilds them if they are not this database's own; folds waiting events if they are complete. Does nothing
    on a database without totals.
    """
    if not exist(connection):
        return
    state = _answer(connection, "state")
    if state == "complete" and not _answer(connection, "missed"):
        _fold(connection, on_step)
    elif state == "filling":
        on_step("Completing the totals")
        _fill_log(connection, on_step, jobs_a_batch)
        _finish(connection, on_step)
    else:
        on_step(_WHY[state])
        make_anew(connection, on_step, jobs_a_batch)


def exist(connection: Connection) -> bool:
    """Whether the database has totals with everything that this module needs."""
    return bool(_answer(connection, "exists"))


def make_anew(connection: Connection, on_step: OnStep, jobs_a_batch: int = _JOBS_A_BATCH) -> None:
    """Compare the event log with every job, repair it, and rebuild all totals, reporting the progress."""
    _answer(connection, "doubt")
    _fill_log(connection, on_step, jobs_a_batch)
    renumbered = 0
    while events := _answer(connection, "renumber", _EVENTS_A_BATCH):
        renumbered += events
        on_step(f"Totals: {renumbered:,} events of another server renumbered")
    _answer(connection, "begin")
    _finish(connection, on_step)


def _fill_log(connection: Connection, on_step: OnStep, jobs_a_batch: int) -> None:
    while not _answer(connection, "back_fill", jobs_a_batch):
        on_step(f"Totals: {_answer(connection, 'progress')}")


def _finish(connection: Connection, on_step: OnStep) -> None:
    _fold(connection, on_step)
    done = _answer(connection, "finish")
    on_step("Totals: complete" if done else "Totals: another call is still completing them")


def _fold(connection: Connection, on_step: OnStep) -> None:
    for histogram, what in ((False, "totals"), (True, "histograms")):
        batches = 0
        while _answer(connection, "fold", _EVENTS_A_BATCH, histogram) == _EVENTS_A_BATCH:
            batches += 1
            on_step(f"Totals: {batches * _EVENTS_A_BATCH:,} events in the {what}")


def ask(connection: Connection, name: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query of sql/totals, in its own transaction at the connection's isolation level."""
    with connection.transaction():
        return connection.execute((_FOLDER / f"{name}.sql").read_bytes(), values or None).fetchall()


def _answer(connection: Connection, name: str, *values: object) -> Any:
    ((value, *_),) = ask(connection, name, *values)
    return value
