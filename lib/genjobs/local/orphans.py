"""Checks and ends processes of a stack that are not this process's children."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

PATIENCE_SECONDS = 10.0


def end(pid_file: Path, program: str, folder: Path | None = None) -> None:
    """End the process that `pid_file` names if it is a `program` (working in `folder`); delete the file.

    A process id that now belongs to another program is left alone.
    """
    orphan = named_by(pid_file)
    if orphan and _is(orphan, program, folder):
        end_family(orphan, signal.SIGINT, PATIENCE_SECONDS)
    pid_file.unlink(missing_ok=True)


def end_all(program: str, folder: Path) -> None:
    """Kill every `program` that works in `folder`, and return when all are gone."""
    left = [process for process in psutil.process_iter() if _is(process, program, folder)]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _all_ended(left, PATIENCE_SECONDS)


def named_by(pid_file: Path) -> psutil.Process | None:
    """The running process whose id the file starts with; None if there is none."""
    try:
        return psutil.Process(int(pid_file.read_text().split()[0]))
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None


def _is(process: psutil.Process, program: str, folder: Path | None) -> bool:
    try:
        return program in process.name() and (folder is None or Path(process.cwd()) == folder)
    except psutil.Error:
        return False


def end_family(parent: psutil.Process, request: signal.Signals, patience: float) -> None:
    """Ask `parent` to end; after `patience` seconds kill it and its descendants; wait until all are gone."""
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
    """Whether the process is gone; a zombie counts as gone."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
