"""The files of sql/schema: what the migrations make, object by object, for reading and comparing.

A file contains one independent object and all its parts, each below a comment that names it. The columns of a
table are lines of its `CREATE TABLE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from genjobs.domain.errors import SettingsError
from genjobs.migrations.schema import STANDING, Key, SchemaObject
from genjobs.migrations.statements import split
from genjobs.paths import SQL

FOLDER = SQL / "schema"
HEADER = (
    "-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.\n"
)
_ORDER = (
    "schema", "type", "sequence", "table", "column", "storage", "statistics", "constraint", "index",
    "row security", "policy", "trigger", "rule", "view", "function", "comment", "grants",
)  # fmt: skip
_FOLDERS = tuple(f"{kind}s" for kind in STANDING)
_TITLE = re.compile(
    rf"""--[ ]
    (?:(?P<standing>{"|".join(STANDING)})[ ]
    | (?P<kind>row[ ]security|\w+)[ ] (?:(?P<part>(?:\w+\.)?"(?:[^"]|"")+"|\S+)[ ])?? of[ ])
    (?P<object>.+)""",
    re.VERBOSE,
)
_COLUMN = re.compile(r'    (?P<name>"(?:[^"]|"")+"|\w+) (?P<definition>.+?),?')


@cache
def expected_schema(folder: Path = FOLDER) -> Mapping[Key, str]:
    """Every object that a database must have, with its definition. Read once per process.

    Raises SettingsError if there are no such files.
    """
    files = sorted(folder.glob("*/*.sql"), key=lambda file: (_FOLDERS.index(file.parent.name), file.name))
    if not files:
        raise SettingsError(
            f"There is no description of the schema in {folder}.", hint="Reinstall the package."
        )
    return {key: text for file in files for key, text in parse(file.read_text(encoding="utf-8"))}


def parse(text: str) -> Iterator[tuple[Key, str]]:
    """The objects of one file, in its order."""
    lines = text.splitlines()
    titles = [statement.code_line - 2 for statement in split(text) if _title(lines, statement.code_line - 2)]
    for start, end in zip(titles, [*titles[1:], len(lines)], strict=True):
        key = _title(lines, start)
        if key is not None:
            yield from _section(key, lines[start + 1 : end])


def _title(lines: list[str], number: int) -> Key | None:
    match = _TITLE.fullmatch(lines[number]) if number >= 0 else None
    return match and Key(match["standing"] or match["kind"], match["object"], match["part"] or "")


def _section(key: Key, lines: list[str]) -> Iterator[tuple[Key, str]]:
    text = "\n".join(lines).strip("\n")
    if key.kind != "table":
        yield key, text
        return
    first, *columns, _ = text.splitlines()
    yield key, first.removesuffix(" (")
    for column in columns:
        if match := _COLUMN.fullmatch(column):
            yield Key("column", key.object, match["name"]), match["definition"]


def render(objects: Iterable[SchemaObject]) -> dict[str, str]:
    """The files of the expected objects by their paths below the folder; columns stay in their order."""
    files: dict[str, list[SchemaObject]] = {}
    listed = list(objects)
    kinds = {one.key.object: one.key.kind for one in listed if one.key.kind in STANDING}
    for one in listed:
        name = one.key.object.partition("(")[0]
        files.setdefault(f"{kinds.get(one.key.object, 'table')}s/{name}.sql", []).append(one)
    return {path: _file(parts) for path, parts in files.items()}


def write(objects: Iterable[SchemaObject], folder: Path = FOLDER) -> list[Path]:
    """Make `folder` contain exactly the files of `objects`; returns those that it wrote or deleted."""
    files = {folder / path: text for path, text in render(objects).items()}
    stale = [path for path in folder.glob("*/*.sql") if path not in files]
    for path in stale:
        path.unlink()
    changed = [path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
    return [*stale, *changed]


def _file(parts: list[SchemaObject]) -> str:
    columns = [one for one in parts if one.key.kind == "column"]
    rest = [one for one in parts if one.key.kind != "column"]
    rest.sort(key=lambda one: (one.key.object, _ORDER.index(one.key.kind), one.key.part))
    return HEADER + "".join(f"\n-- {one.key}\n{_text(one, columns)}\n" for one in rest)


def _text(one: SchemaObject, columns: list[SchemaObject]) -> str:
    if one.key.kind != "table":
        return one.text
    lines = ",\n".join(f"    {column.key.part} {column.text}" for column in columns)
    return f"{one.text} (\n{lines}\n);"
