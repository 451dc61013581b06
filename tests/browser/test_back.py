"""What the browser's Back does: it undoes one choice, and leaves a page where nothing was chosen."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from genjobs.domain.workflow import Status
from tests.browser.conftest import Arrival
from tests.data.people import Person


def test_back_undoes_a_choice_on_costs_and_then_leaves(arrive: Arrival, person: Person) -> None:
    person.job(person.project(), Status.SUCCEEDED)
    visitor = arrive()
    visitor.sign_in(person, "/projects")
    visitor.page.get_by_role("link", name="Costs").click()
    visitor.sees("Spend by mode, per day")
    visitor.page.get_by_role("radiogroup", name="Split by").get_by_text("Status", exact=True).click()
    visitor.sees("Spend by status, per day")

    visitor.page.go_back()
    visitor.sees("Spend by mode, per day")
    visitor.settle()
    visitor.page.go_back()
    visitor.heading("Projects")


def test_back_undoes_a_choice_of_a_status_on_jobs_test(arrive: Arrival, person: Person) -> None:
    project = person.project()
    person.job(project, Status.FAILED)
    person.job(project)
    visitor = arrive()
    visitor.sign_in(person, "/jobs-test")
    visitor.page.locator(".st-key-filter-failed button").first.click()
    visitor.page.wait_for_url(re.compile("status=failed"))
    visitor.sees("1 job")
    visitor.settle()

    visitor.page.go_back()
    expect(visitor.page.locator(".st-key-filter-all button").first).to_have_attribute("kind", "secondary")
    visitor.sees("2 jobs")
