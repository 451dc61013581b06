"""Opens a browser on a console that is about to start."""

from __future__ import annotations

import contextlib
import threading
import time
import webbrowser

import httpx

PATIENCE_SECONDS = 120.0


def open_when_up(url: str) -> threading.Thread:
    """Open `url` in the person's browser once its server answers; without a browser nothing happens."""
    thread = threading.Thread(target=_open, args=(url,), name="browser", daemon=True)
    thread.start()
    return thread


def _open(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/_stcore/health", timeout=2).is_success:
                webbrowser.open(url)
                return
        time.sleep(0.2)
