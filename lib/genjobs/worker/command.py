"""`genjobs worker`."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from genjobs.domain.errors import InvalidInput
from genjobs.settings.connection import Connection
from genjobs.worker.handling import load
from genjobs.worker.loop import Worker

if TYPE_CHECKING:
    from genjobs.worker.api import ApiQueue
    from genjobs.worker.database import DatabaseQueue


def command(connection: Callable[[], Connection]) -> Callable[..., None]:
    """The command; `connection` gives the project's URL with its secret key, and starts it where needed."""

    def worker(
        handler: Annotated[str, typer.Option(help="The function that does a job: package.module:function.")],
        concurrency: Annotated[int, typer.Option(min=1, max=100, help="How many jobs at once.")] = 2,
        modes: Annotated[str, typer.Option(help="Only jobs of these modes, separated by commas.")] = "",
        once: Annotated[
            bool, typer.Option("--once", help="End when no job is left that can be claimed now.")
        ] = False,
        timeout: Annotated[float, typer.Option(min=1, help="Seconds that one job may take.")] = 600.0,
        grace: Annotated[
            float, typer.Option(min=0, help="Seconds for jobs that run when the worker is told to stop.")
        ] = 30.0,
        database_url: Annotated[
            str, typer.Option(help="Ask PostgreSQL itself: postgresql://user:password@host:port/database")
        ] = "",
        lease: Annotated[
            int, typer.Option(min=5, max=3600, help="Seconds after which a silent worker's jobs are lost.")
        ] = 60,
    ) -> None:
        """Work the queue off: claim jobs, have the handler do each in a process of its own, and end them.

        SIGTERM or Ctrl-C: claim no more, and end when what runs is done or the grace is over; again: at once.
        """
        from genjobs.worker.processes import Handlers

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        logging.getLogger("httpx").setLevel(logging.WARNING)
        load(handler)
        chosen = _modes(modes)
        with (
            closing(_queue(database_url, connection)) as queue,
            Handlers(handler, concurrency, timeout) as handlers,
        ):
            made = Worker(queue, handlers, chosen, lease, grace, once)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: made.stop())
            typer.echo(f"Worker {made.id} takes jobs.")
            made.run()

    return worker


def _queue(database_url: str, connection: Callable[[], Connection]) -> ApiQueue | DatabaseQueue:
    if database_url:
        from genjobs.worker.database import DatabaseQueue

        return DatabaseQueue(database_url)
    from genjobs.worker.api import ApiQueue

    to = connection()
    return ApiQueue(to.url, to.key)


def _modes(given: str) -> list[str] | None:
    if not given:
        return None
    modes = [mode.strip() for mode in given.split(",")]
    if not all(modes):
        raise InvalidInput(f"The modes “{given}” cannot be read.", hint="Write them like --modes a,b.")
    return modes
