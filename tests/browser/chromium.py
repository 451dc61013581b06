"""A real Chromium: from the PATH, else Playwright's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable(playwright: Playwright) -> str | None:
    """The path of a Chromium that is there; None where there is none."""
    own = playwright.chromium.executable_path
    found = [path for path in map(shutil.which, NAMES) if path]
    return next(iter([*found, *([own] if Path(own).exists() else [])]), None)


def launch(playwright: Playwright, path: str) -> Browser:
    """A headless browser that talks to nobody on its own account."""
    return playwright.chromium.launch(executable_path=path, args=FLAGS)
