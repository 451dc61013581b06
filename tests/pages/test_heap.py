"""What pages import is frozen before the first session: no collection after a rerun looks through it."""

from __future__ import annotations

import ast
import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

import app
from genjobs.console.shell import heap
from genjobs.paths import PACKAGE, PAGES, ROOT
from tests.coroutines import run

AFTER_FREEZING = """
import gc, sys
from genjobs.console.shell import heap
from tests.coroutines import run
heap.freeze()
before = set(sys.modules)
assert gc.get_freeze_count() > len(gc.get_objects()), "most of the heap is frozen"
for statement in sys.argv[1].splitlines():
    exec(statement)
print(*sorted(set(sys.modules) - before))
"""


def imports() -> Iterator[str]:
    """Every import of every page and of the script behind them."""
    script = PACKAGE / "console" / "shell" / "script.py"
    for path in (*PAGES.glob("*.py"), script):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom) and "__future__" not in ast.unparse(node):
                yield ast.unparse(node)


def test_pages_import_nothing_that_was_not_frozen() -> None:
    statements = "\n".join(imports())
    assert "streamlit" in statements
    command = [sys.executable, "-c", AFTER_FREEZING, statements]
    later = subprocess.run(command, capture_output=True, text=True, check=True)
    assert later.stdout.split() == []


def test_the_server_freezes_the_heap_as_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(heap, "freeze_in_background", lambda: begun.append("freezing"))
    monkeypatch.setattr(app, "runtime", lambda: Started(begun))

    async def serve() -> None:
        async with app.running(app.app):
            assert begun == ["freezing", "started"]

    run(serve())
    assert begun == ["freezing", "started", "ended"]


class Started:
    """A console whose start and end are noted; its demo people are not shared."""

    demo_token = None

    def __init__(self, begun: list[str]) -> None:
        self.begun = begun

    def start(self) -> None:
        self.begun.append("started")

    def close(self) -> None:
        self.begun.append("ended")


def test_streamlit_still_collects_after_each_rerun() -> None:
    assert gc.isenabled()
    assert "postScriptGC" not in (ROOT / ".streamlit" / "config.toml").read_text()
