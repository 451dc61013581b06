"""Processes that an earlier supervisor left behind, known by the pid files they wrote."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path

import psutil

PATIENCE_SECONDS = 10.0


def end(pid_file: Path, program: str, folder: Path | None = None) -> None:
    """End the process that `pid_file` names when it is a `program` (working in `folder`); forget the file.

    A process id that belongs to something else by now is left alone.
    """
    with contextlib.suppress(FileNotFoundError):
        words = pid_file.read_text().split()
        orphan = _found(int(words[0]), program, folder) if words else None
        if orphan:
            _end(orphan)
        pid_file.unlink()


def _found(pid: int, program: str, folder: Path | None) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        ours = program in process.name() and (folder is None or Path(process.cwd()) == folder)
    except psutil.Error:
        return None
    return process if ours else None


def _end(orphan: psutil.Process) -> None:
    family = [orphan, *orphan.children()]
    with contextlib.suppress(psutil.NoSuchProcess):
        orphan.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=PATIENCE_SECONDS)
