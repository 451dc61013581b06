"""Consoles as processes of their own, and what a stack consists of."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from genjobs.local.options import StackOptions
from genjobs.local.orphans import has_ended
from tests.stacks import SMALL

# As in a terminal, also where the tests ignore its end (nohup).
PROGRAM = """
import signal, sys, time
from pathlib import Path
from genjobs.local import stack
from genjobs.local.orphans import has_ended
from genjobs.local.options import StackOptions
signal.signal(signal.SIGHUP, signal.SIG_DFL)
info = stack.ensure(home=Path(sys.argv[1]), options=StackOptions.from_json(sys.argv[2]))
print(info.url, flush=True)
time.sleep(600)
"""


@dataclass
class Console:
    """A process that holds a lease once `url` has been read."""

    process: subprocess.Popen[str]

    def url(self) -> str:
        """Waits until its stack is ready; empty when it failed."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def console(home: Path, options: StackOptions = SMALL) -> Iterator[Console]:
    command = [sys.executable, "-c", PROGRAM, str(home), options.to_json()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        running = Console(process)
        try:
            yield running
        finally:
            running.kill()


def supervisor(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "supervisor.pid").read_text()))


def state(home: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((home / "state.json").read_text())
    return read


def part(home: Path, name: str) -> psutil.Process:
    """The supervisor's child `postgres` or `postgrest`."""
    found = parts(home, name)
    assert len(found) == 1
    return found[0]


def parts(home: Path, name: str) -> list[psutil.Process]:
    """None while the supervisor replaces it."""
    return [child for child in supervisor(home).children() if named(child) == name]


def named(process: psutil.Process) -> str | None:
    """None of a process that has ended meanwhile."""
    with suppress(psutil.NoSuchProcess):
        return process.name()
    return None


@contextmanager
def frozen(process: psutil.Process) -> Iterator[None]:
    """It and its descendants stand still; those that end just then are left alone."""
    family = [process, *process.children(recursive=True)]
    try:
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.suspend()
        yield
    finally:
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.resume()


def family(home: Path) -> list[psutil.Process]:
    """The supervisor and all that descends from it."""
    parent = supervisor(home)
    return [parent, *parent.children(recursive=True)]


def gone(processes: list[psutil.Process]) -> bool:
    return all(has_ended(process) for process in processes)


def copied(made: Path, home: Path) -> Path:
    """A home of its own with what an earlier stack left behind."""
    shutil.copytree(made, home, ignore=shutil.ignore_patterns("*.lock"))
    return home
