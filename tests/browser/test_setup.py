from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from genjobs.domain.errors import SchemaBehind
from genjobs.local.stack import StackInfo
from genjobs.migrations import available, expected_schema
from genjobs.migrations.schema import Key
from genjobs.setup import reading
from tests.browser.conftest import Arrival
from tests.data.people import Person, owner

FORGOTTEN = ("get_console_setup", "get_job_statistics")


def told(person: Person) -> bool:
    """Whether the database tells about its setup."""
    try:
        reading.read_setup(person.client)
    except SchemaBehind:
        return False
    return True


@pytest.fixture
def behind(stack: StackInfo, person: Person) -> Iterator[None]:
    """The database without two of its functions, as long as a test lasts."""
    drops = [f"drop function public.{name}" for name in FORGOTTEN]
    with owner(stack) as connection:
        connection.execute("; ".join(drops))
        while told(person):
            pass
        yield
        for migration in available():
            connection.execute(migration.sql)
        while not told(person):
            pass


def test_every_check_holds_on_the_database_of_this_machine(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person, "/setup")

    visitor.sees("checks hold.")
    visitor.sees("The schema is as the migrations make it.")
    visitor.sees("Up to date")
    visitor.sees_not("from the schema that the migrations make")


@pytest.fixture
def damaged(stack: StackInfo) -> Iterator[None]:
    """The database without a trigger of ours and with somebody's index, as long as a test lasts."""
    trigger = Key("trigger", "public.generation_jobs", "refuse_move")
    with owner(stack) as connection:
        connection.execute("drop trigger refuse_move on public.generation_jobs")
        connection.execute("create index mine on public.generation_jobs (mode)")
        yield
        connection.execute(expected_schema()[trigger].encode())
        connection.execute("drop index public.mine")


@pytest.mark.usefixtures("damaged")
def test_what_differs_from_the_schema_is_named_with_its_cure(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person, "/setup")

    visitor.sees("1 difference from the schema that the migrations make.")
    visitor.sees("env $(genjobs local env) genjobs migrate --repair")
    missing = visitor.page.get_by_role("row", name="trigger refuse_move of public.generation_jobs")
    expect(missing).to_contain_text("Missing")
    expect(visitor.page.get_by_role("row", name="index mine of")).to_contain_text("Not ours")
    visitor.sees_not("The schema is as the migrations make it.")
    visitor.sees_not("Up to date")
    visitor.page.get_by_role("tab", name="Totals").click()
    visitor.sees("The schema has been changed, so the totals may miss changes")


def test_the_proof_of_isolation_shows_each_attempt_and_its_refusal(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person, "/setup")

    visitor.page.get_by_role("tab", name="Isolation").click()
    visitor.button("Prove the isolation").click()

    visitor.sees("all refused")
    attempt = visitor.page.get_by_text("Delete another person's job", exact=True)
    expect(visitor.page.locator("p").filter(has=attempt)).to_contain_text("Refused")
    expect(visitor.page.get_by_text("Reached", exact=True)).to_have_count(0)


def test_every_migration_can_be_copied(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person, "/setup")

    visitor.page.get_by_role("tab", name="Migrations").click()
    visitor.page.get_by_text(f"Show {len(available())} files").click()
    visitor.page.get_by_text("create generation jobs table").click()

    visitor.sees("20260104230101_create_generation_jobs_table.sql")
    code = visitor.page.get_by_test_id("stCode").filter(has_text="create table public.generation_jobs")
    code.first.hover()
    expect(code.first.get_by_role("button")).to_be_visible()


def test_a_pasted_error_leads_to_its_cure(arrive: Arrival, person: Person) -> None:
    visitor = arrive()
    visitor.sign_in(person, "/setup")

    visitor.page.get_by_role("tab", name="Troubleshooting").click()
    box = visitor.page.get_by_role("textbox", name="Paste an error")
    box.fill('ERROR:  42P07: relation "generation_jobs" already exists')
    box.press("Enter")

    visitor.sees("Nothing is lost. Paste the files from this page instead")


@pytest.mark.usefixtures("behind")
def test_a_database_that_is_behind_is_named_and_leads_to_its_cure(arrive: Arrival, person: Person) -> None:
    person.project("Autumn lookbook")
    visitor = arrive()
    visitor.sign_in(person, "/jobs-test?everywhere=true")
    visitor.sees("The database is behind this console")

    visitor.page.get_by_role("link", name="Open Setup").click()

    visitor.heading("Setup")
    visitor.sees("Not ready")
    visitor.sees("The database is behind this console")


@pytest.fixture
def older(stack: StackInfo) -> Iterator[None]:
    """The database without the newest migration, as it tells, as long as a test lasts."""
    newest = available()[-1].version
    with owner(stack) as connection:
        connection.execute("delete from genjobs.schema_versions where version = %s", (newest,))
        yield
        connection.execute("insert into genjobs.schema_versions (version) values (%s)", (newest,))


@pytest.mark.usefixtures("older")
def test_every_page_stays_and_says_that_migrations_are_missing(arrive: Arrival, person: Person) -> None:
    person.project("Autumn lookbook")
    visitor = arrive()

    visitor.sign_in(person, "/jobs-test")

    visitor.sees("migrations are missing")
    visitor.sees("Create job")
