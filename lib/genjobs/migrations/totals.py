"""Brings jobs that are older than the event log into it, and the log into the totals, batch by batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from genjobs.paths import SQL

_FOLDER = SQL / "totals"
_JOBS_A_BATCH = 200_000
_EVENTS_A_BATCH = 500_000

Connection = psycopg.Connection[tuple[Any, ...]]
OnStep = Callable[[str], None]


def back_fill(connection: Connection, on_step: OnStep, jobs_a_batch: int = _JOBS_A_BATCH) -> None:
    """Fill the log and the totals of the database behind `connection` (autocommit), telling the progress.

    Each batch is a transaction of its own; what one call leaves, the next continues. Until it is done, reads
    say that totals are not complete. Does nothing when all is done, or on a database without totals.
    """
    if not _answer(connection, "exists") or _answer(connection, "complete"):
        return
    on_step("Bringing older jobs into the totals")
    _fill_log(connection, on_step, jobs_a_batch)
    for histogram in (False, True):
        while _answer(connection, "fold", _EVENTS_A_BATCH, histogram) is False:
            on_step("Totals: folding")
    _answer(connection, "finish")
    on_step("Totals: complete")


def _fill_log(connection: Connection, on_step: OnStep, jobs_a_batch: int) -> None:
    while not _answer(connection, "back_fill", jobs_a_batch):
        on_step(f"Totals: {_answer(connection, 'progress')}")


def _answer(connection: Connection, name: str, *values: object) -> Any:
    row = connection.execute((_FOLDER / f"{name}.sql").read_bytes(), values or None).fetchone()
    return row[0] if row else None
