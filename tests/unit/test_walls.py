"""The table of rooms in docs/architecture.md is what import-linter checks, all of it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from genjobs.paths import APP, PACKAGE, PAGES
from tests.contracts import PYPROJECT, ROOMS, contracts, forbidden, table


def test_the_contracts_are_the_table() -> None:
    told = tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["importlinter"]
    is_written = told["contracts"] == contracts()
    assert is_written, "Run: python -m tests.contracts"


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
