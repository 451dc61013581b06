"""The statements of sql/repair, with names filled in."""

from __future__ import annotations

import re
from functools import cache

from genjobs.paths import SQL

_FILE = SQL / "repair" / "statements.sql"
_TITLE = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def statement(name: str, /, **filled: str) -> str:
    """The statement of this name, with the names in `filled`, which must be quoted for SQL if needed."""
    text = _statements()[name]
    return text.format(**filled) if filled else text


@cache
def _statements() -> dict[str, str]:
    _, *parts = _TITLE.split(_FILE.read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
