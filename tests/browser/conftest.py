from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from genjobs.local.options import AuthOptions, StackOptions
from genjobs.local.stack import StackInfo
from tests.browser import chromium
from tests.browser.consoles import running_console
from tests.browser.visitor import Visitor
from tests.data.people import Person, newcomer
from tests.stacks import UNLIMITED, running_stack

WITH_DEMO = StackOptions(
    demo_jobs_a_day=46,
    port=0,
    linger_seconds=0.5,
    auth=AuthOptions(mail_spacing_seconds=0, token_limit=UNLIMITED, other_limit=UNLIMITED),
)
LOOK = {
    "viewport": {"width": 1280, "height": 1000},
    "timezone_id": "Europe/Berlin",
    "locale": "en-GB",
    "reduced_motion": "reduce",  # what moves takes the time of a test that waits beside it
}
PATIENCE = 30_000
Arrival = Callable[..., Visitor]

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; skipped where there is none, unless CI=true."""
    with sync_playwright() as playwright:
        path = chromium.executable(playwright)
        if path is None:
            reason = "there is no Chromium: install one, or run `playwright install chromium`"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        with chromium.launch(playwright, path) as launched:
            yield launched


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this worker's stack and consoles keep their files."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def stack(browser: Browser, home: Path) -> Iterator[StackInfo]:
    """A stack with the demo people and their jobs; only where there is a browser to look at it."""
    with running_stack(home, WITH_DEMO) as running:
        yield running


@pytest.fixture(scope="session")
def console(stack: StackInfo, home: Path) -> Iterator[str]:
    """The address of a console on that stack."""
    with running_console(home) as address:
        yield address


@pytest.fixture(scope="session")
def regular(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has been to the console before, so that it need not load Streamlit anew each time."""
    with browser.new_context(**LOOK) as context:  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        yield context


@pytest.fixture
def arrive(browser: Browser, regular: BrowserContext, console: str) -> Iterator[Arrival]:
    """Someone new at the console, without cookies; each further one sits at a browser of their own.

    Keywords go to the context of such a browser.
    """
    regular.clear_cookies()
    contexts: list[BrowserContext] = []
    pages: list[Page] = []

    def arrived(address: str = console, **options: object) -> Visitor:
        if options or pages:
            contexts.append(browser.new_context(**{**LOOK, **options}))  # type: ignore[arg-type]
            contexts[-1].set_default_timeout(PATIENCE)
        pages.append((contexts[-1] if contexts else regular).new_page())
        return Visitor(pages[-1], address)

    yield arrived
    for opened in (*pages, *contexts):
        opened.close()


@pytest.fixture
def person(stack: StackInfo) -> Person:
    """Someone of the test's own, with nothing yet."""
    return newcomer(stack)
