from __future__ import annotations

from playwright.sync_api import expect

from genjobs.data import assets, projects
from tests.browser.conftest import Arrival
from tests.data.people import Person


def test_a_project_is_made_and_renamed(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person, "/projects")

    visitor.field("Name of the new project").fill("Mugs")
    visitor.button("Create project").click()
    visitor.heading("Projects")
    visitor.button("Rename").click()
    visitor.field("New name").fill("Mugs and bowls")
    visitor.button("Rename project").click()

    visitor.sees("Mugs is now Mugs and bowls")
    assert [one.name for one in projects.list_projects(person.client)] == ["Mugs and bowls"]


def test_a_blank_name_is_refused_with_the_reason(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person, "/projects")

    visitor.field("Name of the new project").fill("   ")
    visitor.button("Create project").click()

    visitor.sees("That cannot be saved")
    assert projects.list_projects(person.client) == []


def test_deleting_says_how_many_jobs_go_and_wants_the_name(arrive: Arrival, person: Person) -> None:
    project = person.project("Mugs")
    person.job(project)
    person.job(project)
    visitor = arrive()
    visitor.sign_in(person, "/projects")

    visitor.button("Delete").click()
    visitor.sees("2 jobs")
    visitor.field("Type the name of the project to confirm").fill("Bowls")
    visitor.button("Delete project").click()
    visitor.sees("The name does not match")
    assert projects.count_jobs(person.client, project.id) == 2
    visitor.field("Type the name of the project to confirm").fill("Mugs")
    visitor.button("Delete project").click()

    visitor.sees("Project deleted")
    assert projects.list_projects(person.client) == []


def test_an_input_asset_added_here_is_offered_by_name_to_a_new_job(arrive: Arrival, person: Person) -> None:
    person.project("Mugs")
    visitor = arrive()
    visitor.sign_in(person, "/projects")

    visitor.button("Add an input asset").click()
    visitor.field("Storage path").fill("inputs/blue mug.png")
    visitor.button("Add input asset").click()
    visitor.sees("Input asset added")
    visitor.page.get_by_role("link", name="Jobs test").click()
    visitor.heading("Jobs test")
    visitor.field("Input asset (optional)").click()

    expect(visitor.page.get_by_role("option", name="blue mug.png")).to_be_visible()
    assert [one.name for one in assets.list_assets(person.client)] == ["blue mug.png"]


def test_the_project_chosen_here_is_the_one_that_jobs_are_created_in(arrive: Arrival, person: Person) -> None:
    person.project("Autumn lookbook")
    person.project("Spring catalogue")
    visitor = arrive()
    visitor.sign_in(person, "/projects")
    visitor.page.get_by_role("heading", name="Autumn lookbook").wait_for()

    table = visitor.page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 20, "y": 90})
    visitor.page.get_by_role("heading", name="Spring catalogue").wait_for()
    visitor.page.get_by_role("link", name="Jobs test").click()

    expect(visitor.field("Project")).to_have_value("Spring catalogue")


def test_a_project_leads_to_its_own_jobs_also_where_all_were_shown(arrive: Arrival, person: Person) -> None:
    autumn, spring = person.project("Autumn lookbook"), person.project("Spring catalogue")
    person.job(autumn)
    person.job(spring)
    person.job(spring)
    visitor = arrive()
    visitor.sign_in(person, f"/jobs-test?project={spring.id}&everywhere=true")
    visitor.sees("3 jobs")
    visitor.page.get_by_role("link", name="Projects").click()
    visitor.heading("Projects")
    visitor.page.get_by_role("link", name="Open its jobs").click()

    visitor.sees("2 jobs")
    expect(visitor.field("Project")).to_have_value("Spring catalogue")
    assert f"project={spring.id}" in visitor.page.url
    assert "everywhere" not in visitor.page.url
