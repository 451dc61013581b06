"""What pages import is frozen before the first session: no collection after a rerun looks through it."""

from __future__ import annotations

import ast
import gc
import subprocess
import sys
import threading
import tomllib
import weakref
from collections.abc import Iterator

import pytest

import app
from genjobs.console.shell import heap
from genjobs.paths import PACKAGE, PAGES, ROOT
from tests.coroutines import run

AFTER_FREEZING = """
import gc, sys
from genjobs.console.shell import heap
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
    overs: list[threading.Event] = []

    def freezing(over: threading.Event) -> None:
        begun.append("freezing")
        overs.append(over)

    monkeypatch.setattr(heap, "care_in_background", freezing)
    monkeypatch.setattr(app, "runtime", lambda: Started(begun))

    async def serve() -> None:
        async with app.running(app.app):
            assert begun == ["started", "freezing"]
            assert not overs[0].is_set()

    run(serve())
    assert begun == ["started", "freezing", "ended"]
    assert overs[0].is_set()


class Started:
    """A console whose start and end are noted; its demo people are not shared."""

    demo_token = None

    def __init__(self, begun: list[str]) -> None:
        self.begun = begun

    def start(self) -> None:
        self.begun.append("started")

    def wait(self, most_seconds: float) -> None:
        assert most_seconds < 10

    def close(self) -> None:
        self.begun.append("ended")


class Leaf:
    """Refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_is_collected_once_in_some_seconds_instead_of_after_each_rerun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configured = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert configured["runner"]["postScriptGC"] is False
    assert gc.isenabled()
    monkeypatch.setattr(heap, "freeze", lambda: None)
    monkeypatch.setattr(heap, "runtime", lambda: Started([]))
    monkeypatch.setattr(heap, "COLLECTED_EVERY_SECONDS", 0.01)
    over, gone = threading.Event(), threading.Event()
    gc.collect()
    weakref.finalize(Leaf(), gone.set)
    busy: list[list[int]] = [[] for _ in range(2 * gc.get_threshold()[0])]  # as much as a rerun leaves
    heap.care_in_background(over)
    try:
        assert gone.wait(10)
    finally:
        over.set()
        busy.clear()


def test_an_idle_console_collects_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    collections: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: collections.append("all"))
    for counts, made in (((600, 0, 0), 0), ((1, 1, 0), 1), ((1, 0, 3), 2)):
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        heap.collect()
        assert len(collections) == made
