"""Every screen in light and dark, wide and narrow: drawn to look at, and held to what a machine can judge."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from genjobs.console.shell.navigation import TITLES, address
from tests.browser.conftest import Arrival
from tests.browser.visitor import Visitor

FOLDER = Path(__file__).parent / "screenshots"
# At a zoom of 200% a browser lays a window of 1280 by 900 out as one of half that.
SIZES = {"narrow": (400, 900), "zoomed": (640, 450), "wide": (1280, 900)}
PAGES = {title: f"/{address(name)}" for name, (title, _) in TITLES.items()}
TABS = ("Migrations", "Isolation", "Troubleshooting", "E-mail codes")
# Only colours differ between the themes.
VIOLATIONS = {"resultTypes": ["violations"]}
DARK = VIOLATIONS | {"runOnly": ["color-contrast"]}
HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"
SPILL = """[...document.querySelectorAll('[data-testid=stMain], html')]
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.tagName)"""


DRAWN = """() => new Promise(resolve => {
    const check = () => document.querySelector('[data-testid=stSkeleton]')
        || [...document.querySelectorAll('[data-testid=stDataFrame]')].some(
            one => (one.querySelector('canvas')?.clientWidth ?? 0) < one.clientWidth / 2)
        ? requestAnimationFrame(check) : requestAnimationFrame(() => requestAnimationFrame(resolve));
    check();
})"""


def look(visitor: Visitor, name: str) -> None:
    """Draw the screen at each size; nothing may be unreadable, unnamed or stick out sideways."""
    for label, (width, height) in SIZES.items():
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.settle()
        visitor.page.evaluate(DRAWN)
        whole = max(height, min(4000, visitor.page.evaluate(HEIGHT)))
        visitor.page.set_viewport_size({"width": width, "height": whole})
        visitor.page.evaluate(DRAWN)
        visitor.page.screenshot(path=FOLDER / f"{name}-{label}.png", animations="disabled")
        assert visitor.page.evaluate(SPILL) == []
        found = Axe().run(visitor.page, options=DARK if name.endswith("dark") else VIOLATIONS)
        assert found.violations_count == 0, found.generate_report()


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_the_screens_of_someone_at_work(arrive: Arrival, theme: str) -> None:
    visitor = arrive(color_scheme=theme)
    visitor.open()
    look(visitor, f"sign-in-{theme}")
    expect(visitor.page).to_have_title("Sign in · Generation Jobs Console")
    visitor.page.get_by_role("button", name="Ben Okafor").click()
    visitor.sees("ben.studio@demo.example")
    for name, path in PAGES.items():
        visitor.open(path)
        look(visitor, f"{path.strip('/')}-{theme}")
        expect(visitor.page).to_have_title(f"{name} · Generation Jobs Console")
    for tab in TABS:
        visitor.page.get_by_role("tab", name=tab).click()
        look(visitor, f"setup-{tab.lower().replace(' ', '-')}-{theme}")


def test_the_screens_of_a_newcomer(arrive: Arrival, theme: str) -> None:
    visitor = arrive(color_scheme=theme)
    visitor.open()
    visitor.page.get_by_role("button", name="Dan Petrov").click()
    visitor.sees("Start with a project")
    look(visitor, f"newcomer-{theme}")
    visitor.open("/projects")
    look(visitor, f"newcomer-projects-{theme}")
    visitor.open("/costs")
    look(visitor, f"newcomer-costs-{theme}")
