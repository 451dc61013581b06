"""Leases: each console locks a file of its own, which the kernel unlocks when the console ends."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from filelock import FileLock

from genjobs.local.home import Home, is_held

_held: dict[Path, FileLock] = {}


def take(home: Home) -> None:
    """Hold a lease on the stack of `home` until this process ends. Call it under `home.starting()`."""
    if home.root in _held:
        return
    path = home.leases / f"{os.getpid()}-{secrets.token_hex(4)}"
    lease = FileLock(path, mode=0o600, is_singleton=False, thread_local=False)
    lease.acquire()
    _held[home.root] = lease


def give_back(home: Home) -> None:
    """Release this process's lease early."""
    lease = _held.pop(home.root, None)
    if lease:
        lease.release()


def any_held(home: Home) -> bool:
    """Whether a running console holds a lease; removes files of ended ones. Call it under the same lock."""
    held = [lease for lease in home.leases.iterdir() if _living(lease)]
    return bool(held)


def _living(lease: Path) -> bool:
    if is_held(lease):
        return True
    lease.unlink(missing_ok=True)
    return False
