"""Repairs columns that differ, without losing their data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genjobs.migrations.repair.statements import statement
from genjobs.migrations.repair.steps import Step, steps_of, temporary_name
from genjobs.migrations.schema import Key

_DEFINITION = re.compile(
    r"(?P<type>.+?)(?: (?P<made>GENERATED .+?)| DEFAULT (?P<default>.+?))?(?P<not_null> NOT NULL)?"
)


@dataclass(frozen=True)
class Column:
    """`type` with its collation; `made` says how a generated or identity column gets its value."""

    type: str
    made: str | None
    default: str | None
    not_null: bool

    @classmethod
    def parse(cls, definition: str) -> Column:
        match = _DEFINITION.fullmatch(definition)
        if match is None:
            raise ValueError(f"not the definition of a column: {definition!r}")
        return cls(match["type"], match["made"], match["default"], match["not_null"] is not None)


def add(key: Key, definition: str) -> list[Step]:
    """Add the column, first without `NOT NULL`, since there may be rows and no default."""
    names = {"table": key.object, "column": key.part}
    bare = Step((statement("add_column", **names, definition=definition.removesuffix(" NOT NULL")),))
    return [Step((statement("add_column", **names, definition=definition),), instead=bare)]


def change(key: Key, expected: str, found: str) -> list[Step]:
    """The steps from `found` to `expected`. A change of type comes first, in a step of its own."""
    wanted, there = Column.parse(expected), Column.parse(found)
    names = {"table": key.object, "column": key.part}
    if wanted.made != there.made:
        return _make_anew(key, wanted, expected)
    steps: list[Step] = []
    if wanted.type != there.type:
        steps += steps_of(statement("change_type", **names, type=wanted.type))
    if wanted.default != there.default or (steps and wanted.default):
        steps += steps_of(
            statement("set_default", **names, default=wanted.default)
            if wanted.default
            else statement("drop_default", **names)
        )
    if wanted.not_null != there.not_null:
        steps += _not_null(key) if wanted.not_null else steps_of(statement("drop_not_null", **names))
    return steps


def asks_for_a_value(definition: str) -> bool:
    """Whether a row needs a value for it: code that does not know the column could not insert rows."""
    column = Column.parse(definition)
    return column.not_null and column.default is None and column.made is None


def relax(key: Key) -> list[Step]:
    """For an unexpected column: it keeps its data, and new rows need no value for it."""
    return steps_of(statement("drop_not_null", table=key.object, column=key.part))


def _make_anew(key: Key, wanted: Column, expected: str) -> list[Step]:
    """Only a column that the database computes itself can be recreated without losing data."""
    if not (wanted.made or "").startswith("GENERATED ALWAYS AS ("):
        return []
    names = {"table": key.object, "column": key.part}
    return steps_of(statement("drop_column", **names), statement("add_column", **names, definition=expected))


def _not_null(key: Key) -> list[Step]:
    names = {"table": key.object, "column": key.part, "name": temporary_name(key)}
    return [
        Step((statement("check_not_null", **names),)),
        Step((statement("validate_constraint", table=key.object, name=names["name"]),)),
        Step((statement("set_not_null", **names),)),
    ]
