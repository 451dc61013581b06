"""The ways of product staff on Jobs test, each in as few clicks as it takes."""

from __future__ import annotations

import csv
import re

from playwright.sync_api import expect

from genjobs.data import assets, jobs, projects
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from tests.browser.conftest import Arrival
from tests.browser.grid import Grid
from tests.browser.visitor import Visitor
from tests.data.people import Person, owner

FOCUSED = "document.activeElement.innerText"
FOCUSED_ELEMENT = "document.activeElement.outerHTML.slice(0, 200) + document.activeElement.innerText"
SCROLLED = """[...document.querySelectorAll('[data-testid=stMain], html')].some(one => one.scrollTop > 0)"""

BELOW_HEADER = """text => {
    const alert = [...document.querySelectorAll('[role=alert]')].find(one => one.innerText.includes(text));
    const header = document.querySelector('[data-testid=stHeader]').getBoundingClientRect();
    const box = alert?.getBoundingClientRect();
    return box && box.top >= header.bottom && box.bottom <= innerHeight;
}"""


def at_work(arrive: Arrival, person: Person, path: str = "/") -> Visitor:
    """The person, signed in, with a project unless they have one, at a screen of 1280 by 900."""
    if not projects.list_projects(person.client):
        person.project()
    visitor = arrive()
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    visitor.sign_in(person, path)
    visitor.heading("Jobs test")
    return visitor


def only_job(person: Person) -> Job:
    (job,) = jobs.list_jobs(person.client)
    return job


def test_a_newcomer_makes_a_project_and_a_job_in_it(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person)
    visitor.sees("Start with a project")

    visitor.field("Name of the new project").fill("Mugs & *bowls* <b>")
    visitor.button("Create project").click()

    visitor.sees("Project created")
    visitor.sees("No jobs in this project yet")
    assert [one.name for one in projects.list_projects(person.client)] == ["Mugs & *bowls* <b>"]
    visitor.button("Create job").click()
    visitor.sees("Job created")
    assert only_job(person)
    expect(visitor.page.get_by_test_id("stToast")).to_have_count(1)  # a second one covers the button


def test_what_was_created_is_started_and_completed_where_it_was_created(
    arrive: Arrival, person: Person
) -> None:
    visitor = at_work(arrive, person)
    create = visitor.button("Create job")

    create.click()
    start = visitor.button("Start")
    expect(start).to_be_enabled()
    visitor.sees("Job created")
    assert "Create job" in visitor.page.evaluate(FOCUSED)
    start.click()
    visitor.sees("is running now")
    visitor.button("Complete").click()
    visitor.sees(" succeeded.")
    expect(visitor.page.locator("body > [role=status]")).to_contain_text(" succeeded.")

    assert only_job(person).status is Status.SUCCEEDED
    expect(visitor.button("Complete")).to_be_disabled()
    assert not visitor.page.evaluate(SCROLLED)


def test_create_job_is_at_most_eight_stops_from_the_heading(arrive: Arrival, person: Person) -> None:
    visitor = at_work(arrive, person)
    visitor.sees("No jobs in this project yet")
    expect(visitor.field("Project")).to_be_visible()
    expect(visitor.button("Create job")).to_be_visible()  # labels come one by one after the script has ended
    visitor.page.get_by_role("heading", level=1).click()

    stops: list[str] = []
    while not stops or "Create job" not in stops[-1]:
        assert len(stops) < 8, "\n".join(stops)
        visitor.page.keyboard.press("Tab")
        stops.append(visitor.page.evaluate(FOCUSED_ELEMENT))


