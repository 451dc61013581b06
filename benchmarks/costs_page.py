"""How long the Costs page takes after a filter click, against the same screen with its data held in memory.

    python -m benchmarks.costs_page

Starts a local stack with the demo jobs, a console on it and a Chromium. Each screen is opened by a click
twice: first its data comes from the database, then from the session's memory, where it stays for some
seconds. Prints the medians, their ratio (the bar is 1.3), and how many round trips a first load waits for,
one after the other (the bar is 2).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from inspect import unwrap
from pathlib import Path
from statistics import median

import httpx
from playwright.sync_api import Page, sync_playwright

from genjobs.auth.server import AuthServer
from genjobs.console.costs import reads
from genjobs.data.transport.client import Client, http_pool, user_client
from genjobs.domain.cost_screen import CostScreen
from genjobs.local.options import JOBS_A_DAY
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from tests.browser import chromium
from tests.browser.conftest import WITH_DEMO
from tests.browser.consoles import running_console
from tests.browser.visitor import SETTLED
from tests.stacks import running_stack

BAR, MOST_WAITS = 1.3, 2
ALL_OF_IT = replace(WITH_DEMO, demo_jobs_a_day=JOBS_A_DAY)
PERSON = "ben.studio@demo.example"
OPTIONS = {
    "Statuses": ("Succeeded", "Failed", "Running", "Queued"),
    "Modes": ("main_white", "lifestyle", "feature_callout", "packaging"),
}
REDRAWN = """() => new Promise(resolve => {
    const app = document.querySelector('[data-testid=stApp]')
    let began = false
    new MutationObserver(() => {
        const state = app.dataset.testScriptState
        began = began || state !== 'notRunning'
        if (!began || state !== 'notRunning') return
        resolve(performance.now() - window.clicked)
    }).observe(app, {attributes: true, attributeFilter: ['data-test-script-state']})
    const once = {once: true, capture: true}
    document.addEventListener('click', () => { window.clicked = performance.now() }, once)
})"""


def show_filters(page: Page, label: str) -> None:
    """Open what holds the filters, where it is closed."""
    if not page.get_by_label(label, exact=True).is_visible():
        page.locator(".st-key-costs-filters button").first.click()
        page.get_by_label(label, exact=True).wait_for()
        page.wait_for_selector(SETTLED)


def choose(page: Page, label: str, option: str) -> float:
    """Milliseconds from the click on an option until the script has ended."""
    show_filters(page, label)
    page.get_by_label(label, exact=True).click()
    found = page.get_by_role("option", name=option, exact=True)
    found.wait_for()
    page.evaluate(f"void (window.redrawn = ({REDRAWN})())")
    found.click()
    return float(page.evaluate("window.redrawn"))


def undo(page: Page, label: str) -> None:
    """Take the filter away again; the screen without it is in memory."""
    show_filters(page, label)
    page.evaluate(f"window.clicked = performance.now(); void (window.redrawn = ({REDRAWN})())")
    page.get_by_label(label, exact=True).press("Backspace")
    page.evaluate("window.redrawn")
    page.keyboard.press("Escape")
    page.wait_for_selector(SETTLED)


def clicks(page: Page) -> Iterator[tuple[float, float]]:
    """For each screen, milliseconds with its data from the database and with its data in memory."""
    for label, options in OPTIONS.items():
        for option in options:
            times = []
            for _ in range(2):
                times.append(choose(page, label, option))
                undo(page, label)
            yield times[0], times[1]


@contextmanager
def costs_page(address: str) -> Iterator[Page]:
    """The Costs page of a demo person, drawn once."""
    with sync_playwright() as playwright:
        path = chromium.executable(playwright)
        assert path, "there is no Chromium"
        with chromium.launch(playwright, path) as browser:
            page = browser.new_page(timezone_id="Europe/Berlin", viewport={"width": 1280, "height": 1000})
            page.goto(f"{address}/costs")
            page.get_by_role("button", name="Ben Okafor").click()
            page.get_by_text("agree. Counted").wait_for()
            page.wait_for_selector(SETTLED)
            yield page


def waits(spans: list[tuple[float, float]]) -> int:
    """The longest chain of requests of which each began after the one before had ended."""
    chain, free_at = 0, float("-inf")
    for start, end in sorted(spans, key=lambda span: span[1]):
        if start >= free_at:
            chain, free_at = chain + 1, end
    return chain


def first_load(info: StackInfo) -> list[tuple[float, float]]:
    """When each request of a first load began and ended, in seconds."""
    spans: list[tuple[float, float]] = []
    begun: dict[int, float] = {}
    hooks = http_pool().event_hooks
    hooks["request"].append(lambda request: begun.update({id(request): time.monotonic()}))
    hooks["response"].append(lambda answer: _note(answer, begun, spans))
    http_pool().event_hooks = hooks
    client, me = _client(info)
    spans.clear()
    now = datetime.now(UTC)
    screen = CostScreen("Europe/Berlin")
    unwrap(reads.choices)(me, client, screen.zone, False, now + timedelta(days=1), sees_everyone=False)
    unwrap(reads.read)(me, client, reads.wanted(screen, now), sees_everyone=False)
    return spans


def _note(answer: httpx.Response, begun: dict[int, float], spans: list[tuple[float, float]]) -> None:
    answer.read()
    spans.append((begun.pop(id(answer.request)), time.monotonic()))


def _client(info: StackInfo) -> tuple[Client, str]:
    password = next(person.password for person in info.demo_people if person.email == PERSON)
    connection = Connection(info.url, info.publishable_key)
    tokens = AuthServer(connection, http_pool()).sign_in(PERSON, password)
    return user_client(connection, tokens.access_token), tokens.user_id


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), ALL_OF_IT) as info:
        spans = first_load(info)
        with running_console(Path(folder)) as address, costs_page(address) as page:
            times = list(clicks(page))
    cold, warm = median(first for first, _ in times), median(second for _, second in times)
    print(f"{len(times)} screens, click to drawn: {cold:.0f} ms by the database, {warm:.0f} ms by memory")
    print(f"ratio {cold / warm:.2f} (bar {BAR})")
    print(f"first load: {len(spans)} requests, {waits(spans)} waits one after the other (bar {MOST_WAITS})")


if __name__ == "__main__":
    main()
