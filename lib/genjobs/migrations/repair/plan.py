"""Which steps repair a difference, as pure functions from texts to statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from genjobs.migrations.repair import columns
from genjobs.migrations.repair.statements import statement
from genjobs.migrations.repair.steps import Step, steps_of, temporary_name
from genjobs.migrations.schema import STANDING, Difference, Key, Kind, SchemaObject

_INDEX = re.compile(
    r'CREATE (?P<unique>UNIQUE )?INDEX (?P<name>"(?:[^"]|"")+"|\w+) ON (?P<rest>.+)', re.DOTALL
)
_UNIQUE = re.compile(
    r"ALTER TABLE .+\n    ADD CONSTRAINT .+? (?P<kind>PRIMARY KEY|UNIQUE)(?P<nulls> NULLS NOT DISTINCT)?"
    r" (?P<columns>\(.+?\)(?: INCLUDE \(.+?\))?)(?P<timing> DEFERRABLE.*)?;"
)
_RENAMED = ("index", "constraint", "trigger", "policy")


@dataclass(frozen=True)
class Plan:
    """Plans for one snapshot of a database: what it must have, and what it has."""

    expected: Mapping[Key, str]
    found: Mapping[Key, SchemaObject]

    def steps(self, difference: Difference) -> list[Step]:
        """The steps that repair `difference`, in order; none if that would lose rows."""
        if difference.kind is Kind.EXTRA:
            return self._remove(difference)
        if old := self._other_name(difference):
            return self._rename(difference.key, old)
        special: dict[str, Callable[[Difference], list[Step]]] = {
            "table": self._table,
            "column": self._column,
            "constraint": self._constraint,
            "index": self._index,
            "trigger": self._trigger,
            "sequence": self._sequence,
            "type": self._type,
        }
        return special.get(difference.key.kind, self._make)(difference)

    def perhaps_renamed(self, difference: Difference) -> list[str]:
        """The unexpected columns, of the same definition, that a missing column of people's may be now."""
        key = difference.key
        if key.kind != "column" or difference.found or not key.object.startswith("public."):
            return []
        return [
            old.part
            for old, found in self.found.items()
            if (old.kind, old.object) == (key.kind, key.object)
            and old not in self.expected
            and found.text == difference.expected
        ]

    def making(self, key: Key) -> tuple[str, ...]:
        """The statements that create a missing object, with its grants if it is not a part of another."""
        if key.kind != "table":
            return (self.expected[key], *self._grants(key))
        lines = [
            f"    {one.part} {text}"
            for one, text in self.expected.items()
            if one.kind == "column" and one.object == key.object
        ]
        parts = (self.expected.get(Key(kind, key.object)) for kind in ("storage", "row security"))
        create = f"{self.expected[key]} (\n" + ",\n".join(lines) + "\n);"
        return (create, *filter(None, parts), *self._grants(key))

    def _grants(self, key: Key) -> tuple[str, ...]:
        """Set the grants: a new object is open to everyone, or has the project's default grants."""
        if key.kind not in STANDING:
            return ()
        return tuple(
            text for one, text in self.expected.items() if one.kind == "grants" and one.object == key.object
        )

    def _make(self, difference: Difference) -> list[Step]:
        """Create it, or replace what is there, with `or replace` if possible."""
        making = self.making(difference.key)
        removal = difference.found and difference.found.removal
        if not removal:
            return [Step(making)]
        if making[0].startswith("CREATE OR REPLACE"):
            return [Step(making, instead=Step((removal, *making)))]
        return steps_of(removal, *making)

    def _remove(self, difference: Difference) -> list[Step]:
        found = difference.found
        if difference.key.kind == "column":
            return columns.relax(difference.key)
        if found is None or found.removal is None:
            return []
        if found.key.kind != "trigger":
            return steps_of(found.removal)
        return [Step((found.removal,), instead=self._drop_with_function(found))]

    def _drop_with_function(self, trigger: SchemaObject) -> Step | None:
        """For a trigger on another owner's table: drop it with its function, then recreate the function."""
        name = trigger.text.rpartition("EXECUTE FUNCTION ")[2].partition("(")[0] + "()"
        function = Key("function", name)
        again = [key for key, text in self.expected.items() if key.kind == "trigger" and f" {name};" in text]
        texts = [text for key in (function, *again) if key in self.expected for text in self.making(key)]
        return Step((statement("drop_with_triggers", function=name), *texts))

    def _table(self, difference: Difference) -> list[Step]:
        if difference.kind is Kind.MISSING:
            return [Step(self.making(difference.key))]
        persistence = "UNLOGGED" if "UNLOGGED" in self.expected[difference.key] else "LOGGED"
        return steps_of(statement("set_persistence", table=difference.key.object, persistence=persistence))

    def _column(self, difference: Difference) -> list[Step]:
        key, expected = difference.key, self.expected[difference.key]
        if difference.found is None:
            return columns.add(key, expected)
        steps = columns.change(key, expected, difference.found.text)
        if not any("alter column" in step.statements[0] and " type " in step.statements[0] for step in steps):
            return steps
        before, after = self._around(key.object)
        return [Step((*before, *steps[0].statements, *after)), *steps[1:]]

    def _around(self, table: str) -> tuple[list[str], list[str]]:
        """Statements that drop, and that recreate, our objects that depend on a table's columns."""
        named = re.compile(rf"\b{re.escape(table)}\b")
        depend = [
            key
            for key, text in self.expected.items()
            if (key.kind in ("trigger", "policy") and key.object == table)
            or (key.kind == "view" and named.search(text))
        ]
        before = [found.removal for key in depend if (found := self.found.get(key)) and found.removal]
        return before, [text for key in depend if key in self.found for text in self.making(key)]

    def _sequence(self, difference: Difference) -> list[Step]:
        return [] if difference.found else [Step(self.making(difference.key))]

    def _type(self, difference: Difference) -> list[Step]:
        """A type cannot be replaced: the functions that use it are dropped first and then recreated."""
        making, removal = self.making(difference.key), difference.found and difference.found.removal
        if not removal:
            return [Step(making)]
        before, after = self.functions_of(difference.key.object)
        return [Step((*before, removal, *making, *after))]

    def functions_of(self, type_name: str) -> tuple[list[str], list[str]]:
        """Statements that drop, and that recreate, the functions that take or return this type or row."""
        named = re.compile(rf"\b{re.escape(type_name)}\b")
        functions = [one for one in self.found.values() if one.key.kind == "function"]
        using = [one for one in functions if named.search(one.text.partition("\nAS ")[0])]
        removals = [one.removal for one in using if one.removal]
        return removals, [text for one in using for text in self._again(one)]

    def _again(self, function: SchemaObject) -> tuple[str, ...]:
        """Statements that recreate a dropped function: an expected one as it must be, another as it was."""
        if function.key in self.expected:
            return self.making(function.key)
        parts = (self.found.get(Key(kind, function.key.object)) for kind in ("grants", "comment"))
        return (function.text, *(part.text for part in parts if part))

    def _trigger(self, difference: Difference) -> list[Step]:
        text = self.expected[difference.key]
        if difference.found and not text.startswith("CREATE OR REPLACE"):
            return self._make(difference)
        return steps_of(text)

    def _constraint(self, difference: Difference) -> list[Step]:
        key, text = difference.key, self.expected[difference.key]
        removal = (difference.found.removal or "",) if difference.found else ()
        if match := _UNIQUE.fullmatch(text):
            return self._unique(key, match, removal)
        if "EXCLUDE" in text:
            return steps_of(*removal, text)
        validate = Step((statement("validate_constraint", table=key.object, name=key.part),))
        if difference.found and difference.found.text == text.removesuffix(";") + " NOT VALID;":
            return [validate]
        return [Step((*removal, text.removesuffix(";") + " NOT VALID;")), validate]

    def _unique(self, key: Key, match: re.Match[str], removal: tuple[str, ...]) -> list[Step]:
        index = temporary_name(key)
        rest = f"{key.object} {match['columns']}{match['nulls'] or ''}"
        use = statement(
            "use_index", table=key.object, name=key.part, kind=match["kind"], index=index,
            timing=match["timing"] or "",
        )  # fmt: skip
        return [
            *self._build(key, f"CREATE UNIQUE INDEX CONCURRENTLY {index} ON {rest};"),
            Step((*removal, use)),
        ]

    def _index(self, difference: Difference) -> list[Step]:
        key = difference.key
        match = _INDEX.fullmatch(self.expected[key])
        if match is None:
            return []
        name, schema = temporary_name(key), key.object.partition(".")[0]
        build = f"CREATE {match['unique'] or ''}INDEX CONCURRENTLY {name} ON {match['rest']}"
        removal = (difference.found.removal or "",) if difference.found else ()
        rename = statement("rename_index", schema=schema, old=name, new=key.part)
        return [*self._build(key, build), Step((*removal, rename))]

    def _build(self, key: Key, build: str) -> list[Step]:
        """Build an index concurrently, after dropping the remains of an interrupted attempt."""
        schema = key.object.partition(".")[0]
        drop = statement("drop_index", schema=schema, index=temporary_name(key))
        return [Step((drop,), together=False), Step((build,), together=False, undo=drop)]

    def _other_name(self, difference: Difference) -> Key | None:
        """The key of a missing object that exists under another, unexpected name."""
        key = difference.key
        if difference.kind is not Kind.MISSING or key.kind not in _RENAMED:
            return None
        for old, found in self.found.items():
            alike = (old.kind, old.object) == (key.kind, key.object) and old not in self.expected
            if alike and _without_name(old, found.text) == _without_name(key, self.expected[key]):
                return old
        return None

    def _rename(self, key: Key, old: Key) -> list[Step]:
        names = {"schema": key.object.partition(".")[0]} if key.kind == "index" else {"table": key.object}
        return steps_of(statement(f"rename_{key.kind}", **names, old=old.part, new=key.part))


def _without_name(key: Key, text: str) -> str:
    return re.sub(rf"(?<![\w.\"]){re.escape(key.part)}(?![\w\"])", "?", text, count=1)
