"""The progress of the first load of the demo data, for those who wait for it; fast to import."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from genjobs.domain.errors import Unavailable
from genjobs.domain.progress import DemoProgress
from genjobs.local.home import Home

LOOKED_EVERY_SECONDS = 0.05
FAILED = "Not all of the demo data was loaded:"
AGAIN = "The stack runs all the same. To load the rest: genjobs local stop, then start it again."


def progress(home: Home) -> DemoProgress | None:
    """The progress of the first load; None if there is none, or it is done."""
    try:
        return DemoProgress(**json.loads(home.demo.read_bytes()))
    except FileNotFoundError:
        return None


def wait(home: Home, on_step: Callable[[str], None], is_needed: bool = True) -> None:
    """Wait for the first load, reporting each step. Raises Unavailable if the stack ended.

    Raises Unavailable if the load failed, too; unless it `is_needed`, that is only reported as a step.
    """
    told = None
    while now := progress(home):
        if not home.has_owner():
            raise Unavailable("The local stack has stopped.", hint="To start it again: genjobs local start")
        if now.error and is_needed:
            raise Unavailable(f"{FAILED} {now.error}", hint=AGAIN)
        if now.error:
            on_step(f"{FAILED} {now.error} {AGAIN}")
            return
        if now != told:
            on_step(str(now))
        told = now
        time.sleep(LOOKED_EVERY_SECONDS)