def test_a_job_is_created_as_it_was_filled_in(arrive: Arrival, person: Person) -> None:
    """With a mode of one's own, its cost in dollars beside, and an input that was pasted as an id."""
    project = person.project()
    asset = assets.create_input_asset(
        person.client,
        user_id=person.user_id,
        project_id=project.id,
        storage_path="a/mug.png",
        mode="packaging",
    )
    visitor = at_work(arrive, person)

    visitor.field("Cost in cents").fill("123456")
    visitor.field("Cost in cents").press("Tab")
    visitor.sees("$1,234.56")
    for label, text in (("Mode", "close_up"), ("Input asset (optional)", asset.id)):
        visitor.field(label).fill(text)
        visitor.field(label).press("Enter")
    visitor.button("Create job").click()

    visitor.sees("Job created")
    job = only_job(person)
    assert (job.status, job.mode, job.cost_cents) == (Status.QUEUED, "close_up", 123456)
    assert job.input_asset_id == asset.id


def test_each_row_has_its_actions_at_one_click(arrive: Arrival, person: Person) -> None:
    project = person.project()
    waiting, running = person.job(project, cost_cents=1), person.job(project, Status.RUNNING, cost_cents=2)
    visitor = at_work(arrive, person)
    grid = Grid(visitor)
    grid.says(0, "Status", "◐ Running")
    grid.says(0, "Start", "")

    visitor.field("Error that a failed job gets").fill("Out of *memory*")
    grid.click(0, "Fail")
    grid.says(0, "Status", "✕ Failed")
    grid.says(0, "Error", "Out of *memory*")
    grid.click(1, "Start")
    grid.says(1, "Status", "◐ Running")
    grid.click(1, "Complete")
    grid.says(1, "Status", "✓ Succeeded")
    grid.click(1, "Duplicate")
    grid.says(0, "Status", "○ Queued")

    assert not visitor.page.evaluate(SCROLLED)
    failed, done = jobs.get_job(person.client, running.id), jobs.get_job(person.client, waiting.id)
    assert (failed.status, failed.error, done.status) == (Status.FAILED, "Out of *memory*", Status.SUCCEEDED)
    assert [job.cost_cents for job in jobs.list_jobs(person.client)] == [1, 2, 1]


def test_a_job_fails_only_with_an_error(arrive: Arrival, person: Person) -> None:
    person.job(person.project(), Status.RUNNING)
    visitor = at_work(arrive, person)
    field = visitor.field("Error that a failed job gets")
    expect(field).to_have_value("Test error")

    field.fill(" ")
    Grid(visitor).click(0, "Fail")

    visitor.sees("A failed job needs an error")
    assert only_job(person).status is Status.RUNNING


HELD_UP = """select 1 from pg_locks join pg_stat_activity using (pid)
    where not granted and relation = 'public.generation_jobs'::regclass and usename = 'authenticator'"""


def click_twice(visitor: Visitor, name: str, stack: StackInfo) -> None:
    """Click, and again while the write of the first click is held up in the database."""
    with owner(stack) as connection, connection.transaction():
        connection.execute("lock table public.generation_jobs in exclusive mode")
        visitor.button(name).click()
        while not connection.execute(HELD_UP).fetchone():
            pass
        visitor.button(name).click()


def test_an_impatient_second_click_creates_and_moves_nothing(
    arrive: Arrival, stack: StackInfo, person: Person
) -> None:
    visitor = at_work(arrive, person)

    click_twice(visitor, "Create job", stack)
    visitor.sees("Job created")
    visitor.settle()
    assert only_job(person).status is Status.QUEUED

    click_twice(visitor, "Start", stack)
    visitor.sees("is running now")
    visitor.settle()
    visitor.sees_not("changed nothing")
    assert only_job(person).status is Status.RUNNING


def test_a_click_on_what_has_changed_meanwhile_says_so(arrive: Arrival, person: Person) -> None:
    job = person.job(person.project("Mugs"))
    visitor = at_work(arrive, person)
    visitor.button("Live").click()
    visitor.button("Paused").wait_for()

    jobs.transition_job(person.client, job.id, Status.RUNNING)
    jobs.transition_job(person.client, job.id, Status.FAILED, "Lamp burnt out")
    Grid(visitor).click(0, "Start")

    visitor.sees("your click changed nothing: the job has failed meanwhile and is no longer queued.")
    Grid(visitor).says(0, "Error", "Lamp burnt out")


