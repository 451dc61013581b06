from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from genjobs.console.shell.navigation import TITLES, address
from genjobs.local.stack import StackInfo
from tests.browser.conftest import Arrival
from tests.browser.consoles import running_console
from tests.data.people import Person

PAGES = {"/": "Jobs test", **{f"/{address(name)}": title for name, (title, _) in TITLES.items()}}


def test_a_person_signs_in_by_the_form(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.open()
    visitor.heading("Sign in")

    visitor.sign_in_by_form(person.email, person.password)

    visitor.heading("Jobs test")
    visitor.sees(person.email)


def test_a_demo_person_signs_in_by_one_click(arrive: Arrival) -> None:
    visitor = arrive()
    visitor.open()

    visitor.page.get_by_role("button", name="Dan Petrov").click()

    visitor.heading("Jobs test")
    visitor.sees("dan.newcomer@demo.example")


def test_a_wrong_password_leads_back_to_the_form_with_the_reason(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.open()

    visitor.sign_in_by_form(person.email, "not the password")

    visitor.heading("Sign in")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.field("E-mail")).to_have_value(person.email)
    expect(visitor.field("Password")).to_be_focused()
    expect(visitor.field("Password")).to_have_accessible_description(
        "The e-mail address or the password is wrong. Try again, or ask for a new password."
    )


def test_reloading_keeps_the_person(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person)

    visitor.page.reload()

    visitor.heading("Jobs test")
    visitor.sees(person.email)


def test_a_deep_link_with_its_query_outlives_the_sign_in(arrive: Arrival, person: Person) -> None:
    person.project("Autumn lookbook")
    chosen = person.project("Spring catalogue")
    visitor = arrive()
    visitor.open(f"/?project={chosen.id}")

    visitor.sign_in_by_form(person.email, person.password)

    expect(visitor.field("Project")).to_have_value("Spring catalogue")
    assert f"project={chosen.id}" in visitor.page.url


def test_after_signing_out_no_page_is_shown(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person)

    visitor.sign_out()

    visitor.heading("Sign in")
    for path in PAGES:
        visitor.open(path)
        visitor.heading("Sign in")
        visitor.sees_not(person.email)


def test_signing_out_everywhere_ends_the_session_in_another_browser(arrive: Arrival, person: Person) -> None:
    here, there = arrive(), arrive()
    here.sign_in(person)
    there.sign_in(person)

    here.sign_out("Sign out everywhere")
    here.heading("Sign in")
    there.page.get_by_role("link", name="Projects").click()

    there.heading("Sign in")


@pytest.mark.usefixtures("stack")
def test_signed_out_the_first_request_after_a_start_shows_no_page(arrive: Arrival, home: Path) -> None:
    with running_console(home) as fresh:
        visitor = arrive(fresh)
        visitor.open("/costs")

        visitor.heading("Sign in")
        expect(visitor.page.get_by_role("navigation")).to_have_count(0)


def test_a_second_person_sees_nothing_of_the_first(arrive: Arrival, stack: StackInfo, person: Person) -> None:
    theirs = person.project("Nobody else's business")
    person.job(theirs)
    first = arrive()
    first.sign_in(person)
    expect(first.field("Project")).to_have_value("Nobody else's business")

    second = arrive()
    second.open(f"/?project={theirs.id}")
    second.page.get_by_role("button", name="Dan Petrov").click()

    second.sees("Start with a project")
    second.open("/projects")
    second.heading("Projects")
    second.sees_not("Nobody else's business")


def test_the_next_person_at_the_same_browser_sees_nothing_of_the_last(
    arrive: Arrival, person: Person
) -> None:
    person.project("Nobody else's business")
    visitor = arrive()
    visitor.sign_in(person)
    visitor.sign_out()
    visitor.heading("Sign in")

    visitor.page.get_by_role("button", name="Dan Petrov").click()

    visitor.sees("Start with a project")
    visitor.sees_not("Nobody else's business")


def test_settings_that_cannot_be_used_are_named(arrive: Arrival, tmp_path: Path) -> None:
    with running_console(tmp_path, {"SUPABASE_URL": "https://abc.supabase.co"}) as broken:
        visitor = arrive(broken)
        visitor.open()

        visitor.sees("The configuration cannot be used")
        visitor.sees("SUPABASE_KEY")
        visitor.sees("Then restart the console")
