"""The first load of the demo data, which runs while people sign in, and its progress.

The last two weeks come first, so that people soon have something to look at, then the months before them.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime

import psycopg

from genjobs.domain.errors import ConsoleError
from genjobs.domain.progress import DemoProgress
from genjobs.local import demo
from genjobs.local.files import full_disk, means_full_disk, write_private
from genjobs.local.home import Home

log = logging.getLogger(__name__)


def begin(home: Home, database_url: str, jobs_a_day: int) -> None:
    """Load it in a thread of this process, the supervisor; `demo_wait.progress` reports the progress."""
    _note(home, DemoProgress(0, 0))
    arguments = (home, database_url, jobs_a_day)
    threading.Thread(target=_load, args=arguments, name="demo-data", daemon=True).start()


def _load(home: Home, database_url: str, jobs_a_day: int) -> None:
    now = DemoProgress(0, 0)

    def told(progress: DemoProgress) -> None:
        nonlocal now
        now = progress
        _note(home, now)

    try:
        demo.load(database_url, datetime.now(UTC), jobs_a_day=jobs_a_day, told=told)
        told(replace(now, percent=100))
        _vacuum(database_url)
    except (ConsoleError, OSError, psycopg.Error) as error:
        log.exception("the demo data was not loaded")
        reason = full_disk(home.root) if means_full_disk(error, home.root) else error
        _note(home, replace(now, error=" ".join(str(reason).split())))
    else:
        home.demo.unlink(missing_ok=True)


def _vacuum(database_url: str) -> None:
    """The data is already committed, and stays if this fails."""
    try:
        demo.vacuum(database_url)
    except (ConsoleError, psycopg.Error):
        log.warning("the demo data was not vacuumed: autovacuum will do it", exc_info=True)


def _note(home: Home, progress: DemoProgress) -> None:
    write_private(home.demo, json.dumps(vars(progress)).encode())
