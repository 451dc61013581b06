"""The table of rooms in docs/architecture.md is what import-linter checks, all of it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from genjobs.paths import APP, PACKAGE, PAGES, ROOT

LIBRARIES = {
    "altair": ("altair",),
    "httpx": ("httpx",),
    "pandas": ("pandas",),
    "psycopg": ("psycopg",),
    "starlette": ("starlette",),
    "streamlit": ("streamlit",),
    "supabase": ("postgrest", "supabase", "supabase_auth"),
    "typer": ("typer",),
}
"""The libraries that only some rooms may import, by the word for them in the table."""
OUTSIDE = ("app.py", "pages/", "sql/")


def table() -> dict[str, set[str]]:
    """What each room may import: other rooms as the table names them, and words for libraries."""
    rooms = {}
    for line in (ROOT / "docs" / "architecture.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`"):
            allowed = {word.strip(" `") for word in cells[2].split(",")} - {"", "the standard library"}
            rooms.update(dict.fromkeys(re.findall(r"`([^`]+)`", cells[0]), allowed))
    return rooms


ROOMS = {room: allowed for room, allowed in table().items() if room not in OUTSIDE}


def modules(room: str) -> list[str]:
    """The modules that import-linter is told for a room; a room inside another is not part of it."""
    name = f"genjobs.{room.removesuffix('/').removesuffix('.py').replace('/', '.')}"
    inner = [other for other in ROOMS if other != room and other.startswith(room)]
    if not inner:
        return [name]
    files = sorted((PACKAGE / room).iterdir())
    names = [one.stem for one in files if one.suffix == ".py" and one.stem != "__init__"]
    return [f"{name}.{one}" for one in names]


def forbidden(allowed: Iterable[str], room: str = "") -> list[str]:
    allowed = set(allowed)
    others = [
        module for other in ROOMS if other != room and other not in allowed for module in modules(other)
    ]
    names = [module for word, found in LIBRARIES.items() if word not in allowed for module in found]
    return sorted(others) + sorted(names)


def contracts() -> list[dict[str, object]]:
    """The contracts that the table asks for."""
    return [
        {
            "name": room,
            "type": "forbidden",
            "source_modules": modules(room),
            "forbidden_modules": forbidden(allowed, room),
            "allow_indirect_imports": True,
        }
        for room, allowed in ROOMS.items()
    ]


def test_the_contracts_are_the_table() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert told["contracts"] == contracts()


def test_every_package_has_its_row() -> None:
    inside = {f"{one.name}/" for one in PACKAGE.iterdir() if (one / "__init__.py").exists()}
    console = {
        f"console/{one.name}/" for one in (PACKAGE / "console").iterdir() if (one / "__init__.py").exists()
    }
    files = {one.name for one in PACKAGE.glob("*.py")} - {"__init__.py"}
    assert set(ROOMS) == (inside - {"console/"}) | console | files | {"data/transport/"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", [APP, *sorted(PAGES.glob("*.py"))], ids=lambda path: path.name)
def test_scripts_import_what_their_row_allows(path: Path) -> None:
    walls = forbidden(table()["app.py" if path == APP else "pages/"])
    crossed = [name for name in imports(path) for wall in walls if f"{name}.".startswith(f"{wall}.")]
    assert crossed == []