def test_what_was_failed_here_is_tried_again_by_one_click(arrive: Arrival, person: Person) -> None:
    person.job(person.project(), Status.RUNNING)
    visitor = at_work(arrive, person)
    Grid(visitor).click(0, "Fail")
    visitor.sees(" failed.")
    again, duplicate = visitor.button("Try again"), visitor.button("Duplicate")
    expect(again).to_be_enabled()
    visitor.settle()
    before = duplicate.bounding_box()
    again.click(delay=100)
    visitor.sees("is queued again as")
    Grid(visitor).says(0, "Status", "○ Queued")
    expect(again).to_be_disabled()  # it is still the failed job that is chosen
    assert duplicate.bounding_box() == before
    attempt, _ = jobs.list_jobs(person.client)
    for _ in range(2):  # also from a list that has not changed since
        visitor.button("Next attempt").click()
        visitor.sees(attempt.id)
        expect(visitor.button("Next attempt")).to_have_count(0)
        Grid(visitor).choose(1)
        visitor.button("Next attempt").wait_for()


def test_the_list_follows_what_others_do_without_moving_a_row(arrive: Arrival, person: Person) -> None:
    project = person.project()
    first, second = person.job(project, cost_cents=1), person.job(project, cost_cents=2)
    visitor = at_work(arrive, person, "/?status=queued")
    grid = Grid(visitor)
    grid.says(1, "Cost", "0.01")
    grid.choose(1)
    visitor.sees(first.id)

    person.job(project, cost_cents=3)
    jobs.transition_job(person.client, first.id, Status.RUNNING)
    jobs.delete_job(person.client, second.id)

    grid.says(1, "Status", "◐ Running")
    grid.says(0, "Status", "– Deleted")
    visitor.sees(first.id)
    visitor.sees("Queued 1")
    visitor.button("1 new · Show").click()
    grid.says(0, "Cost", "0.03")
    expect(grid.cell(1, "Cost")).to_have_count(0)


def test_filters_carry_counts_and_sums_of_one_project_or_all(arrive: Arrival, person: Person) -> None:
    project, other = person.project("Autumn"), person.project("Bowls")
    person.job(project, Status.SUCCEEDED, cost_cents=100_000)
    person.job(project, Status.SUCCEEDED, cost_cents=50_001)
    person.job(other, Status.QUEUED, cost_cents=1)
    visitor = at_work(arrive, person)

    def carries(name: str, text: str) -> None:
        expect(visitor.page.locator(f".st-key-filter-{name}")).to_contain_text(text)

    carries("succeeded", "Succeeded 2 $1,500.01")
    carries("all", "All 2 $1,500.01")
    visitor.page.get_by_text("All projects").click()
    carries("all", "All 3 $1,500.02")
    queued = visitor.page.locator(".st-key-filter-queued button")
    expect(queued).not_to_contain_text("✓")
    queued.click()
    expect(queued).to_contain_text("✓")
    Grid(visitor).says(0, "Status", "○ Queued")
    visitor.sees("1 job")
    assert "status=queued" in visitor.page.url
    assert "everywhere=true" in visitor.page.url
    with visitor.page.expect_download() as waiting:
        visitor.button("CSV").click()
    assert waiting.value.suggested_filename.startswith("jobs_all-projects_queued_as-of-")
    [line] = csv.DictReader(waiting.value.path().open(encoding="utf-8"))
    assert (line["status"], line["project"], line["cost_cents"]) == ("queued", "Bowls", "1")

    visitor.button("Totals").click()
    rows = visitor.page.get_by_test_id("stMarkdown").get_by_role("row")
    expect(rows.filter(has_text="Succeeded")).to_contain_text(re.compile(r"2\s*\$1,500\.01\s*\$750\.00"))
    expect(rows.filter(has_text="All jobs")).to_contain_text(re.compile(r"3\s*\$1,500\.02\s*\$500\.01"))


