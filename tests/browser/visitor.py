"""Someone who sits at a browser: opens pages, fills in, presses, and waits for what the screen then says."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.data.people import Person

SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass(frozen=True)
class Visitor:
    """One browser tab on one console; `address` has no slash at its end."""

    page: Page
    address: str

    def open(self, path: str = "/") -> None:
        """Load a page of the console anew and wait until its script has ended."""
        self.page.goto(self.address + path)
        self.settle()

    def settle(self) -> None:
        """Wait until the script has ended."""
        self.page.wait_for_selector(SETTLED)

    def sign_in(self, person: Person, path: str = "/") -> None:
        """Post the form without drawing it, which saves a page load, and open a page."""
        posted = self.page.request.post(
            f"{self.address}/session/sign-in",
            form={"email": person.email, "password": person.password, "next": "/"},
            headers={"Sec-Fetch-Site": "same-origin", "Origin": self.address},
            max_redirects=0,
            max_retries=1,  # the server ends a connection that nobody has used for five seconds
        )
        assert posted.status == 303, posted.text()
        self.open(path)
        self.sees(person.email)

    def sign_in_by_form(self, email: str, password: str) -> None:
        """Fill in and send the form that stands in front of every page."""
        self.field("E-mail").fill(email)
        self.field("Password").fill(password)
        self.button("Sign in").click()

    def sign_out(self, where: str = "Sign out here") -> None:
        """Open the menu beside the page and leave."""
        self.page.get_by_test_id("stSidebar").get_by_test_id("stPopover").locator("button").click()
        self.button(where).click()

    def button(self, name: str) -> Locator:
        """The button of exactly this name; icons are part of an accessible name, so they are left out."""
        return self.page.locator("button").filter(has=self.page.get_by_text(name, exact=True)).first

    def field(self, label: str) -> Locator:
        """The input that this label names."""
        return self.page.get_by_label(label, exact=True)

    def sees(self, text: str) -> None:
        """Wait for a text on the screen."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def sees_not(self, text: str) -> None:
        """Wait until a text is nowhere on the screen."""
        expect(self.page.get_by_text(text)).to_have_count(0)

    def heading(self, text: str) -> None:
        """Wait for the page's title, of which there is one, and for what is drawn after it."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)
        self.settle()
