"""Real consoles: `streamlit run app.py` in a process of its own, on a free port, gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from genjobs.local.ports import free_port
from genjobs.paths import ROOT

DEADLINE_SECONDS = 60
SETTINGS = ("SUPABASE_URL", "SUPABASE_KEY", "SUPABASE_SECRET_KEY")


@contextmanager
def running_console(
    home: Path,
    environ: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    options: Sequence[str] = (),
    log: Path | None = None,
) -> Iterator[str]:
    """The address of a console that keeps its files in `home` and is up: ready, or failed with its reason.

    It is started from `folder` with more `options` for Streamlit, and writes what it has to say to `log`.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless=true"]
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    with (log or Path(os.devnull)).open("wb") as said:
        console = subprocess.Popen(
            [*command, f"--server.port={port}", *options],
            cwd=folder,
            env={**kept, "GENJOBS_HOME": str(home), **(environ or {})},
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    try:
        _wait(console, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        console.terminate()
        try:
            console.wait(10)
        except subprocess.TimeoutExpired:
            console.kill()
            console.wait()


def _wait(console: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < until:
        assert console.poll() is None, "the console ended before it was up"
        try:
            if httpx.get(f"{address}/health").json()["status"] in ("ready", "failed"):
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"the console was not up within {DEADLINE_SECONDS} s")
