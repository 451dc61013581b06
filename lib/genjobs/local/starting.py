"""Starts a supervisor and follows it until its stack is ready."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from genjobs.domain.errors import TimedOut, Unavailable
from genjobs.local import children
from genjobs.local.files import open_private
from genjobs.local.home import Home
from genjobs.local.options import StackOptions
from genjobs.paths import ROOT

START_SECONDS = 300.0
Step = Callable[[str], None]


def start(home: Home, options: StackOptions, on_step: Step) -> dict[str, Any]:
    """The state of the stack once it is ready. Call it under `home.starting()`.

    If a supervisor is already running, because the console that spawned it was killed, waits for it.
    Raises Unavailable with the reason if the stack does not start.
    """
    deadline = time.monotonic() + START_SECONDS
    report = _Report(home, on_step)
    supervisor: subprocess.Popen[bytes] | None = None
    while (state := home.read_state()) is None:
        if supervisor is None and not home.has_owner():
            _forget_the_last(home)
            supervisor = _spawn(home, options)
        ended = supervisor is not None and supervisor.poll() is not None
        report.follow()
        if ended:
            raise report.failure()
        if time.monotonic() > deadline:
            raise TimedOut(f"The local stack was not ready after {START_SECONDS:.0f} s: see {home.logs}.")
        time.sleep(0.03)
    report.follow()
    return state


def _forget_the_last(home: Home) -> None:
    """Delete the state files of an ended stack."""
    for path in (home.state, home.progress, home.demo, *home.logs.iterdir()):
        path.unlink(missing_ok=True)


def _spawn(home: Home, options: StackOptions) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "genjobs.local.supervisor", "--home", str(home.root)]
    with open_private(home.logs / "supervisor.log") as log_file:
        return subprocess.Popen(  # noqa: S603
            [*command, "--options", options.to_json()],
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            start_new_session=True,
        )


@dataclass
class _Report:
    """A supervisor's reports about its start."""

    home: Home
    on_step: Step
    read: int = 0
    error: dict[str, str] | None = None

    def follow(self) -> None:
        """Pass on new steps."""
        text = self.home.progress.read_text() if self.home.progress.exists() else ""
        lines = text[: text.rfind("\n") + 1].splitlines()
        for line in lines[self.read :]:
            said = json.loads(line)
            if "step" in said:
                self.on_step(said["step"])
            else:
                self.error = said
        self.read = len(lines)

    def failure(self) -> Unavailable:
        if self.error:
            return Unavailable(self.error["error"], hint=self.error["hint"])
        log = self.home.logs / "supervisor.log"
        return Unavailable(f"The local stack ended while starting: {children.tail(log)}", hint=f"See {log}.")