def test_on_a_phone_an_error_above_what_is_seen_is_scrolled_to_and_tools_come_when_touched(
    arrive: Arrival, person: Person
) -> None:
    person.job(person.project("Mugs"), Status.RUNNING)
    visitor = arrive(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 700})
    visitor.sign_in(person)
    visitor.heading("Jobs test")
    visitor.field("Error that a failed job gets").fill("")

    fail = visitor.page.locator(".st-key-panel-failed button")
    for _ in range(2):
        fail.tap()  # which scrolls to it first, and again if the list is drawn anew meanwhile
        visitor.page.wait_for_function(BELOW_HEADER, arg="A failed job needs an error.")
    assert only_job(person).status is Status.RUNNING

    tools = visitor.page.locator("[data-testid=stDataFrame] > [data-testid=stElementToolbar]")
    expect(tools).to_have_css("pointer-events", "none")
    visitor.page.get_by_test_id("stDataFrame").tap(position={"x": 150, "y": 20})
    expect(tools).to_have_css("pointer-events", "auto")
    tools.locator("[aria-label^=Fullscreen]").tap()
    close = tools.locator('[aria-label^="Close fullscreen"]')
    close.tap()
    expect(close).to_have_count(0)


def test_a_job_is_deleted_by_two_clicks_the_second_after_a_question(arrive: Arrival, person: Person) -> None:
    person.job(person.project("Mugs"))
    visitor = at_work(arrive, person)
    grid = Grid(visitor)

    grid.click(0, "Delete")
    visitor.sees("Delete this job?")
    visitor.button("Keep it").click()
    visitor.sees_not("Delete this job?")
    assert only_job(person)

    grid.click(0, "Delete")
    visitor.button("Delete job").click()
    visitor.sees("Job deleted")
    assert jobs.list_jobs(person.client) == []


def test_a_cost_out_of_range_is_refused_and_a_quick_click_shows_the_cost_of_its_job(
    arrive: Arrival, person: Person
) -> None:
    """A field with bounds keeps what is beyond them to itself: the job would cost what was there before."""
    visitor = at_work(arrive, person)
    create, cents = visitor.button("Create job"), visitor.field("Cost in cents")

    for typed, told in (("-5", "-5"), ("1.5", "1.5"), ("9" * 20, "that large"), ("", "empty")):
        cents.fill(typed)
        create.click()
        visitor.sees(f"Cost in cents cannot be {told}.")
    assert jobs.list_jobs(person.client) == []
    cents.fill("66")
    create.click()

    visitor.sees("Job created")
    visitor.sees("= $0.66")
    assert only_job(person).cost_cents == 66


def test_old_jobs_are_counted_first_and_deleted_after(arrive: Arrival, person: Person) -> None:
    project = person.project("Mugs")
    for status in (Status.SUCCEEDED, Status.FAILED, Status.QUEUED):
        person.job(project, status)
    visitor = at_work(arrive, person)

    visitor.button("Delete old jobs").click()
    visitor.button("Count them").click()
    visitor.sees("There are no such jobs: succeeded or failed, older than 90 days")
    for age in ("-1", "1.5", ""):
        visitor.field("Older than, in days").fill("0")
        visitor.button("Count them").click()
        visitor.sees("2 jobs")
        visitor.field("Older than, in days").fill(age)
        visitor.button("Count them").click()
        visitor.sees("Enter whole days from 0 to 36,500.")
    visitor.field("Older than, in days").fill("0")
    visitor.field("Older than, in days").press("Enter")
    visitor.button("Count them").click()
    visitor.sees("2 jobs")
    assert len(jobs.list_jobs(person.client)) == 3
    visitor.button("Delete 2 jobs").click()

    visitor.sees("2 jobs deleted")
    expect(visitor.button("Delete old jobs")).to_be_focused()
    assert only_job(person).status is Status.QUEUED


def test_each_operation_shows_its_code(arrive: Arrival, person: Person) -> None:
    visitor = at_work(arrive, person)

    for number, said in enumerate(("from public.projects", "insert into public.generation_jobs")):
        visitor.page.get_by_role("button", name="Code").nth(number).click()
        visitor.sees(said)
        visitor.page.keyboard.press("Escape")
    visitor.button("Totals").click()
    visitor.sees("get_job_stat")
