"""The proof of isolation: each attempt to reach other people's rows, and its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from genjobs.domain.rows import Row

TABLES = ("generation_jobs", "generation_job_events", "projects", "assets", "budgets")

# The names that `prove_isolation` gives its read of each table; it knows whether others have rows there.
READINGS = {
    "generation_jobs": "Read another person's job",
    "generation_job_events": "Read another person's history",
    "projects": "Read another person's project",
    "assets": "Read another person's asset",
    "budgets": "Read another person's budget",
}


@dataclass(frozen=True)
class Attempt:
    """One attempt. `road` is the way it was made, `affected` the number of rows that it reached.

    `refused` says that no other person's row was reached. If `foreign_rows_exist` is false, there was nothing
    to reach, and the attempt proves nothing.
    """

    attempt: str
    road: str
    affected: int
    refused: bool
    detail: str
    foreign_rows_exist: bool

    @property
    def proves(self) -> bool:
        """Whether there were rows to reach and none was reached."""
        return self.refused and self.foreign_rows_exist

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read a row of `prove_isolation`."""
        return cls(
            row["attempt"],
            row["road"],
            row["affected"],
            row["refused"],
            row["detail"],
            row["foreign_rows_exist"],
        )


def tables_with_foreign_rows(proof: list[Attempt]) -> frozenset[str]:
    """The tables in which others have rows, according to the database's own attempts."""
    read = {attempt.attempt for attempt in proof if attempt.foreign_rows_exist}
    return frozenset(table for table, name in READINGS.items() if name in read)
