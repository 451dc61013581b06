"""Processes of a stack that are not this process's children: whether they have ended, and ending them."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterable
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
            end_family(orphan, signal.SIGINT, PATIENCE_SECONDS)
        pid_file.unlink()


def _found(pid: int, program: str, folder: Path | None) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        ours = program in process.name() and (folder is None or Path(process.cwd()) == folder)
    except psutil.Error:
        return None
    return process if ours else None


def end_family(parent: psutil.Process, request: signal.Signals, patience: float) -> None:
    """Ask `parent` to end, after `patience` seconds kill it and its descendants; return when all are gone."""
    try:
        family = [parent, *parent.children(recursive=True)]
        parent.send_signal(request)
    except psutil.NoSuchProcess:
        return
    if not _all_ended(family, patience):
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        _all_ended(family, patience)


def _all_ended(processes: Iterable[psutil.Process], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not all(has_ended(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def has_ended(process: psutil.Process) -> bool:
    """Whether it is gone; one that only waits for its parent to take notice counts as gone."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
