"""The documents agree with the tree: links lead somewhere, and no package or decision is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from genjobs.paths import PACKAGE, ROOT

DOCS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    linked = LINK.findall(document.read_text("utf-8"))
    assert [target for target in linked if not (document.parent / target).exists()] == []


def test_every_decision_is_listed() -> None:
    records = [path.name for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert re.findall(r"\(decisions/([^)]+)\)", ARCHITECTURE) == records


def test_every_package_has_its_line() -> None:
    packages = {path.parent for path in PACKAGE.rglob("__init__.py")} - {PACKAGE, PACKAGE / "console"}
    inner = {PACKAGE / "local", PACKAGE / "migrations"}
    assert [
        path.name
        for path in packages
        if not inner & set(path.parents) and f"{path.name}/`" not in ARCHITECTURE
    ] == []
