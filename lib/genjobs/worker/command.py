"""`genjobs worker`."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from genjobs.domain.errors import InvalidInput
from genjobs.paths import settings_folder
from genjobs.settings.connection import Connection
from genjobs.settings.loading import load_settings
from genjobs.worker.handling import load
from genjobs.worker.logs import LogFormat, set_up_logs
from genjobs.worker.loop import Worker

if TYPE_CHECKING:
    from genjobs.worker.api import ApiQueue
    from genjobs.worker.database import DatabaseQueue
    from genjobs.worker.metrics import Metrics


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
        memory: Annotated[
            int | None,
            typer.Option(min=64, help="Megabytes that one handler may use; without it, any number."),
        ] = None,
        bucket: Annotated[str, typer.Option(help="The Storage bucket of the assets.")] = "assets",
        metrics_port: Annotated[
            int | None, typer.Option(min=1, max=65535, help="Answer /healthz and /metrics on this port.")
        ] = None,
        log_format: Annotated[LogFormat, typer.Option(help="How log lines are written.")] = LogFormat.text,
    ) -> None:
        """Work the queue off: claim jobs, have the handler do each in a process of its own, and end them.

        SIGTERM or Ctrl-C: claim no more, and end when what runs is done or the grace is over; again: at once.
        """
        from genjobs.worker.processes import Handlers
        from genjobs.worker.storage import Storage

        set_up_logs(log_format)
        load(handler)
        chosen = _modes(modes)
        address = _address(database_url, connection)
        storage = Storage(address.url, address.key, bucket) if address else None
        with (
            closing(_queue(database_url, address)) as queue,
            Handlers(handler, concurrency, timeout, memory, storage) as handlers,
            _measured(metrics_port) as metrics,
        ):
            made = Worker(queue, handlers, chosen, lease, grace, once, metrics)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: made.stop())
            typer.echo(f"Worker {made.id} takes jobs.")
            made.run()

    return worker


def _address(database_url: str, connection: Callable[[], Connection]) -> Connection | None:
    """The project's API; None beside a database URL where no project is configured."""
    if not database_url:
        return connection()
    settings = load_settings(os.environ, settings_folder())
    if settings.connection is None or settings.secret_key is None:
        return None
    return Connection(settings.connection.url, settings.secret_key)


def _queue(database_url: str, address: Connection | None) -> ApiQueue | DatabaseQueue:
    if address is None or database_url:
        from genjobs.worker.database import DatabaseQueue

        return DatabaseQueue(database_url)
    from genjobs.worker.api import ApiQueue

    return ApiQueue(address.url, address.key)


@contextmanager
def _measured(port: int | None) -> Iterator[Metrics | None]:
    if port is None:
        yield None
        return
    from genjobs.worker.metrics import Metrics, serve

    metrics = Metrics()
    end = serve(metrics, port)
    try:
        yield metrics
    finally:
        end()


def _modes(given: str) -> list[str] | None:
    if not given:
        return None
    modes = [mode.strip() for mode in given.split(",")]
    if not all(modes):
        raise InvalidInput(f"The modes “{given}” cannot be read.", hint="Write them like --modes a,b.")
    return modes
