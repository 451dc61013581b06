"""Consoles to measure, of this checkout or another commit, each with its own database and demo data."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from genjobs.local.home import Home
from genjobs.local.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS, END_SECONDS = 180, 60
HOSTED = ("SUPABASE_URL", "SUPABASE_KEY", "SUPABASE_SECRET_KEY")


@dataclass(frozen=True)
class Console:
    """A console that runs; `address` is host and port."""

    name: str
    address: str
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Processor time that the console itself has taken, without its database."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def megabytes(self) -> float:
        """Resident memory."""
        return float(self.process.memory_info().rss) / 1e6


@contextmanager
def consoles(beside: str | None) -> Iterator[list[Console]]:
    """The console of this checkout, then that of the commit `beside`, if one is named."""
    with ExitStack() as stack:
        entry = ROOT / "benchmarks" / "bare_pages.py"
        found = [stack.enter_context(_running("this checkout", ROOT, entry))]
        if beside:
            root = stack.enter_context(worktree(beside))
            found.append(stack.enter_context(_running(beside, root, root / "app.py")))
        yield found


@contextmanager
def worktree(commit: str) -> Iterator[Path]:
    """A checkout of another commit."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def import_path(root: Path) -> str:
    """Where the packages of a checkout are found, before those that the environment has installed."""
    inner = [str(root / "lib")] if (root / "lib" / "genjobs").exists() else []
    return os.pathsep.join([str(root), *inner])


@contextmanager
def _running(name: str, root: Path, entry: Path) -> Iterator[Console]:
    with tempfile.TemporaryDirectory() as folder:
        home, address = Path(folder) / "home", f"127.0.0.1:{free_port()}"
        port = f"--server.port={address.partition(':')[2]}"
        kept = {key: value for key, value in os.environ.items() if key not in HOSTED}
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(entry), "--server.headless=true", port],
            cwd=root,
            env={**kept, "GENJOBS_HOME": str(home), "PYTHONPATH": import_path(root)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_ready(server, address)
            yield Console(name, address, psutil.Process(server.pid))
        finally:
            server.terminate()
            server.wait(END_SECONDS)
            wait_until_gone(home)


def _wait_until_ready(server: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("the console ended before it was ready")
        try:
            health = httpx.get(f"http://{address}/health").json()
        except httpx.TransportError:
            health = {"status": "starting"}
        if health["status"] == "failed":
            raise RuntimeError(f"the console did not start: {health['error']}")
        if health["status"] == "ready" and not health.get("demo"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the console was not ready within {START_SECONDS} s")


def wait_until_gone(home: Path) -> None:
    """The stack ends some seconds after its last console, and until then its files are in use."""
    until, place = time.monotonic() + END_SECONDS, Home(home)
    while (place.state.exists() or place.has_owner()) and time.monotonic() < until:
        time.sleep(0.1)
