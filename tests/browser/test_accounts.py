"""The other ways in, by the screen: an account, a code, a new password; and how browsers take its forms."""

import secrets

from playwright.sync_api import expect

from tests.browser.conftest import Arrival
from tests.browser.visitor import Visitor
from tests.data.people import Person

PASSWORD = "correct horse battery"


def newest_code(visitor: Visitor) -> str:
    """The code in the message that the screen shows."""
    visitor.sees("Mail on this machine")
    return visitor.page.get_by_test_id("stCode").inner_text().strip()


def test_someone_new_makes_an_account_and_lands_where_they_wanted_to_go(arrive: Arrival) -> None:
    visitor, email = arrive(), f"new-{secrets.token_hex(4)}@test.example"
    visitor.open("/projects?q=1")
    visitor.button("Create an account").click()
    visitor.heading("Create an account")
    visitor.field("E-mail").fill(email)
    visitor.field("New password").fill("short")
    visitor.button("Create account").click()
    visitor.sees("This password is too weak.")
    expect(visitor.field("E-mail")).to_have_value(email)
    visitor.field("New password").fill(PASSWORD)
    visitor.page.keyboard.press("Enter")
    visitor.sees(email)
    visitor.heading("Projects")
    assert visitor.page.url == f"{visitor.address}/projects?q=1"


def test_a_code_from_a_message_signs_in(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.open("/setup")
    visitor.button("Sign in with a code").click()
    visitor.heading("Get a code by e-mail")
    visitor.field("E-mail").fill(person.email)
    visitor.page.keyboard.press("Enter")
    visitor.heading("Enter the code")
    code = newest_code(visitor)
    visitor.field("Six-digit code").fill(code)
    visitor.button("Continue").click()
    visitor.heading("Setup")
    visitor.sees(person.email)


def test_a_forgotten_password_is_replaced(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.open("/setup")
    visitor.button("Forgot your password?").click()
    visitor.heading("Reset your password")
    visitor.field("E-mail").fill(person.email)
    visitor.page.keyboard.press("Enter")
    visitor.heading("Enter the code")
    visitor.field("Six-digit code").fill(newest_code(visitor))
    visitor.button("Continue").click()
    visitor.heading("Choose a new password")
    visitor.open("/projects")
    visitor.heading("Choose a new password")
    visitor.field("New password").fill(PASSWORD)
    visitor.button("Set password").click()
    visitor.heading("Projects")
    visitor.sees(person.email)


def test_giving_up_a_new_password_signs_nobody_in(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.open()
    visitor.button("Forgot your password?").click()
    visitor.heading("Reset your password")
    visitor.field("E-mail").fill(person.email)
    visitor.page.keyboard.press("Enter")
    visitor.field("Six-digit code").fill(newest_code(visitor))
    visitor.button("Continue").click()
    visitor.heading("Choose a new password")
    visitor.button("Cancel").click()
    visitor.heading("Sign in")


def test_the_form_can_be_worked_by_keyboard_and_filled_in_by_a_password_manager(arrive: Arrival) -> None:
    visitor = arrive()
    visitor.open()
    expect(visitor.field("E-mail")).to_have_attribute("autocomplete", "username")
    expect(visitor.field("Password")).to_have_attribute("autocomplete", "current-password")
    visitor.field("E-mail").focus()
    for name in ("Password", "Sign in", "Sign in with a code", "Create an account", "Forgot your password?"):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.locator("*:focus")
        label = visitor.page.locator("label").filter(has=focused)
        expect(label if name == "Password" else focused).to_contain_text(name)


def test_a_form_on_another_site_signs_nobody_in(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.page.goto("data:text/html,<p>another site</p>")
    visitor.page.set_content(
        f'<form method="post" action="{visitor.address}/session/sign-in">'
        f'<input name="email" value="{person.email}"><input name="password" value="{person.password}">'
        "<button>Win a prize</button></form>"
    )
    visitor.button("Win a prize").click()
    visitor.sees("sent from another site")
    assert not [cookie for cookie in visitor.page.context.cookies() if "genjobs" in cookie["name"]]
    visitor.open()
    visitor.heading("Sign in")
