"""Generates parts of the documents from the schema and sql/migrations: columns, signatures, rights, files.

They are between `<!-- table NAME -->`, `<!-- function NAME -->` or `<!-- files -->` and `<!-- end -->`; the
rest is written by hand.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from genjobs.migrations.files import available
from genjobs.migrations.schema import Key
from genjobs.paths import ROOT

REFERENCE = ROOT / "docs" / "GENERATION_JOBS_SCHEMA.md"
GUIDE = ROOT / "docs" / "APPLY_MIGRATIONS.md"
_PART = re.compile(r"(<!-- (table|function|files)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)
_COLUMN = re.compile(
    r"(?P<type>.+?)(?: DEFAULT (?P<default>.+?))?(?: GENERATED .+?)?(?P<required> NOT NULL)?"
)
_FUNCTION = re.compile(r"\S+ \S+ \S+ FUNCTION public\.(\w+)\((.*)\)\n RETURNS (.+)")
_GRANT = re.compile(r"^GRANT (.+) ON .+ TO (.+);$", re.MULTILINE)
_CAST = re.compile(r"::[a-z ]+(?:\([\d,]+\))?(?:\[\])?")
_RIGHTS = {"SELECT": "read", "INSERT": "add", "UPDATE": "change", "DELETE": "delete"}


def fill(text: str, schema: Mapping[Key, str]) -> str:
    """`text` with its generated parts regenerated from `schema`.

    Raises KeyError for a part whose table or function does not exist.
    """
    parts = {"table": _table, "function": _function, "files": _files}

    def made(found: re.Match[str]) -> str:
        begin, kind, name, end = found.groups()
        return f"{begin}{parts[kind](name, schema)}{end}"

    return _PART.sub(made, text)


def write(schema: Mapping[Key, str]) -> list[Path]:
    """Regenerate the documents from `schema` and sql/migrations; returns the changed ones."""
    texts = {path: path.read_text("utf-8") for path in (REFERENCE, GUIDE)}
    changed = [path for path, text in texts.items() if fill(text, schema) != text]
    for path in changed:
        path.write_text(fill(texts[path], schema), "utf-8")
    return changed


def _files(_: str, __: Mapping[Key, str]) -> str:
    return "".join(
        f"{number}. [{file.path.name}](../sql/migrations/{file.path.name})\n"
        for number, file in enumerate(available(), start=1)
    )


def _table(name: str, schema: Mapping[Key, str]) -> str:
    rows = ["| column | type | default | may be null |", "| --- | --- | --- | --- |"]
    rows += [_row(key.part, text) for key, text in schema.items() if _is_column(key, name)]
    rights = [
        f"{role} may {', '.join(_RIGHTS[right] for right in sorted(given, key=list(_RIGHTS).index))}"
        for role, given in _grants(schema[Key("grants", f"public.{name}")])
    ]
    return "\n".join([*rows, "", "; ".join(rights) + ".", ""])


def _is_column(key: Key, table: str) -> bool:
    return (key.kind, key.object) == ("column", f"public.{table}")


def _row(column: str, text: str) -> str:
    found = _COLUMN.fullmatch(text)
    if found is None:
        raise ValueError(f"The column {column} cannot be read: {text}")
    default = f"`{_plain(found['default'])}`" if found["default"] else ""
    return f"| `{column}` | {_plain(found['type'])} | {default} | {'' if found['required'] else 'yes'} |"


def _function(name: str, schema: Mapping[Key, str]) -> str:
    [key] = [key for key in schema if key.kind == "function" and key.object.startswith(f"public.{name}(")]
    found = _FUNCTION.match(schema[key])
    if found is None:
        raise ValueError(f"The function {name} cannot be read.")
    parameters = "".join(f"    {_plain(one)},\n" for one in re.split(r", (?=p_)", found[2]) if one)
    taken = f"(\n{parameters[:-2]}\n)" if parameters else "()"
    roles = [role for role, _ in _grants(schema[Key("grants", key.object)])]
    called = f"Called by {' and '.join(roles)}." if roles else "Called by triggers alone."
    return f"```\n{name}{taken} returns {_returned(found[3])}\n```\n\n{called}\n"


def _returned(text: str) -> str:
    columns = re.fullmatch(r"TABLE\((.+)\)", text)
    if columns is None:
        return _plain(text)
    indent = " " * 4
    lines = textwrap.fill(_plain(columns[1]), 110, initial_indent=indent, subsequent_indent=indent)
    return f"table (\n{lines}\n)"


def _grants(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each role, as Markdown, with its rights."""
    for rights, roles in _GRANT.findall(text):
        for role in roles.split(", "):
            yield f"`{role}`", rights.split(", ")


def _plain(text: str) -> str:
    """Without casts, in lower case outside of quotes, with the short names of types."""
    pieces = re.split(r"('[^']*')", _CAST.sub("", text))
    short = "".join(piece if piece.startswith("'") else piece.lower() for piece in pieces)
    return short.replace("timestamp with time zone", "timestamptz")
