"""The live demo as its console sees it: one process that is on or off, and ends with the console."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genjobs.local.stack import StackInfo

END_SECONDS = 20.0


class LiveDemo:
    """Off until turned on; shared by everyone who uses `stack()`. Methods may be called from any thread."""

    def __init__(self, stack: Callable[[], StackInfo | None]) -> None:
        self._stack = stack
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    @property
    def is_on(self) -> bool:
        """Whether its process is running."""
        return self._process is not None and self._process.poll() is None

    def turn_on(self) -> None:
        """Start it; does nothing if it is on or there is no local stack."""
        with self._lock:
            stack = self._stack()
            if stack is None or self.is_on:
                return
            self._process = _started({"url": stack.url, "secret_key": stack.secret_key})

    def turn_off(self) -> None:
        """Ask it to end; jobs that its workers hold are handed back within seconds and queued again."""
        if process := self._released():
            threading.Thread(target=_end, args=(process,), name="live-demo-end", daemon=True).start()

    def close(self) -> None:
        """Turn it off and wait until it has ended; kill it if it does not."""
        if process := self._released():
            _end(process)

    def _released(self) -> subprocess.Popen[str] | None:
        with self._lock:
            process, self._process = self._process, None
        return process


def _started(address: dict[str, str]) -> subprocess.Popen[str]:
    """The address goes over the pipe: command lines can be read by everyone on the machine."""
    command = [sys.executable, "-m", "genjobs.live"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603
    print(json.dumps(address), file=process.stdin, flush=True)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
