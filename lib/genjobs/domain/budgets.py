"""Monthly budgets of a person or of one project, and how much of each is spent. Money is whole cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Self

from genjobs.domain.rows import Row

ALL_JOBS = "All my jobs"


class Level(StrEnum):
    """Whether a budget's spend is below the warning level, at or above it, or over the limit."""

    WITHIN = "within"
    WARNING = "warning"
    BEYOND = "beyond"


@dataclass(frozen=True)
class Budget:
    """A budget and what was spent of it in `month` (its first day, in `time_zone`).

    `project_id` and `project` are None for all of a person's jobs. `spent_cents` counts every job created in
    the month, including deleted ones; open jobs count with their declared cost, which is `open_cents`.
    """

    id: str
    project_id: str | None
    project: str | None
    monthly_cents: int
    warn_percent: int
    time_zone: str
    is_hard: bool
    month: date
    spent_cents: int
    open_cents: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read one budget of the answer of `get_budgets`. Raises KeyError if a field is missing."""
        values = {name: row[name] for name in cls.__dataclass_fields__}
        return cls(**{**values, "month": date.fromisoformat(row["month"])})

    @property
    def name(self) -> str:
        """The display name of what it limits."""
        if self.project_id is None:
            return ALL_JOBS
        return project_label(self.project or f"project {self.project_id[:8]}")

    @property
    def part(self) -> Fraction:
        """What is spent as a part of the limit: 1 is all of it."""
        return Fraction(self.spent_cents, self.monthly_cents)

    @property
    def warn_cents(self) -> int:
        """The spend at which the warning begins, rounded up to the cent."""
        return -(-self.monthly_cents * self.warn_percent // 100)

    @property
    def level(self) -> Level:
        """The level of its spend; exactly the limit is a warning, not beyond."""
        if self.spent_cents > self.monthly_cents:
            return Level.BEYOND
        return Level.WARNING if self.spent_cents >= self.warn_cents else Level.WITHIN


def project_label(name: str) -> str:
    """A project's name beside `ALL_JOBS`; quoted if it reads the same."""
    return f"“{name}”" if name.strip().casefold() == ALL_JOBS.casefold() else name
