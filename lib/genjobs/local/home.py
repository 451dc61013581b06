"""The folder of a stack: its data, secrets, locks and logs."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import psutil
from filelock import FileLock

from genjobs.domain.errors import SettingsError
from genjobs.local.files import write_private
from genjobs.local.orphans import has_ended


@dataclass(frozen=True)
class Home:
    """Paths below `root`, and its locks.

    `starting` is held while a process starts, joins or ends the stack; `owner` as long as a supervisor runs.
    The kernel releases both when their holder ends, however it ends.
    """

    root: Path

    @classmethod
    def at(cls, root: Path | None = None) -> Home:
        """The home at `root`, else at GENJOBS_HOME, else in the user's data folder; created if absent.

        Raises SettingsError if it cannot be created or written to.
        """
        chosen = root or Path(os.environ.get("GENJOBS_HOME") or platformdirs.user_data_path("genjobs"))
        home = cls(chosen.expanduser().resolve())
        try:
            home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            home.leases.mkdir(exist_ok=True, mode=0o700)
            home.logs.mkdir(exist_ok=True, mode=0o700)
            if not os.access(home.root, os.W_OK):
                raise PermissionError(errno.EACCES, "you may not write to it")
        except OSError as error:
            raise SettingsError(
                f"The local stack cannot use {home.root}: {error.strerror}.",
                hint="Set GENJOBS_HOME to a folder that you may write to.",
            ) from error
        return home

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def leases(self) -> Path:
        return self.root / "leases"

    @property
    def pid(self) -> Path:
        """The supervisor's process id; valid only while there is an owner."""
        return self.root / "supervisor.pid"

    @property
    def postgrest_pid(self) -> Path:
        return self.root / "postgrest.pid"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox.jsonl"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def state(self) -> Path:
        """Written when every part answers, deleted when the stack starts to shut down."""
        return self.root / "state.json"

    @property
    def progress(self) -> Path:
        """One JSON object per line: {"step"} or {"error", "hint"}."""
        return self.root / "progress.jsonl"

    @property
    def demo(self) -> Path:
        """The progress of the first load of the demo data; exists until it is done."""
        return self.root / "demo.json"

    @property
    def kept(self) -> Path:
        """Exists while the stack is meant to outlive its last console."""
        return self.root / "kept"

    @property
    def wanted(self) -> Path:
        """The options of the stack; exists as long as it is meant to run.

        Written when it is ready, with its actual port; deleted when it is stopped, and when it ends with its
        last console. A stack that is gone while this file exists was killed.
        """
        return self.root / "wanted.json"

    def contents(self) -> list[Path]:
        """Everything that a stack created here, except the locks and leases."""
        made = [self.secrets, self.state, self.progress, self.outbox, self.pid, self.postgrest_pid]
        return [*made, self.demo, self.kept, self.wanted, *self.root.glob("data*"), *self.logs.iterdir()]

    def starting(self, timeout: float = -1) -> FileLock:
        return FileLock(self.root / "starting.lock", timeout=timeout, mode=0o600, is_singleton=False)

    def owner(self, timeout: float = -1) -> FileLock:
        return FileLock(self.root / "owner.lock", timeout=timeout, mode=0o600, is_singleton=False)

    def has_owner(self) -> bool:
        """Whether a supervisor is running."""
        return is_held(self.root / "owner.lock")

    def read_state(self) -> dict[str, Any] | None:
        """The state of a stack that is ready; None if there is none or its file is damaged.

        A killed supervisor counts as ended at once, although it holds its lock until its last thread is gone.
        """
        if not self.state.exists() or not self.has_owner():
            return None
        try:
            state: dict[str, Any] = json.loads(self.state.read_bytes())
            return None if has_ended(psutil.Process(state["pid"])) else state
        except (FileNotFoundError, ValueError, LookupError, TypeError, psutil.NoSuchProcess):
            return None

    def mark(self) -> tuple[int, int] | None:
        """Changes whenever the state is written anew; None without a state or an owner.

        Ten times cheaper than reading the state.
        """
        try:
            found = self.state.stat()
        except FileNotFoundError:
            return None
        return (found.st_ino, found.st_mtime_ns) if self.has_owner() else None

    def write_state(self, state: dict[str, Any]) -> None:
        write_private(self.state, json.dumps(state, indent=2).encode())


def is_held(path: Path) -> bool:
    """Whether a process holds the lock file at `path`; called often, so it uses the system call directly."""
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
