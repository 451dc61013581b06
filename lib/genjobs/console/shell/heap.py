"""Keeps what every session shares out of the garbage collector's way, and collects once in some seconds.

Streamlit would collect all garbage after each rerun, and look through what all open sessions hold each time:
with many of them most of the work of a click. `runner.postScriptGC` in config.toml is therefore off.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import threading

import genjobs
from genjobs.runtime import runtime

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
COLLECTED_EVERY_SECONDS = 10.0
HEAD_START_SECONDS = 3.0
"""While the local stack starts, the imports wait so long: the first words come to the screen before."""


def care_in_background(over: threading.Event) -> None:
    """Import what the pages need, freeze the heap, and collect garbage until `over`, in a thread.

    For the start, before the first person signs in: objects that are frozen are never collected, so nothing
    of a session that does something may be among them. Call it once the console has begun to start.
    """
    threading.Thread(target=_care, args=(over,), name="heap", daemon=True).start()


def _care(over: threading.Event) -> None:
    runtime().wait(HEAD_START_SECONDS)
    freeze()
    while not over.wait(COLLECTED_EVERY_SECONDS):
        collect()


def collect() -> None:
    """Collect all garbage where enough was allocated since that Python has looked for some itself."""
    if any(gc.get_count()[1:]):
        gc.collect()


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
