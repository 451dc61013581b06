"""Keeps long-lived objects out of garbage collection.

Streamlit runs a full collection after reruns, which would scan all imported modules and all open sessions.
Frozen objects are skipped; every few seconds what came since is frozen too, and once a minute everything is
collected and frozen anew.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import pkgutil
import threading

import genjobs
from genjobs.runtime import runtime

NOT_FOR_PAGES = (
    "genjobs.cli",
    "genjobs.live.__main__",
    "genjobs.local",
    "genjobs.migrations",
    "genjobs.roles",
    "genjobs.setup.command",
    "genjobs.setup.verification",
    "genjobs.worker",
)
"""Modules that run in other processes, or only while the local stack starts."""
SCRIPT = "genjobs.console.shell.script"
"""Runs when it is imported."""
NEEDED_FIRST = (
    "genjobs.auth.opening",
    "genjobs.auth.server",
    "genjobs.data.reach",
    "genjobs.data.transport.client",
    "genjobs.console.shell.page",
)
"""What the console needs as soon as its database is there."""
FROZEN_SECONDS = 10.0
ANEW_EVERY = 6
"""Every so many freezes all is collected, which stops the console for 0.25 s, and 0.4 s with 100 sessions."""
HEAD_START_SECONDS = 3.0
"""How long the imports wait while the local stack starts, so that the first screen comes sooner."""


def freeze_in_background(over: threading.Event) -> None:
    """Import what the pages need and freeze the heap, then again and again until `over`, in a thread.

    Call it once the console has begun to start.
    """
    threading.Thread(target=_keep_frozen, args=(over,), name="heap", daemon=True).start()


def _keep_frozen(over: threading.Event) -> None:
    runtime().wait(HEAD_START_SECONDS)
    _prepare()
    freeze()
    collected, freezes = full_collections(), itertools.count(1)
    while not over.wait(FROZEN_SECONDS):
        if full_collections() > collected:  # an idle console reruns nothing
            freeze(anew=next(freezes) % ANEW_EVERY == 0)
            collected = full_collections()


def _prepare() -> None:
    """Import and make what the first page needs, while the database starts."""
    for name in NEEDED_FIRST:
        importlib.import_module(name)
    from genjobs.data.transport.client import http_pool

    http_pool()  # reads all certificates, which takes 0.2 s


def freeze(*, anew: bool = False) -> None:
    """Import the modules behind the pages and exclude all present objects from future collections.

    With `anew`, objects frozen before are collected first, so what ended sessions held is freed.
    """
    for name in page_modules():
        importlib.import_module(name)
    if anew:
        gc.unfreeze()
    gc.collect()
    gc.freeze()


def full_collections() -> int:
    """How often all garbage was collected so far; Streamlit does it after reruns."""
    return int(gc.get_stats()[2]["collections"])


def page_modules() -> list[str]:
    """The project's modules that pages may import, by name."""
    found = pkgutil.walk_packages(genjobs.__path__, "genjobs.", onerror=None)
    names = [module.name for module in found]
    return [name for name in names if name != SCRIPT and not name.startswith(NOT_FOR_PAGES)]
