"""Child processes that do not outlive their parent, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    log: BinaryIO,
    end_with: signal.Signals = signal.SIGTERM,
    environ: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own, its output going to `log`.

    On Linux the kernel sends it `end_with` when the thread that called this ends, SIGKILL included.
    """
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environ,
        process_group=0,
        preexec_fn=_die_with_parent(end_with),
    )


def _die_with_parent(end_with: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(end_with))
        if os.getppid() != parent:
            os.kill(os.getpid(), end_with)

    return ask_the_kernel


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log, or a note that there are none."""
    written = log.read_text(errors="replace").splitlines() if log.exists() else []
    return " | ".join(written[-lines:]) or f"nothing in {log}"
