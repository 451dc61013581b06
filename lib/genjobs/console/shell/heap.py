"""Keeps what every session shares out of the garbage collector's way.

Streamlit collects all garbage after each rerun. What was imported once would be looked through every time.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import threading

import genjobs

NOT_FOR_PAGES = (
    "genjobs.cli",
    "genjobs.local",
    "genjobs.migrations",
    "genjobs.roles",
    "genjobs.setup.verification",
)
"""What runs in other processes, or only while the local stack starts."""
SCRIPT = "genjobs.console.shell.script"
"""Runs when it is imported."""


def freeze_in_background() -> None:
    """Import what the pages need, then freeze the heap, in a thread; for the start, before the first session.

    Objects that are frozen are never collected, so nothing of a session may be among them.
    """
    threading.Thread(target=freeze, name="freeze-heap", daemon=True).start()


def freeze() -> None:
    """Import the modules behind the pages and take all objects that there are out of collections to come."""
    for name in page_modules():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def page_modules() -> list[str]:
    """The project's modules that pages may import, by name."""
    found = pkgutil.walk_packages(genjobs.__path__, "genjobs.", onerror=None)
    names = [module.name for module in found]
    return [name for name in names if name != SCRIPT and not name.startswith(NOT_FOR_PAGES)]
