"""The progress of the first load of the demo data, for those who wait for it; fast to import."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from genjobs.domain.errors import Unavailable
from genjobs.domain.progress import DemoProgress
from genjobs.local.home import Home

LOOKED_EVERY_SECONDS = 0.05


def progress(home: Home) -> DemoProgress | None:
    """The progress of the first load; None if there is none, or it is done."""
    try:
        return DemoProgress(**json.loads(home.demo.read_bytes()))
    except FileNotFoundError:
        return None


def wait(home: Home, on_step: Callable[[str], None]) -> None:
    """Wait for the first load, reporting each step. Raises Unavailable if it failed or the stack ended."""
    told = None
    while now := progress(home):
        if now.error or not home.has_owner():
            raise _failed(now.error or "The local stack has stopped.")
        if now != told:
            on_step(str(now))
        told = now
        time.sleep(LOOKED_EVERY_SECONDS)


def _failed(reason: str) -> Unavailable:
    return Unavailable(
        f"The demo data was not loaded: {reason}", hint="To start without it: genjobs local start --no-demo"
    )
