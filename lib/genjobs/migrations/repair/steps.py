"""The steps of a repair."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genjobs.migrations.repair.statements import statement
from genjobs.migrations.schema import Key, digest


@dataclass(frozen=True)
class Step:
    """Statements that run in one transaction, or one that must run outside of any transaction.

    `instead` is tried if the database refuses them: a view with other columns cannot be replaced, only
    dropped and recreated. `undo` runs if the step fails, and may fail too.
    """

    statements: tuple[str, ...]
    together: bool = True
    instead: Step | None = None
    undo: str | None = None

    @property
    def drops(self) -> bool:
        """Whether it may drop something, at least to create it again."""
        return any("drop " in text.lower() for text in self.statements)


def steps_of(*statements: str) -> list[Step]:
    """One step of these statements."""
    return [Step(statements)]


def temporary_name(key: Key) -> str:
    """The temporary name for `key` during its repair: the same each time, and unique."""
    return f"repair_{digest(str(key))[:16]}"


def clearing(key: Key) -> Step | None:
    """The step that drops an index or constraint of a temporary name; None for any other object."""
    if key.kind not in ("index", "constraint") or not re.fullmatch("repair_[0-9a-f]{16}", key.part):
        return None
    if key.kind == "constraint":
        return Step((statement("drop_constraint", table=key.object, name=key.part),))
    schema = key.object.partition(".")[0]
    return Step((statement("drop_index", schema=schema, index=key.part),), together=False)
