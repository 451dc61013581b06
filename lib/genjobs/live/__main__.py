"""The process of a live demo: reads the stack's address from standard input, and ends when that closes."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from contextlib import ExitStack, closing

from genjobs.live.arrivals import DemoApi, keep_coming
from genjobs.paths import ROOT
from genjobs.worker.api import ApiQueue
from genjobs.worker.loop import Worker
from genjobs.worker.processes import Handlers

HANDLER = "examples.demo_handler:generate"
WORKERS, CONCURRENCY = 2, 2
TIMEOUT_SECONDS, GRACE_SECONDS, LEASE_SECONDS = 60.0, 2.0, 15


def main() -> None:
    """Run until the parent closes the pipe, because it has ended or turned the demo off."""
    address = json.loads(sys.stdin.readline())
    os.chdir(ROOT)  # where the handler's package is found
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the console, and that closes the pipe
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s live demo: %(message)s")
    with ExitStack() as stack:
        workers = [_worker(stack, **address) for _ in range(WORKERS)]
        ended = threading.Event()
        threads = [threading.Thread(target=worker.run) for worker in workers]
        arrivals = (DemoApi(**address), ended, logging.warning)
        threads.append(threading.Thread(target=keep_coming, args=arrivals))
        for thread in threads:
            thread.start()
        sys.stdin.read()
        ended.set()
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join()


def _worker(stack: ExitStack, url: str, secret_key: str) -> Worker:
    queue = stack.enter_context(closing(ApiQueue(url, secret_key)))
    handlers = stack.enter_context(Handlers(HANDLER, CONCURRENCY, TIMEOUT_SECONDS))
    return Worker(queue, handlers, lease_seconds=LEASE_SECONDS, grace_seconds=GRACE_SECONDS)


if __name__ == "__main__":
    main()
