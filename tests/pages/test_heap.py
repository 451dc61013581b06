"""What pages import and sessions keep is frozen: no collection after a rerun looks through it."""

from __future__ import annotations

import ast
import gc
import itertools
import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest

import app
from genjobs.console.shell import heap
from genjobs.paths import PACKAGE, PAGES, ROOT
from tests.coroutines import run

AFTER_FREEZING = """
import gc, sys, threading
from genjobs.console.shell import heap
freezing = threading.Thread(target=heap.freeze)
freezing.start()
freezing.join()
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


AFTER_PREPARING = """
import sys
from genjobs.console.shell import heap
heap._prepare()
before = set(sys.modules)
for statement in sys.argv[1].splitlines():
    exec(statement)
print(*sorted(set(sys.modules) - before))
from genjobs.data.transport.client import http_pool
assert http_pool.cache_info().currsize == 1
"""


def test_once_the_database_is_there_the_first_page_waits_for_no_import() -> None:
    tree = ast.parse((PACKAGE / "runtime.py").read_text())
    assembling = next(one for one in ast.walk(tree) if getattr(one, "name", "") == "_assemble")
    needed = [ast.unparse(one) for one in ast.walk(assembling) if isinstance(one, ast.ImportFrom)]
    assert len(needed) > 2
    statements = "\n".join([*needed, "from genjobs.console.shell import page"])
    command = [sys.executable, "-c", AFTER_PREPARING, statements]
    later = subprocess.run(command, capture_output=True, text=True, check=True)
    assert later.stdout.split() == []


def test_the_server_freezes_the_heap_as_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    overs: list[threading.Event] = []

    def freezing(over: threading.Event) -> None:
        begun.append("freezing")
        overs.append(over)

    monkeypatch.setattr(heap, "freeze_in_background", freezing)
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


def cared_for(monkeypatch: pytest.MonkeyPatch, frozen: Callable[[bool], None]) -> threading.Event:
    """The event that ends a care which comes round at once; `frozen` is told whether all is collected."""

    def freeze(*, anew: bool = False) -> None:
        frozen(anew)

    monkeypatch.setattr(heap, "freeze", freeze)
    monkeypatch.setattr(heap, "runtime", lambda: Started([]))
    monkeypatch.setattr(heap, "FROZEN_SECONDS", 0.01)
    over = threading.Event()
    heap.freeze_in_background(over)
    return over


def test_what_a_session_leaves_is_freed_although_it_was_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "page_modules", list)
    gone = threading.Event()
    leaf = Leaf()
    weakref.finalize(leaf, gone.set)
    try:
        heap.freeze()
        del leaf
        gc.collect()
        assert not gone.is_set()
        heap.freeze()
        assert not gone.is_set()
        heap.freeze(anew=True)
        assert gone.is_set()
    finally:
        gc.unfreeze()


def test_a_console_that_reruns_is_frozen_again_an_idle_one_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts, frozen, looked = [5], threading.Semaphore(0), threading.Semaphore(0)

    def collections() -> int:
        looked.release()
        return counts[0]

    monkeypatch.setattr(heap, "full_collections", collections)
    over = cared_for(monkeypatch, lambda _anew: frozen.release())
    try:
        assert frozen.acquire(timeout=10)
        assert all(looked.acquire(timeout=10) for _ in range(4))
        assert not frozen.acquire(blocking=False)
        counts[0] += 1
        assert frozen.acquire(timeout=10)
    finally:
        over.set()


def test_all_is_collected_every_few_freezes(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, anew = itertools.count(), queue.SimpleQueue[bool]()
    monkeypatch.setattr(heap, "full_collections", lambda: next(counts))
    over = cared_for(monkeypatch, anew.put)
    try:
        seen = [anew.get(timeout=10) for _ in range(2 * heap.ANEW_EVERY + 1)]
    finally:
        over.set()
    assert [number for number, one in enumerate(seen) if one] == [heap.ANEW_EVERY, 2 * heap.ANEW_EVERY]


def test_streamlit_still_collects_after_each_rerun() -> None:
    assert gc.isenabled()
    assert "postScriptGC" not in (ROOT / ".streamlit" / "config.toml").read_text()
