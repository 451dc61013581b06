"""What a repair runs."""

from __future__ import annotations

from dataclasses import dataclass

from genjobs.migrations.schema import Key, digest


@dataclass(frozen=True)
class Step:
    """Statements that take effect together, or one that must run outside of any transaction.

    `instead` is tried where the database says that they cannot be run so: a view that has other columns
    cannot be replaced, only dropped and made. `undo` is run where the step fails, and may fail too.
    """

    statements: tuple[str, ...]
    together: bool = True
    instead: Step | None = None
    undo: str | None = None


def steps_of(*statements: str) -> list[Step]:
    """One step of these statements."""
    return [Step(statements)]


def passing_name(key: Key) -> str:
    """The name of what stands in for `key` during its repair: the same each time, and nobody else's."""
    return f"repair_{digest(str(key))[:16]}"
