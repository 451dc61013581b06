"""From a click in the menu until the page is drawn, for each page, beside an empty one of the same console.

    python -m benchmarks.pages [rounds]

Starts a console with a database and demo data of its own, and a Chromium. A person goes from the empty page
to each page and back, `rounds` times (by default 9), slowly enough that what was read for the page before is
no longer kept. A page is drawn when its script has ended and nothing stands there greyed out. Prints the
medians; the bar is 1.5 times the empty page. A page of one table and one of one chart, which read nothing,
tell what Streamlit and Chromium take for these alone.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.consoles import consoles
from tests.browser import chromium
from tests.browser.test_screens import DRAWN
from tests.browser.visitor import SETTLED

BAR, KEPT_MS = 1.5, 11_000
PEOPLE = {"Ben Okafor": "one person's jobs", "Ana Lindqvist": "everyone's totals"}
NAMES = ("Jobs test", "Costs", "Projects", "Setup", "One table", "One chart")
EMPTY = "Empty"
THERE = """heading => new Promise(resolve => {
    const there = () => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'
        && (document.querySelector('[data-testid=stMain] h1')?.innerText ?? '') === heading
        && !document.querySelector('[data-testid=stMain] [data-stale=true]')
    const look = () => there() ? resolve() : requestAnimationFrame(look)
    const once = {once: true, capture: true}
    document.addEventListener('click', () => { window.clicked = performance.now(); look() }, once)
})"""


def milliseconds(page: Page, name: str) -> float:
    """From the click on the page's name in the menu until it is drawn."""
    link = page.get_by_test_id("stSidebarNav").get_by_role("link", name=name)
    heading = "" if name == EMPTY else name
    page.evaluate(f"void (window.over = ({THERE})({heading!r}).then({DRAWN}))")
    link.click()
    page.evaluate("window.over")
    return float(page.evaluate("performance.now() - window.clicked"))


def visit(page: Page, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each page, round by round."""
    seen: dict[str, list[float]] = {name: [] for name in (EMPTY, *NAMES)}
    for _ in range(rounds):
        for name in NAMES:
            seen[EMPTY].append(milliseconds(page, EMPTY))
            page.wait_for_timeout(KEPT_MS / len(NAMES))
            seen[name].append(milliseconds(page, name))
    return seen


def main(rounds: int) -> None:
    """Measure and print."""
    with ExitStack() as ending:
        [console] = ending.enter_context(consoles(None))
        playwright = ending.enter_context(sync_playwright())
        path = chromium.executable(playwright)
        assert path, "there is no Chromium"
        browser = ending.enter_context(chromium.launch(playwright, path))
        for person, sees in PEOPLE.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"http://{console.address}/empty")
            page.get_by_role("button", name=person).click()
            page.get_by_test_id("stSidebarNav").get_by_role("link", name=EMPTY).wait_for()
            page.wait_for_selector(SETTLED)
            times = {name: median(each) for name, each in visit(page, rounds).items()}
            print(f"{person}, {sees}: the empty page {times[EMPTY]:.0f} ms")
            for name in NAMES:
                ratio = times[name] / times[EMPTY]
                print(f"  {name:10} {times[name]:5.0f} ms, {ratio:.2f} times (wanted: {BAR})")
            page.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
