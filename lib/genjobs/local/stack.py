"""The local Supabase for consoles: start or join it, query it, stop it."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psutil
from filelock import FileLock, Timeout

from genjobs.domain.errors import TimedOut, Unavailable
from genjobs.domain.people import DemoPerson
from genjobs.domain.progress import DemoProgress
from genjobs.local import demo_wait, leases, orphans, starting
from genjobs.local.home import Home
from genjobs.local.options import StackOptions
from genjobs.local.outbox import Mail, read

TURN_SECONDS = 300.0
STOP_SECONDS = 30.0
Step = Callable[[str], None]


@dataclass(frozen=True)
class StackInfo:
    """A running stack. `url` is the gateway's, `database_url` that of the role `postgres`.

    `options` are those it was started with, with its actual port.
    """

    url: str
    publishable_key: str
    secret_key: str = field(repr=False)
    anon_key: str
    service_role_key: str = field(repr=False)
    database_url: str = field(repr=False)
    demo_people: tuple[DemoPerson, ...] = field(repr=False)
    outbox: Path
    options: StackOptions = field(repr=False)

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        plain = ("url", "publishable_key", "secret_key", "anon_key", "service_role_key", "database_url")
        return cls(
            **{name: state[name] for name in plain},
            demo_people=tuple(DemoPerson(**person) for person in state["demo_people"]),
            outbox=Path(state["outbox"]),
            options=StackOptions.read(state.get("options", "")) or StackOptions(),
        )


def demo_progress(home: Path) -> DemoProgress | None:
    """The progress of the first load of the demo data; None if there is none. Reads one small file."""
    return demo_wait.progress(Home(home.expanduser()))


def read_outbox(info: StackInfo, email: str | None = None) -> list[Mail]:
    """The mails that the stack would have sent to `email` (by default all), newest first."""
    return read(info.outbox, email)


def ensure(
    on_step: Step = lambda _: None,
    home: Path | None = None,
    keep: bool = False,
    options: StackOptions | None = None,
    unless_stopped: bool = False,
    demo_later: bool = False,
) -> StackInfo:
    """Start the stack of `home`, or join a running one, and hold a lease on it until this process ends.

    With `keep`, the stack stays after its last console. `options` apply only if this call starts it; by
    default a killed stack restarts with its old options, on its old port if that is free. With
    `unless_stopped`, a stack that was stopped on purpose is not started. With `demo_later`, the call does not
    wait for the first load of the demo data; `demo_progress` reports it. Raises a ConsoleError with the
    reason if the stack cannot be started, or if this call starts it and its demo data cannot be loaded.
    """
    _require_posix()
    place = Home.at(home)
    with _turn(place, on_step):
        leases.take(place)
        try:
            state = _joined(place, keep, on_step)
            if state is None and unless_stopped and not place.wanted.exists():
                raise stopped()
            info = StackInfo.from_state(state or _started(place, keep, options, on_step))
            if not demo_later:
                demo_wait.wait(place, on_step, is_needed=state is None)
            return info
        except BaseException:
            leases.give_back(place)
            raise


def _require_posix() -> None:
    if os.name != "posix":
        raise Unavailable(
            "The local stack runs on Linux and macOS only.",
            hint="On Windows run it in WSL, or set SUPABASE_URL and SUPABASE_KEY to use a hosted project.",
        )


def _turn(place: Home, on_step: Step) -> FileLock:
    """Acquire and return the starting lock."""
    lock = place.starting(TURN_SECONDS)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_step("Waiting for another console that is starting or stopping the stack")
        _acquire(lock)
    return lock


def _acquire(lock: FileLock) -> None:
    try:
        lock.acquire()
    except Timeout as error:
        raise TimedOut(
            f"Another console has been starting or stopping the local stack for {TURN_SECONDS:.0f} s.",
            hint="Check the logs folder of the stack, or run: genjobs local stop",
        ) from error


def _joined(place: Home, keep: bool, on_step: Step) -> dict[str, Any] | None:
    state = place.read_state()
    if state is None:
        return None
    if keep:
        place.kept.touch(mode=0o600)
    from genjobs import migrations
    from genjobs.local import demo

    migrations.bring_up(state["database_url"], on_step)
    demo.top_up(state["database_url"], datetime.now(UTC))
    return state


def stopped() -> Unavailable:
    """The error for a stack that was stopped on purpose."""
    return Unavailable(
        "The database on this machine was stopped.",
        hint="To start it again: genjobs local start",
    )


def _started(place: Home, keep: bool, options: StackOptions | None, on_step: Step) -> dict[str, Any]:
    killed = place.wanted.exists()
    if not killed:
        place.kept.unlink(missing_ok=True)
    if keep:
        place.kept.touch(mode=0o600)
    earlier = StackOptions.read(place.wanted.read_text()) if killed else None
    return starting.start(place, options or earlier or StackOptions(), on_step)


def status(home: Path | None = None) -> StackInfo | None:
    """The running stack of `home`; None if none is ready."""
    state = Home.at(home).read_state()
    return StackInfo.from_state(state) if state else None


def stop(home: Path | None = None) -> bool:
    """Stop the stack of `home`, even if it is in use or starting; returns when every process is gone.

    Returns whether there was one.
    """
    place = Home.at(home)
    ended = _stopped(place)
    # Repeated once nobody is starting it, because a concurrent start ends by marking the stack as wanted.
    with _turn(place, lambda _: None):
        return _stopped(place) or ended


def _stopped(place: Home) -> bool:
    """Marks the stack as unwanted before ending it, so that no console restarts it.

    A killed supervisor that still holds its lock is waited for, but was not stopped by this call.
    """
    _want_no_more(place)
    ended = False
    while place.has_owner():
        if supervisor := _supervisor(place):
            orphans.end_family(supervisor, signal.SIGTERM, STOP_SECONDS)
            ended = True
        time.sleep(0.02)
    return ended


def _want_no_more(place: Home) -> None:
    for mark in (place.kept, place.wanted):
        mark.unlink(missing_ok=True)


def _supervisor(place: Home) -> psutil.Process | None:
    """The owner's process; None before it has replaced the last owner's process id, and once it has ended."""
    process = orphans.named_by(place.pid)
    try:
        return process if process and str(place.root) in process.cmdline() else None
    except psutil.Error:
        return None


def reset(home: Path | None = None) -> None:
    """Stop the stack of `home` and delete all of it: data, secrets, mail, logs."""
    place = Home.at(home)
    with _turn(place, lambda _: None):
        _stopped(place)
        for leftover in place.contents():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
