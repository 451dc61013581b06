from __future__ import annotations

import re

from playwright.sync_api import expect

from genjobs.data import jobs, projects
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from tests.browser.conftest import Arrival
from tests.browser.visitor import Visitor
from tests.data.people import Person, owner


def at_work(arrive: Arrival, person: Person) -> Visitor:
    """The person, signed in, with one project."""
    person.project()
    visitor = arrive()
    visitor.sign_in(person)
    expect(visitor.field("Project")).to_have_value("Spring catalogue")
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

    visitor.sees("is ready for its first job")
    visitor.sees("There is no job like this yet")
    assert [one.name for one in projects.list_projects(person.client)] == ["Mugs & *bowls* <b>"]


def test_a_job_is_created_with_its_cost_shown_in_dollars(arrive: Arrival, person: Person) -> None:
    visitor = at_work(arrive, person)

    visitor.field("Cost in cents").fill("123456")
    visitor.field("Cost in cents").press("Tab")
    visitor.sees("$1,234.56")
    visitor.button("Create job").click()

    visitor.sees("Job created")
    job = only_job(person)
    assert (job.status, job.mode, job.cost_cents) == (Status.QUEUED, "main_white", 123456)


def test_a_mode_of_ones_own_can_be_typed(arrive: Arrival, person: Person) -> None:
    visitor = at_work(arrive, person)

    mode = visitor.field("Mode")
    mode.fill("close_up")
    mode.press("Enter")
    visitor.button("Create job").click()

    visitor.sees("Job created")
    assert only_job(person).mode == "close_up"


def test_only_the_moves_that_will_be_accepted_are_offered(arrive: Arrival, person: Person) -> None:
    person.job(person.project("Mugs"))
    visitor = arrive()
    visitor.sign_in(person)
    expect(visitor.button("Complete")).to_have_count(0)
    expect(visitor.button("Fail")).to_have_count(0)

    visitor.button("Start").click()
    visitor.sees("Job moved")
    expect(visitor.button("Start")).to_have_count(0)
    visitor.button("Complete").click()
    visitor.sees("Succeeded is final")

    expect(visitor.button("Complete")).to_have_count(0)
    assert only_job(person).status is Status.SUCCEEDED


def test_a_job_fails_with_the_words_that_were_typed(arrive: Arrival, person: Person) -> None:
    person.job(person.project("Mugs"), Status.RUNNING)
    visitor = arrive()
    visitor.sign_in(person)

    visitor.button("Fail").click()
    visitor.button("Fail the job").click()
    visitor.sees("Say in a few words what went wrong")
    visitor.field("What went wrong").fill("Out of *memory*")
    visitor.button("Fail the job").click()

    visitor.sees("Out of *memory*")
    assert only_job(person).error == "Out of *memory*"


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


def test_an_impatient_second_click_creates_no_second_job(
    arrive: Arrival, stack: StackInfo, person: Person
) -> None:
    visitor = at_work(arrive, person)

    click_twice(visitor, "Create job", stack)

    visitor.sees("Job created")
    visitor.settle()
    assert only_job(person).status is Status.QUEUED


def test_an_impatient_second_click_is_no_lost_move(arrive: Arrival, stack: StackInfo, person: Person) -> None:
    person.job(person.project("Mugs"))
    visitor = arrive()
    visitor.sign_in(person)

    click_twice(visitor, "Start", stack)

    visitor.sees("Job moved")
    visitor.settle()
    visitor.sees_not("Someone else moved this job first")
    assert only_job(person).status is Status.RUNNING


def test_a_move_lost_to_someone_else_says_so_and_shows_the_new_state(arrive: Arrival, person: Person) -> None:
    job = person.job(person.project("Mugs"))
    visitor = arrive()
    visitor.sign_in(person)
    expect(visitor.button("Start")).to_be_visible()

    jobs.transition_job(person.client, job.id, Status.RUNNING)
    jobs.transition_job(person.client, job.id, Status.FAILED, "Lamp burnt out")
    visitor.button("Start").click()

    visitor.sees("Someone else moved this job first")
    visitor.sees("Failed is final")
    visitor.sees("Lamp burnt out")


def test_a_moved_job_stays_in_view_where_the_filter_would_hide_it(arrive: Arrival, person: Person) -> None:
    project = person.project("Mugs")
    other = person.job(project, cost_cents=1)
    moved = person.job(project, cost_cents=2)
    visitor = arrive()
    visitor.sign_in(person, "/?status=Queued")

    visitor.button("Start").click()

    visitor.sees("Job moved")
    visitor.sees(moved.id)
    expect(visitor.button("Complete")).to_be_visible()
    assert jobs.get_job(person.client, other.id).status is Status.QUEUED


def test_the_totals_count_every_job_by_status(arrive: Arrival, person: Person) -> None:
    project = person.project("Mugs")
    person.job(project, Status.SUCCEEDED, cost_cents=100_000)
    person.job(project, Status.SUCCEEDED, cost_cents=50_001)
    person.job(project, Status.QUEUED, cost_cents=1)

    visitor = arrive()
    visitor.sign_in(person)

    rows = visitor.page.get_by_test_id("stMarkdown").get_by_role("row")
    expect(rows.filter(has_text="Succeeded")).to_contain_text(re.compile(r"2\s*\$1,500\.01\s*\$750\.00"))
    expect(rows.filter(has_text="All jobs")).to_contain_text(re.compile(r"3\s*\$1,500\.02\s*\$500\.01"))


def test_a_job_is_deleted_only_after_a_question(arrive: Arrival, person: Person) -> None:
    person.job(person.project("Mugs"))
    visitor = arrive()
    visitor.sign_in(person)

    visitor.button("Delete").click()
    visitor.sees("Delete this job?")
    visitor.button("Keep it").click()
    visitor.sees_not("Delete this job?")
    assert only_job(person)

    visitor.button("Delete").click()
    visitor.button("Delete job").click()
    visitor.sees("Job deleted")
    assert jobs.list_jobs(person.client) == []


def test_old_jobs_are_counted_first_and_deleted_after(arrive: Arrival, person: Person) -> None:
    project = person.project("Mugs")
    for status in (Status.SUCCEEDED, Status.FAILED, Status.QUEUED):
        person.job(project, status)
    visitor = arrive()
    visitor.sign_in(person)

    visitor.button("Delete old jobs").click()
    visitor.button("Count them").click()
    visitor.sees("No job is succeeded or failed")
    visitor.field("Older than, in days").fill("0")
    visitor.field("Older than, in days").press("Enter")
    visitor.button("Count them").click()
    visitor.sees("2 jobs")
    assert len(jobs.list_jobs(person.client)) == 3
    visitor.button("Delete 2 jobs").click()

    visitor.sees("2 jobs deleted")
    assert only_job(person).status is Status.QUEUED


def test_each_operation_shows_its_code(arrive: Arrival, person: Person) -> None:
    visitor = at_work(arrive, person)

    for number, said in enumerate(
        ("from public.projects", "insert into public.generation_jobs", "get_job_stat")
    ):
        visitor.page.get_by_role("button", name="Code").nth(number).click()
        visitor.sees(said)
        visitor.page.keyboard.press("Escape")
