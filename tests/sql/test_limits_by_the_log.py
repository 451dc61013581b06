"""Hard limits bind to the cent while jobs that are older than the log are taken into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import psycopg
import pytest

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Person, acting, introduce, refusal
from tests.sql.schema import bring_back, paste_all
from tests.sql.test_budgets import INSERT
from tests.sql.test_limits import LIMIT
from tests.sql.test_spendings import MANY

BACK_FILL = "do $$ begin while not genjobs.back_fill(3) loop end loop; end $$"
MOVE = "update public.generation_jobs set status = 'running' where status = 'queued'"
RENAME = "update public.generation_jobs set mode = 'packaging' where true"
DELETE = "delete from public.generation_jobs where true"
RETRY = (
    "select genjobs.queue_attempt(job, 'failed', true) from public.generation_jobs as job"
    " where job.status = 'failed'"
)
DEEDS: list[list[str]] = [
    [],
    [RENAME],
    [MOVE],
    [DELETE],
    ["select genjobs.back_fill(3)"],
    [BACK_FILL],
    [BACK_FILL, MOVE, DELETE],
    [MOVE, RENAME, BACK_FILL],
    [MOVE, BACK_FILL, RENAME, DELETE],
    [DELETE, BACK_FILL],
    [RETRY],
    [RETRY, DELETE],
    [RETRY, BACK_FILL, DELETE],
]
BASE = "case when told.number = 1 and not told.is_mended then 0 else coalesce(told.old_cost_cents, 0) end"
UNKNOWN = """and not exists (
                    select from public.generation_job_events as event
                    where event.job_id = job.id and event.kind <> 'excluded'
                )"""
CONTROLS = [
    (BASE, "coalesce(told.old_cost_cents, 0)", [MOVE]),
    (" and not told.is_mended", "", [MOVE, BACK_FILL]),
    (UNKNOWN, "", [MOVE]),
    (
        "where event.user_id = p_user_id and event.kind <> 'excluded'",
        "where event.user_id = p_user_id",
        [RETRY, DELETE],
    ),
    ("where event.job_id = job.id and event.kind <> 'excluded'", "where event.job_id = job.id", [RETRY]),
]


@pytest.fixture
def ana(empty_database: Database) -> Iterator[tuple[psycopg.Connection, Person]]:
    """A connection, and a person with four jobs of 100 cents that are older than the log."""
    with empty_database.connect() as connection:
        bring_back(connection, "tables")
        person = introduce(connection).ana
        paste_all(connection)
        yield connection, person


def room(connection: psycopg.Connection, person: Person, deeds: list[str]) -> int:
    """How many jobs of 1 cent are accepted after these actions, where a limit leaves room for three."""
    for deed in deeds:
        connection.execute(deed.encode())
    connection.execute(LIMIT, [person.id, None, 403])
    assert connection.execute("select genjobs.totals_state()").fetchone() == ("filling",)
    for passed in range(5):
        try:
            with acting(connection, "authenticated", person.id):
                connection.execute(INSERT, [person.id, person.project, 1])
        except psycopg.Error as error:
            if error.sqlstate != "PT402":
                raise
            return passed
    return 5


@pytest.mark.parametrize("deeds", DEEDS)
def test_what_older_jobs_cost_counts_whatever_happens_to_them(
    ana: tuple[psycopg.Connection, Person], deeds: list[str]
) -> None:
    assert room(*ana, deeds) == 3


@pytest.mark.parametrize(("rule", "instead", "deeds"), CONTROLS)
def test_each_rule_of_the_count_is_needed(
    ana: tuple[psycopg.Connection, Person], rule: str, instead: str, deeds: list[str]
) -> None:
    without(ana[0], "genjobs.logged_cents", rule, instead)
    assert room(*ana, deeds) != 3


@pytest.mark.parametrize("left_out", [True, False])
def test_the_jobs_of_a_statement_are_no_older_ones(
    ana: tuple[psycopg.Connection, Person], left_out: bool
) -> None:
    connection, person = ana
    if not left_out:
        without(connection, "genjobs.logged_cents", "and job.xmin <> p_written_by")
    connection.execute(LIMIT, [person.id, None, 403])
    for number, passes in ((4, False), (3, left_out)):
        with nullcontext() if passes else refusal("PT402"), acting(connection, "authenticated", person.id):
            connection.execute(MANY, [person.id, person.project, ["now"] * number])


@pytest.mark.parametrize("told", [True, False])
def test_jobs_that_become_known_meanwhile_are_not_counted_twice(
    empty_database: Database, ana: tuple[psycopg.Connection, Person], told: bool
) -> None:
    connection, person = ana
    if not told:
        without(connection, "genjobs.spent_before", "and event.kind <> 'known'")
    connection.execute(LIMIT, [person.id, None, 402])
    with empty_database.connect() as filler, connection.transaction():
        connection.execute(INSERT, [person.id, person.project, 1])
        filler.execute(BACK_FILL)
        with nullcontext() if told else refusal("PT402"), connection.transaction():
            connection.execute(INSERT, [person.id, person.project, 1])
        with refusal("PT402"), connection.transaction():
            connection.execute(INSERT, [person.id, person.project, 1])


@pytest.mark.parametrize("judged", [True, False])
def test_a_month_that_begins_off_the_quarter_is_judged_by_the_log(
    owner: psycopg.Connection, judged: bool
) -> None:
    """Monrovia's clocks were 44 minutes and 30 seconds behind; the jobs at the edge have the new one."""
    person = introduce(owner).ana
    if not judged:
        off_the_quarter = (
            "mod(extract(epoch from p_opens), 900) = 0 and mod(extract(epoch from p_closes), 900) = 0"
        )
        without(owner, "genjobs.month_before", off_the_quarter, "true")
    owner.execute(LIMIT, [person.id, None, 1])
    owner.execute("update public.budgets set time_zone = 'Africa/Monrovia'")
    with nullcontext() if judged else refusal("PT402"), owner.transaction():
        owner.execute(MANY, [person.id, person.project, ["1970-02-01 00:44:35Z"]])
