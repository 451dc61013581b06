"""Data derived from people's rows, and which of it cannot be trusted after a repair.

Figures must be correct: if a part that records events was missing, the totals count as incomplete until the
log has been compared with every job; if a part that adds up was missing, they are rebuilt from the log.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from genjobs.migrations.repair.plan import Plan
from genjobs.migrations.repair.statements import statement
from genjobs.migrations.repair.steps import Step
from genjobs.migrations.schema import Difference, Key

LOG = "public.generation_job_events"
TOTALS = ("genjobs.cost_totals", "genjobs.fold_state", "genjobs.set_aside_events")
STATE = ("genjobs.back_fill_state", "genjobs.erasures", "genjobs.totals_origins")
# A missing row here only costs time; a wrong one does harm.
CACHES = (
    "genjobs.unlimited_projects",
    "genjobs.spendings",
    "genjobs.spenders",
    "genjobs.recorded_at_once",
)
DERIVED = (*TOTALS, *STATE, *CACHES)
_QUALIFIED = re.compile(r"\b\w+\.\w+\b")
_WRITTEN = re.compile(
    r"\b(?:insert into|update|delete from|merge into|truncate(?: table)?)\s+(?:only\s+)?(\w+\.\w+)\b"
)


@dataclass(frozen=True)
class Derived:
    """Which functions write which tables, by the texts of the expected functions."""

    expected: Mapping[Key, str]

    @cached_property
    def functions(self) -> dict[str, str]:
        """The text of each function by its name without arguments."""
        return {
            key.object.partition("(")[0]: text
            for key, text in self.expected.items()
            if key.kind == "function"
        }

    @cached_property
    def _written(self) -> dict[str, set[str]]:
        """The tables that each function writes itself."""
        return {name: set(_WRITTEN.findall(text.lower())) for name, text in self.functions.items()}

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        """All that each function names with a schema, the functions it calls among them."""
        return {name: set(_QUALIFIED.findall(text)) for name, text in self.functions.items()}

    def direct_writers(self, table: str) -> set[str]:
        """The functions that write `table` themselves."""
        return {name for name, tables in self._written.items() if table in tables}

    def writers(self, table: str) -> set[str]:
        """The functions that write `table` themselves or call one that does."""
        found: set[str] = set()
        new = self.direct_writers(table)
        while new:
            found |= new
            new = {name for name, named in self._named.items() if named & new} - found
        return found

    @cached_property
    def _recording(self) -> set[str]:
        return self.writers(LOG)

    @cached_property
    def _totalling(self) -> set[str]:
        return set().union(*(self.direct_writers(table) for table in TOTALS))

    def harms_log(self, difference: Difference) -> bool:
        """Whether events may be missing, or superfluous, because of it."""
        key = difference.key
        if key.kind in ("table", "column") and key.object in (LOG, "genjobs.back_fill_state"):
            return True
        return bool(self._runs(difference) & self._recording)

    def harms_totals(self, difference: Difference) -> bool:
        """Whether the totals may differ from the log because of it."""
        key = difference.key
        if key.kind in ("table", "column"):
            return key.object in (*TOTALS, *STATE)
        return key.kind == "function" and bool(self._runs(difference) & self._totalling)

    def with_consequences(self, difference: Difference, steps: list[Step]) -> list[Step]:
        """The steps of a repair, with the consequences that belong into the transaction of the last one."""
        stale = [statement("empty_table", table=cache) for cache in self._stale_caches(difference)]
        if difference.key.kind == "constraint":
            return [Step(tuple(stale)), *steps] if stale else steps
        more = (*stale, *self._mark(difference))
        return [*steps[:-1], _longer(steps[-1], more)] if steps and more else steps

    def _mark(self, difference: Difference) -> tuple[str, ...]:
        return (statement("mark_incomplete"),) if self.harms_log(difference) else ()

    def _stale_caches(self, difference: Difference) -> list[str]:
        if difference.key.kind == "constraint":
            return [cache for cache in CACHES if cache == difference.key.object]
        return [cache for cache in CACHES if self._cache_writers[cache] & self._runs(difference)]

    @cached_property
    def _cache_writers(self) -> dict[str, set[str]]:
        return {cache: self.writers(cache) for cache in CACHES}

    def _runs(self, difference: Difference) -> set[str]:
        """The functions concerned: itself, or those that a trigger runs, ran or should run."""
        key = difference.key
        if key.kind == "function":
            return {key.object.partition("(")[0]}
        if key.kind != "trigger":
            return set()
        texts = (difference.expected, difference.found.text if difference.found else None)
        return {
            text.rpartition("EXECUTE FUNCTION ")[2].partition("(")[0] for text in texts if text is not None
        }

    def anew(self, plan: Plan, table: str) -> tuple[str, ...]:
        """Statements that recreate a derived table, empty, and the functions that use its row type.

        They fail if anything else depends on it, such as a view of other people's.
        """
        parts = [
            key
            for key in self.expected
            if key.object == table and key.kind in ("constraint", "index", "trigger")
        ]
        named = re.compile(rf"\b{re.escape(table)}\b")
        users = [key for key, text in self.expected.items() if key.kind == "function" and named.search(text)]
        before, after = plan.functions_of(table)
        return (
            *before,
            statement("drop_table", table=table),
            *plan.making(Key("table", table)),
            *(self.expected[key] for key in parts),
            *(text for key in users for text in plan.making(key)),
            *after,
        )

    def rebuild(self, plan: Plan, concerned: Collection[Difference]) -> Step:
        """One step that repairs the totalling functions and rebuilds the totals."""
        tables = {one.key.object for one in concerned if one.key.kind in ("table", "column")}
        functions = [one for one in concerned if one.key.kind == "function" and one.expected]
        extra = [one for one in concerned if one.key.kind == "function" and not one.expected]
        statements = (
            *(text for table in sorted(tables) for text in self.anew(plan, table)),
            *_removals(extra),
            *(text for one in functions for text in plan.making(one.key)),
            *dict.fromkeys(text for one in concerned for text in self._mark(one)),
            statement("restore_rows"),
            statement("rebuild"),
        )
        return Step(statements, instead=Step((*_removals(functions), *statements)))


def _removals(differences: Iterable[Difference]) -> list[str]:
    return [one.found.removal for one in differences if one.found and one.found.removal]


def _longer(step: Step, more: tuple[str, ...]) -> Step:
    return Step((*step.statements, *more), instead=step.instead and _longer(step.instead, more))
