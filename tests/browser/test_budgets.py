from __future__ import annotations

from playwright.sync_api import expect

from genjobs.data import budgets
from tests.browser.conftest import Arrival
from tests.data.people import Person


def test_a_budget_is_set_warns_is_drawn_binds_and_is_removed(arrive: Arrival, person: Person) -> None:
    project = person.project()
    person.job(project, cost_cents=900)
    visitor = arrive()
    visitor.sign_in(person, "/costs?zone=Europe%2FBerlin")

    visitor.button("Budgets").click()
    visitor.field("Monthly limit in cents").fill("-5")
    visitor.field("Monthly limit in cents").press("Tab")
    visitor.button("Save budget").click()
    visitor.sees("The monthly limit in cents cannot be -5.")
    expect(visitor.field("Monthly limit in cents")).to_have_value("-5")
    visitor.field("Monthly limit in cents").fill("1000")
    visitor.field("Warn from, in percent").fill("101")
    visitor.button("Save budget").click()
    visitor.sees("The warning level in percent cannot be 101.")
    visitor.field("Warn from, in percent").fill("80")
    visitor.field("Monthly limit in cents").press("Tab")
    visitor.sees("= $10.00")
    visitor.page.get_by_text("Hard limit", exact=True).click()
    visitor.button("Save budget").click()

    visitor.sees("Budget saved")
    expect(visitor.button("Budgets")).to_be_focused()
    visitor.sees("The budget of All my jobs has reached its warning level")
    visitor.sees("$9.00 of $10.00 (90.0%)")
    expect(visitor.page.locator("[aria-label*='Hard limit $10.00']").first).to_be_attached()
    assert [(one.monthly_cents, one.is_hard) for one in budgets.read_budgets(person.client)] == [(1000, True)]

    visitor.open("/jobs-test")
    visitor.field("Cost in cents").fill("101")
    visitor.field("Cost in cents").press("Tab")
    visitor.sees("= $1.01")
    visitor.button("Create job").click()
    visitor.sees("Over budget")
    visitor.sees("has no room for $1.01 ($9.00 of $10.00 is spent")

    visitor.open("/costs?zone=Europe%2FBerlin")
    visitor.button("Budgets").click()
    visitor.button("Remove").click()
    visitor.button("Remove budget").click()
    visitor.sees("Budget removed")
    visitor.sees_not("has reached its warning level")
    assert budgets.read_budgets(person.client) == []
