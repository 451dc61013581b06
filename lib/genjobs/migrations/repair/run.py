"""Runs a repair in rounds, until the catalogue shows no difference or no further step helps."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg

from genjobs.migrations import catalogue
from genjobs.migrations.patience import pausing
from genjobs.migrations.repair import columns
from genjobs.migrations.repair.derived import DERIVED, Derived
from genjobs.migrations.repair.plan import Plan
from genjobs.migrations.repair.statements import statement
from genjobs.migrations.repair.steps import Step, clearing
from genjobs.migrations.schema import Difference, Key, Kind, compare

Connection = psycopg.Connection[tuple[Any, ...]]
OnStep = Callable[[str], None]
_BUSY = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
# A definition that cannot replace the existing one, a missing right, a null that is not allowed.
_OTHER_WAY = ("42P13", "42P16", "42501", "23502")
_GONE = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.UndefinedObject,
)
_ORDER = ("schema", "type", "sequence", "table", "column", "function", "constraint", "view")


@dataclass(frozen=True)
class Left:
    """A difference that could not be repaired, and why."""

    difference: Difference
    reason: str


def waits() -> Iterator[float]:
    """Seconds before each further attempt: a tenth of a second, doubling up to five, each varied by half."""
    for attempt in range(9):
        yield min(0.1 * 2**attempt, 5.0) * random.uniform(0.5, 1.5)  # noqa: S311


@dataclass
class Repair:
    """Repairs the database of `connection` (autocommit).

    `leftovers`: the database has another edition of this schema, so extra objects are leftovers and are
    removed, unless they hold data. `waits` are the seconds between attempts while others hold locks.
    """

    connection: Connection
    expected: Mapping[Key, str]
    on_step: OnStep
    leftovers: bool = False
    waits: Callable[[], Iterable[float]] = waits
    reasons: dict[Key, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)

    def run(self) -> list[Left]:
        """Repair what is possible; returns the remaining differences. No row of people's data is lost."""
        self._execute(statement("session"))
        try:
            return self._run()
        finally:
            self._clear()
            self._execute(statement("end"))

    def _run(self) -> list[Left]:
        self.derived = Derived(self.expected)
        before: list[Difference] = []
        while (todo := self._differences()) and todo != before:
            self._round(todo)
            before = todo
        if not todo:
            self._mend_rows()
        self._execute(statement("reload"))
        return [Left(one, self.reasons.get(one.key) or _why_left(one)) for one in todo]

    def _clear(self) -> None:
        """Drop what this repair, or an earlier one that was killed, has left under temporary names."""
        for one in catalogue.read(self.connection):
            if step := clearing(one.key):
                try:
                    self._patiently(step)
                except psycopg.Error as error:
                    self.on_step(f"Not removed: {one.key}. {_reason(error)}")

    def _differences(self) -> list[Difference]:
        self.plan = Plan(self.expected, {one.key: one for one in catalogue.read(self.connection)})
        found = compare(self.expected, self.plan.found.values())
        todo = [one for one in found if one.fails or (self.leftovers and _is_left_over(one))]
        return sorted(todo, key=lambda one: _ORDER.index(one.key.kind) if one.key.kind in _ORDER else 99)

    def _round(self, todo: list[Difference]) -> None:
        """The totals come last and in one step, because they need the log and its functions."""
        totals = [one for one in todo if self.derived.harms_totals(one)]
        for one in todo:
            if one not in totals and one.key.object not in self.held:
                self._mend([one], self._steps(one))
        if totals:
            self._mend(totals, [self.derived.rebuild(self.plan, totals)])

    def _mend_rows(self) -> None:
        """Restore the rows that the migrations insert, and process changes that were not recorded."""
        lacks = self.connection.execute(statement("lacks_rows").encode()).fetchone()
        if lacks and lacks[0]:
            self._take(self.derived.rebuild(self.plan, []))
            self.on_step("Repaired the state of the totals, and the totals")
        self._take(Step((statement("forget_people"), statement("mend_queue"))))

    def _steps(self, difference: Difference) -> list[Step]:
        key = difference.key
        if key.kind == "column" and key.object in DERIVED:
            return [Step(self.derived.anew(self.plan, key.object))]
        if others := self.plan.perhaps_renamed(difference):
            self.reasons[key] = _renamed(difference, others)
            return []
        return self.derived.with_consequences(difference, self.plan.steps(difference))

    def _mend(self, differences: list[Difference], steps: list[Step]) -> None:
        try:
            for step in steps:
                self._take(step)
        except psycopg.Error as error:
            reason = _reason(error)
            if isinstance(error, _BUSY):
                self.held |= {one.key.object for one in differences}
            self.reasons |= {one.key: reason for one in differences}
            return
        if steps:
            for one in differences:
                self.on_step(_told(one))

    def _take(self, step: Step) -> None:
        try:
            self._patiently(step)
        except psycopg.Error as error:
            if step.undo:
                with suppress(psycopg.Error):
                    self._execute(step.undo)
            if step.instead is None or error.sqlstate not in _OTHER_WAY:
                raise
            self._patiently(step.instead)

    def _patiently(self, step: Step) -> None:
        for seconds in self.waits():
            try:
                return self._once(step)
            except _BUSY:
                self.on_step(pausing(seconds))
                time.sleep(seconds)
        return self._once(step)

    def _once(self, step: Step) -> None:
        if not step.together:
            for text in step.statements:
                self._execute(text)
            return
        with self.connection.transaction():
            self._execute(statement("begin"))
            rights = self._others_rights() if step.drops else set()
            for text in step.statements:
                self._execute(text)
            for lost in rights and rights - self._others_rights():
                with suppress(*_GONE), self.connection.transaction():
                    self._execute(lost)

    def _others_rights(self) -> set[str]:
        """What roles other than the API's may do, as statements. A drop loses it."""
        return {text for (text,) in self.connection.execute(statement("others_rights").encode())}

    def _execute(self, text: str) -> None:
        self.connection.execute(text.encode())


