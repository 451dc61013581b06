"""The detached process that owns a stack. It ends when told to, or after its last console."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from filelock import FileLock, Timeout

from genjobs.domain.errors import ConsoleError
from genjobs.local import leases, logs
from genjobs.local.files import full_disk, means_full_disk, open_private, write_private
from genjobs.local.gathering import gather
from genjobs.local.home import Home
from genjobs.local.options import StackOptions

if TYPE_CHECKING:
    from genjobs.local.machinery import Machinery

PREDECESSOR_SECONDS = 60.0
TICK_SECONDS = 0.2
log = logging.getLogger(__name__)


def main() -> int:
    """Entry point of `python -m genjobs.local.supervisor`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--options", type=StackOptions.from_json, required=True)
    arguments = parser.parse_args()
    logs.configure()
    home = Home.at(arguments.home)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with home.owner(PREDECESSOR_SECONDS):
        write_private(home.pid, str(os.getpid()).encode())
        return run(home, arguments.options)


def _leave(number: int, _: object) -> None:
    log.info("told to end by %s", signal.Signals(number).name)
    raise SystemExit(0)


def run(home: Home, options: StackOptions) -> int:
    """Start a stack, watch it, stop it. Returns the exit status."""
    machinery: Machinery | None = None
    on_step = partial(_tell_step, home)
    try:
        with ThreadPoolExecutor(1) as beside:
            importing = beside.submit(_machinery, home, options, on_step)
            gathered = gather(home, options, on_step)  # in this thread, so that a signal ends a download
            machinery = importing.result()
        state = machinery.bring_up(gathered)
        write_private(home.wanted, state["options"].encode())
        home.write_state(state)
        retired = _watch(home, options, machinery)
        log.info("the last console has ended, holding %s", retired.lock_file)
        home.wanted.unlink(missing_ok=True)
    except (ConsoleError, OSError, psycopg.Error) as error:
        log.exception("the stack could not be started")
        reason = full_disk(home.root) if means_full_disk(error, home.root) else error
        tell(home, error=str(reason), hint=getattr(reason, "hint", ""))
        return 1
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        home.state.unlink(missing_ok=True)
        if machinery:
            machinery.take_down()
        log.info("every part has ended")
    return 0


def _machinery(home: Home, options: StackOptions, on_step: Callable[[str], None]) -> Machinery:
    """Its packages are imported here, because that takes as long as half of a new data directory."""
    from genjobs.local.machinery import Machinery

    return Machinery(home, options, on_step)


def _watch(home: Home, options: StackOptions, machinery: Machinery) -> FileLock:
    """Restart parts that die until the last console has been gone for `linger_seconds`.

    Returns the lock that makes new consoles wait until this stack has ended.
    """
    lonely_since: float | None = None
    while True:
        time.sleep(TICK_SECONDS)
        machinery.mend()
        lock = _lock_when_lonely(home)
        if lock is None:
            lonely_since = None
            continue
        lonely_since = lonely_since or time.monotonic()
        if time.monotonic() - lonely_since >= options.linger_seconds:
            return lock
        lock.release()


def _lock_when_lonely(home: Home) -> FileLock | None:
    """The starting lock, if nobody is starting, no console holds a lease and the stack is not kept."""
    lock = home.starting(timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return None
    if leases.any_held(home) or home.kept.exists():
        lock.release()
        return None
    return lock


def _tell_step(home: Home, step: str) -> None:
    tell(home, step=step)


def tell(home: Home, **said: str) -> None:
    """Report to the process that waits for the start."""
    log.info("%s", said)
    with open_private(home.progress) as file:
        file.write(f"{json.dumps(said)}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
