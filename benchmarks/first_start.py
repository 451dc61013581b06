"""How long somebody waits at the very first start, when nothing is made yet, in Chromium.

    python -m benchmarks.first_start [--beside COMMIT] [--times 3]

Builds and installs the wheel, starts `genjobs console` in a home of its own, has a Chromium that has never
been there open it as soon as it listens, and prints the seconds from the start until the first words are on
the screen, until the form to sign in is, and, after a click on a demo person, until their jobs are: the
medians of some starts. PostgREST lies in the machine's cache already. Another commit is started from its
checkout with the packages of this environment, turn and turn about, so that both see the same machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Error, Page, sync_playwright

from benchmarks.consoles import HOSTED, import_path, wait_until_gone, worktree
from genjobs.local import postgrest
from genjobs.local.ports import free_port
from tests.browser import chromium
from tests.local.wheel import install

PATIENCE = 120_000
PERSON = "Ben Okafor"
WORDS = "() => (document.querySelector('[data-testid=stMain]')?.innerText ?? '').trim()"
MOMENTS = ("first words", "sign-in form", "jobs of a demo person")


@dataclass(frozen=True)
class Kind:
    """What is started: its name, the command, and from which folder."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environ: Mapping[str, str]


def started(kind: Kind, browser: Browser) -> list[float]:
    """Seconds until each of `MOMENTS`."""
    with tempfile.TemporaryDirectory() as folder, browser.new_context() as context:
        page, home, port = context.new_page(), Path(folder) / "home", free_port()
        page.set_default_timeout(PATIENCE)
        began = time.monotonic()
        with _console(kind, home, port):
            return [at - began for at in _moments(page, f"http://127.0.0.1:{port}")]


def _moments(page: Page, address: str) -> Iterator[float]:
    _open(page, address)
    page.wait_for_function(WORDS, polling=20)
    yield time.monotonic()
    page.get_by_role("button", name="Sign in", exact=True).wait_for()
    yield time.monotonic()
    page.get_by_role("button", name=PERSON).click()
    page.get_by_role("button", name="Create job").wait_for()
    yield time.monotonic()


def _open(page: Page, address: str) -> None:
    """Open the address as soon as the server listens."""
    while True:
        try:
            page.goto(address, wait_until="commit")
            return
        except Error:
            time.sleep(0.02)


@contextmanager
def _console(kind: Kind, home: Path, port: int) -> Iterator[None]:
    options = ["--server.headless=true", f"--server.port={port}"]
    kept = {name: value for name, value in os.environ.items() if name not in HOSTED}
    process = subprocess.Popen(
        [*kind.command, *options],
        cwd=kind.folder,
        env={**kept, **kind.environ, "GENJOBS_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
        wait_until_gone(home)


def ours(folder: Path) -> Kind:
    """The wheel of this checkout, installed in `folder`."""
    installed = install(folder)
    return Kind("this checkout", (str(installed.command), "console"), installed.folder, {})


def of_commit(name: str, root: Path) -> Kind:
    """Another commit's checkout at `root`."""
    command = (sys.executable, "-m", "streamlit", "run", str(root / "app.py"))
    return Kind(name, command, root, {"PYTHONPATH": import_path(root)})


def measure(kinds: list[Kind], times: int, tell: Callable[[str], None]) -> None:
    """Start each kind so many times, turn and turn about, and tell the medians."""
    program = str(postgrest.binary(tell))
    os.environ["POSTGREST_BIN"] = program
    seen: dict[str, list[list[float]]] = {kind.name: [] for kind in kinds}
    with sync_playwright() as playwright:
        path = chromium.executable(playwright)
        assert path, "there is no Chromium"
        with chromium.launch(playwright, path) as browser:
            for _ in range(times):
                for kind in kinds:
                    seen[kind.name].append(started(kind, browser))
    for name, starts in seen.items():
        medians = map(median, zip(*starts, strict=True))
        told = (f"{what} {seconds:.1f} s" for what, seconds in zip(MOMENTS, medians, strict=True))
        tell(f"{name}: {', '.join(told)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_start")
    parser.add_argument("--beside", metavar="COMMIT", help="measure that commit too")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kinds = [ours(Path(folder))]
        if options.beside:
            with worktree(options.beside) as root:
                measure([*kinds, of_commit(options.beside, root)], options.times, print)
        else:
            measure(kinds, options.times, print)


if __name__ == "__main__":
    main()
