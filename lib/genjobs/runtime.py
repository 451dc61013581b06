"""The console of this process: its settings, the local stack if it uses one, and its sessions.

Slow imports happen in the thread that starts it, so that the server is up earlier and can show progress.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from genjobs.auth.form_memory import FormMemory
from genjobs.domain.errors import ConsoleError, SettingsError, UnexpectedError
from genjobs.domain.people import DemoPerson
from genjobs.domain.progress import DemoProgress, Progress
from genjobs.domain.reach import Reach
from genjobs.live.process import LiveDemo
from genjobs.local.backoff import Backoff
from genjobs.paths import install_command, settings_folder
from genjobs.settings.connection import Connection
from genjobs.settings.loading import Settings, load_settings

if TYPE_CHECKING:
    from genjobs.auth.sessions import Clock, SessionService
    from genjobs.data.reach import Probe
    from genjobs.local.outbox import Mail
    from genjobs.local.stack import StackInfo
    from genjobs.local.watch import StackState, Watch

logger = logging.getLogger(__name__)


class Runtime:
    """The console's state. No method but `wait` waits for the start; call `progress()` first.

    Once ready on the local stack, it restarts a killed stack by itself. `form_memory` seals what the sign-in
    screen remembers, `demo_token` is the token in the link that shares the demo users (None if they are not
    shared), `live` is the local stack's live demo.
    """

    def __init__(self, settings: Settings | SettingsError, clock: Clock = time.time) -> None:
        self.settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._progress = Progress("starting")
        self._thread: threading.Thread | None = None
        self._stack: StackInfo | None = None
        self._demo_is_there = False
        self._connection: Connection | None = None
        self._sessions: SessionService | None = None
        self._probe: Probe | None = None
        self._watch: Watch | None = None
        self._backoff = Backoff()
        self.live = LiveDemo(lambda: self._stack)
        self.form_memory = FormMemory(clock)
        shared = isinstance(settings, Settings) and self.is_local and settings.share_demo
        self.demo_token = secrets.token_urlsafe(24) if shared else None

    @property
    def is_local(self) -> bool:
        """Whether the console runs on the local stack."""
        return isinstance(self.settings, Settings) and self.settings.connection is None

    def start(self) -> None:
        """Start in the background, once; and again after a failure, or if the local stack is gone."""
        with self._lock:
            if self._thread is None or self._needs_another_start():
                self._begin()

    def wait(self, most_seconds: float | None = None) -> Progress:
        """Wait until the start has succeeded or failed, at most `most_seconds`; never call it in a page."""
        if self._thread is not None:
            self._thread.join(most_seconds)
        return self._progress

    def close(self) -> None:
        """Stop the live demo and the probe, and close the session store; call it when the server stops."""
        self.live.close()
        if self._probe is not None:
            self._probe.end()
        if self._watch is not None:
            self._watch.end()
        if self._sessions is not None:
            self._sessions.close_store()

    def progress(self) -> Progress:
        """The current progress of the start."""
        return self._progress

    def connection(self) -> Connection:
        """The project that the console uses. Raises Unavailable while it starts."""
        if self._connection is None:
            raise self._progress.refusal
        return self._connection

    def sessions(self) -> SessionService:
        """The session service. Raises Unavailable while the console starts."""
        if self._sessions is None:
            raise self._progress.refusal
        return self._sessions

    def reach(self, access_token: str = "") -> Reach:
        """Whether the database answered the last probe; never waits. See `Probe.reach`."""
        return self._probe.reach(access_token) if self._probe else Reach()

    def database_answers(self) -> bool | None:
        """Whether the database answered last, for a monitor; None before the start. See `Probe.glance`."""
        return self._probe.glance().answers if self._probe else None

    def look_soon(self) -> None:
        """Make the probe query the database at once."""
        if self._probe:
            self._probe.look_soon()

    def demo_people(self) -> tuple[DemoPerson, ...]:
        """The demo users of the local stack; none on a hosted project."""
        return self._stack.demo_people if self._stack else ()

    def demo_ids(self) -> tuple[str, ...]:
        """The user ids of the local stack's demo users; none on a hosted project."""
        if self._stack is None:
            return ()
        from genjobs.local.demo import PEOPLE

        return tuple(person.user_id for person in PEOPLE)

    def demo_progress(self) -> DemoProgress | None:
        """The progress of the first load of the local stack's demo data; None if it is complete."""
        if self._stack is None or not isinstance(self.settings, Settings) or self._demo_is_there:
            return None
        from genjobs.local.stack import demo_progress

        found = demo_progress(self.settings.home)
        self._demo_is_there = found is None
        return found

    def outbox(self, email: str) -> list[Mail]:
        """The mails that the local stack kept for `email`, newest first; none on a hosted project."""
        if self._stack is None:
            return []
        from genjobs.local.outbox import read

        return read(self._stack.outbox, email)

    def _needs_another_start(self) -> bool:
        if self._stack is None or self._progress.state != "ready":
            return self._progress.state == "failed"
        from genjobs.local.stack import status

        return isinstance(self.settings, Settings) and status(self.settings.home) is None

    def _begin(self, unless_stopped: bool = False) -> None:
        """Call it under the lock. The last error is kept until it is ready, or somebody starts it again."""
        failed = self._progress.error if unless_stopped else None
        self._progress = Progress("starting", error=failed, again=self._connection is not None)
        arguments = (unless_stopped,)
        self._thread = threading.Thread(target=self._run, args=arguments, name="console-start", daemon=True)
        self._thread.start()

    def _run(self, unless_stopped: bool) -> None:
        try:
            self._assemble(unless_stopped)
        except ConsoleError as error:
            self._fail(error)
        except Exception as error:
            logger.exception("The console did not start.")
            self._fail(UnexpectedError(f"The console did not start: {error}", hint="Check its log."))

    def _assemble(self, unless_stopped: bool) -> None:
        settings = self.settings
        if isinstance(settings, SettingsError):
            raise settings
        connection = settings.connection or self._local_connection(settings.home, unless_stopped)
        from genjobs.auth.opening import open_sessions
        from genjobs.auth.server import AuthServer
        from genjobs.data.reach import Probe
        from genjobs.data.transport.client import http_pool

        server = AuthServer(connection, http_pool(), settings.secret_key)
        if self._sessions is None:
            self._sessions = open_sessions(settings, server, self._clock)
        self._sessions.server = server
        self._connection = connection
        self._progress = Progress("ready", self._progress.steps)
        self._probe = self._probe or Probe(self.connection)
        self._probe.note(answers=True)
        if settings.live_demo:
            self.live.turn_on()

    def _look_after(self, stack: StackState) -> None:
        """Start or join the local stack again, unless it is unchanged or was stopped on purpose."""
        from genjobs.local.stack import stopped

        with self._lock:
            state = self._progress.state
            if state == "starting" or (state == "ready" and stack == "here"):
                return
            if stack in ("killed", "stopped") and self._probe:
                self._probe.note(answers=False)
            if stack == "stopped":
                self._progress = Progress("failed", error=stopped(), again=True)
            elif self._backoff.is_due():
                self._backoff.started()
                self._begin(unless_stopped=True)

    def _local_connection(self, home: Path, unless_stopped: bool) -> Connection:
        try:
            from genjobs.local.stack import ensure
            from genjobs.local.watch import Watch
        except ImportError as error:
            raise SettingsError(
                f"The local stack is not installed ({error.name} is missing).",
                hint=f"Run: {install_command('local')}, or set SUPABASE_URL and SUPABASE_KEY.",
            ) from error
        known = self._stack.options if self._stack else None
        stack = ensure(self._step, home=home, options=known, unless_stopped=unless_stopped, demo_later=True)
        self._stack, self._demo_is_there = stack, False
        self._watch = self._watch or Watch(home, lambda: self._stack or stack, self._look_after)
        return Connection(stack.url, stack.publishable_key)

    def _step(self, step: str) -> None:
        self._progress = self._progress.after(step)

    def _fail(self, error: ConsoleError) -> None:
        self._progress = replace(self._progress, state="failed", error=error)


_of_this_process: Runtime | None = None
_making = threading.Lock()


def runtime() -> Runtime:
    """The runtime of this process; created from the environment and started if none is installed."""
    global _of_this_process
    with _making:
        if _of_this_process is None:
            _of_this_process = from_environment()
            _of_this_process.start()
        return _of_this_process


def install(chosen: Runtime | None) -> None:
    """Make `chosen` the runtime of this process; None removes it."""
    global _of_this_process
    with _making:
        _of_this_process = chosen


def from_environment() -> Runtime:
    """A runtime with this environment's settings; if they are unusable, its start fails with the reason."""
    try:
        return Runtime(load_settings(os.environ, settings_folder()))
    except SettingsError as error:
        return Runtime(error)