def _is_left_over(difference: Difference) -> bool:
    """Whether an addition comes from another edition: all but data-holding objects and others' triggers."""
    found = difference.found
    if difference.kind is not Kind.EXTRA or found is None:
        return False
    if found.key.kind == "column":
        return found.key.object in DERIVED or columns.asks_for_a_value(found.text)
    return found.removal is not None and (found.is_ours or found.key.kind in ("constraint", "index"))


def _why_left(difference: Difference) -> str:
    removal = difference.found.removal if difference.found and difference.kind is Kind.EXTRA else None
    return f"Its owner must run: {removal}" if removal else "Nothing can change it in place."


def _told(difference: Difference) -> str:
    if difference.kind is Kind.EXTRA and difference.found and difference.found.removal:
        return f"Removed {difference}. It was:\n{difference.found.text}"
    return f"Repaired {difference}"


def _renamed(difference: Difference, others: list[str]) -> str:
    table, column = difference.key.object, difference.key.part
    return (
        f"Its values may be in {' or '.join(others)}, which is defined alike. If it was renamed, run:"
        f" alter table {table} rename column {others[0]} to {column};"
        f" else: alter table {table} add column {column} {difference.expected};"
    )


def _reason(error: psycopg.Error) -> str:
    said = " ".join((error.diag.message_primary or str(error)).split())
    if isinstance(error, psycopg.errors.DependentObjectsStillExist):
        others = ", ".join((error.diag.message_detail or "").splitlines())
        return f"{said[:1].upper()}{said[1:]}: {others}. Drop what is yours, repair, and create it again."
    if isinstance(error, _BUSY):
        return f"Other transactions hold it ({said}): end them, or try again later."
    if (error.sqlstate or "").startswith("23"):
        return f"Rows violate it ({said}): correct them, then try again."
    return f"{said[:1].upper()}{said[1:]}."
