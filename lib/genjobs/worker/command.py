"""`genjobs worker`."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from genjobs.domain.errors import InvalidInput
from genjobs.domain.inputs import check_bucket
from genjobs.paths import settings_folder
from genjobs.settings.connection import Connection
from genjobs.settings.database_url import server_of
from genjobs.settings.loading import load_settings
from genjobs.worker.handling import load
from genjobs.worker.logs import LogFormat, set_up_logs
from genjobs.worker.loop import REPORT_SECONDS, Worker
from genjobs.worker.measured import MeasuredQueue

if TYPE_CHECKING:
    from genjobs.worker.api import ApiQueue
    from genjobs.worker.database import DatabaseQueue
    from genjobs.worker.interfaces import Queue
    from genjobs.worker.metrics import Metrics

LAST_SECONDS = REPORT_SECONDS + 5
"""How long after its grace, or after a second signal, a worker may take to end."""


def command(connection: Callable[[], Connection]) -> Callable[..., None]:
    """The command; `connection` returns the project's URL and secret key, starting the stack if needed."""

    def worker(
        handler: Annotated[str, typer.Option(help="The function that does a job: package.module:function.")],
        concurrency: Annotated[int, typer.Option(min=1, max=100, help="How many jobs to run at once.")] = 2,
        modes: Annotated[
            str | None, typer.Option(help="Only jobs of these modes, separated by commas.")
        ] = None,
        once: Annotated[
            bool, typer.Option("--once", help="Exit when no job can be claimed any more.")
        ] = False,
        timeout: Annotated[
            float, typer.Option(min=1, max=86_400, help="Seconds that one job may take.")
        ] = 600.0,
        grace: Annotated[
            float,
            typer.Option(
                min=0, max=86_400, help="Seconds that running jobs have left when the worker is told to stop."
            ),
        ] = 30.0,
        database_url: Annotated[
            str | None,
            typer.Option(
                help="Connect to PostgreSQL directly: postgresql://user:password@host:port/database"
            ),
        ] = None,
        lease: Annotated[
            int, typer.Option(min=5, max=3600, help="Seconds after which a silent worker's jobs are lost.")
        ] = 60,
        memory: Annotated[
            int | None,
            typer.Option(min=64, help="Megabytes that one handler may use; no limit by default."),
        ] = None,
        bucket: Annotated[str, typer.Option(help="The Storage bucket of the assets.")] = "assets",
        metrics_port: Annotated[
            int | None, typer.Option(min=1, max=65535, help="Serve /healthz and /metrics on this port.")
        ] = None,
        log_format: Annotated[LogFormat, typer.Option(help="The format of log lines.")] = LogFormat.text,
    ) -> None:
        """Process the queue: claim jobs, run the handler for each in a separate process, and finish them.

        SIGTERM, Ctrl-C or the end of the terminal stops claiming; the worker exits when running jobs are
        done or the grace period is over. A second one exits at once.
        """
        from genjobs.worker.processes import Handlers
        from genjobs.worker.storage import Storage

        set_up_logs(log_format)
        load(handler)
        chosen = _modes(modes)
        address = _address(database_url, connection)
        storage = Storage(address.url, address.key, check_bucket("--bucket", bucket)) if address else None
        with (
            closing(_queue(database_url, address)) as queue,
            Handlers(handler, concurrency, timeout, memory, storage, log_format) as handlers,
            _measured(metrics_port) as metrics,
        ):
            asked: Queue = MeasuredQueue(queue, metrics) if metrics else queue
            made = Worker(asked, handlers, chosen, lease, grace, once, metrics, _place(database_url, address))
            stop = stopping(made, grace)
            for number in _signals():
                signal.signal(number, lambda *_: stop())
            made.run()

    return worker


def _signals() -> list[signal.Signals]:
    """Those that tell a worker to stop; under nohup, the end of the terminal does not."""
    is_kept = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGTERM, signal.SIGINT, *([] if is_kept else [signal.SIGHUP])]


def stopping(worker: Worker, grace_seconds: float) -> Callable[[], None]:
    """What a signal calls. A queue that never answers does not keep the worker beyond its last seconds."""
    seconds = iter([grace_seconds + LAST_SECONDS])

    def stop() -> None:
        worker.stop()
        timer = threading.Timer(next(seconds, LAST_SECONDS), _give_up)
        timer.daemon = True
        timer.start()

    return stop


def _give_up() -> None:
    """The handlers' processes end with this one, and the leases of their jobs expire."""
    logging.getLogger(__name__).error("The queue does not answer; the worker ends without it.")
    os._exit(1)


def _address(database_url: str | None, connection: Callable[[], Connection]) -> Connection | None:
    """The project's API; None if only a database URL and no project is configured."""
    if database_url is None:
        return connection()
    settings = load_settings(os.environ, settings_folder())
    if settings.connection is None or settings.secret_key is None:
        return None
    return Connection(settings.connection.url, settings.secret_key)


def _queue(database_url: str | None, address: Connection | None) -> ApiQueue | DatabaseQueue:
    if database_url is not None:
        from genjobs.worker.database import DatabaseQueue

        return DatabaseQueue(database_url)
    from genjobs.worker.api import ApiQueue

    assert address is not None  # noqa: S101 - for the types
    return ApiQueue(address.url, address.key)


def _place(database_url: str | None, address: Connection | None) -> str:
    if database_url is not None:
        return f"the database on {server_of(database_url)}"
    assert address is not None  # noqa: S101 - for the types
    return address.url


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


def _modes(given: str | None) -> list[str] | None:
    if given is None:
        return None
    modes = [mode.strip() for mode in given.split(",")]
    if not all(modes):
        raise InvalidInput(f"The modes “{given}” cannot be read.", hint="Write them as in --modes a,b.")
    return modes
