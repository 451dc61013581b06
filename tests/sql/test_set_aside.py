"""An event that totals cannot hold blocks nobody: it is set aside, reads count it, and folding goes on."""

from __future__ import annotations

import hashlib
import random
import string
from collections.abc import Iterator

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations.totals import bring_up_to_date
from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.histories import Known, ask, differences, insert_job, utc
from tests.sql.people import Person, add_job, introduce, new_id
from tests.sql.readings import assert_readings_agree
from tests.sql.schema import bring_back, paste_all
from tests.sql.test_cost_totals import fold, tail

START, MIDDLE, END = utc(2026, 3, 1), utc(2026, 3, 10), utc(2026, 3, 20)
POISON = "alter table genjobs.cost_totals add constraint no_poison check (mode <> 'poison')"
CURE = "alter table genjobs.cost_totals drop constraint no_poison"
# 12 kB that do not compress: no index takes them.
LONG = "".join(random.Random(1).choices(string.ascii_letters + string.digits + "äöü", k=12_000))
SHORT = f"{LONG[:83]}…{hashlib.sha256(LONG.encode()).hexdigest()[:16]}"


@pytest.fixture
def kept(database: Database) -> Iterator[psycopg.Connection]:
    """A database of its own in which what happens is committed at once: only that can be folded."""
    with database.connect() as connection:
        yield connection


def fill(connection: psycopg.Connection, person: Person, modes: list[str]) -> list[Known]:
    """A job in each mode."""
    connection.execute("delete from public.generation_jobs where user_id = %s", [person.id])
    jobs = [
        Known(new_id(), person.project, mode, "queued", 7 + number, MIDDLE)
        for number, mode in enumerate(modes)
    ]
    for job in jobs:
        insert_job(connection, person.id, job)
    return jobs


def move(connection: psycopg.Connection, job: Known) -> None:
    job.status = "running"
    connection.execute("update public.generation_jobs set status = 'running' where id = %s", [job.id])


def fold_all(connection: psycopg.Connection) -> None:
    assert fold(connection) is True
    assert fold(connection, histogram=True) is True


def set_aside(connection: psycopg.Connection) -> list[tuple[str, bool, str]]:
    return connection.execute(
        "select job_id::text, histogram, code from genjobs.set_aside_events order by histogram, event_id"
    ).fetchall()


def test_what_cannot_be_folded_is_set_aside_and_counted(kept: psycopg.Connection) -> None:
    person = introduce(kept).ana
    kept.execute(POISON)
    jobs = fill(kept, person, ["lifestyle", "poison", *["packaging"] * 5, "poison", "lifestyle"])
    bad = [job.id for job in jobs if job.mode == "poison"]
    fold_all(kept)
    assert set_aside(kept) == [(job, histogram, "23514") for histogram in (False, True) for job in bad]
    assert (tail(kept), differences(kept)) == (0, [])
    assert_readings_agree(kept, person.id, jobs, START, END, "UTC")

    for job in jobs:
        move(kept, job)
    kept.execute("delete from public.generation_jobs where id = %s", [bad[0]])
    jobs[1].deleted = True
    fold_all(kept)
    assert len(set_aside(kept)) == 2 * 5
    assert_readings_agree(kept, person.id, jobs, START, END, "UTC")
    health = ask(kept, person.id, "get_totals_health")
    assert (health["set_aside"], health["set_aside_codes"]) == (5, ["23514"])

    kept.execute(CURE)
    kept.execute("select genjobs.rebuild_cost_totals()")
    assert (set_aside(kept), differences(kept)) == ([], [])
    assert_readings_agree(kept, person.id, jobs, START, END, "UTC")


def test_without_setting_aside_one_job_stops_the_fold_for_everyone(kept: psycopg.Connection) -> None:
    cast = introduce(kept)
    fold_all(kept)
    without(kept, "genjobs.fold_or_set_aside", "'^(22|23|54|P0)'", "'^never'")
    kept.execute(POISON)
    fill(kept, cast.ana, ["poison"])
    add_job(kept, cast.bob.id, cast.bob.project)
    with pytest.raises(psycopg.errors.CheckViolation):
        fold(kept)
    assert tail(kept) > 1


def test_uncounted_it_would_be_missing(kept: psycopg.Connection) -> None:
    person = introduce(kept).ana
    kept.execute(POISON)
    jobs = fill(kept, person, ["poison"])
    fold_all(kept)
    without(kept, "genjobs.cost_cells", "where aside.histogram = p_histogram", "where false")
    with pytest.raises(AssertionError):
        assert_readings_agree(kept, person.id, jobs, START, END, "UTC")


@pytest.mark.parametrize("code", ["40P01", "53100", "55P03", "57014", "XX000"])
def test_what_may_pass_another_time_is_not_set_aside(kept: psycopg.Connection, code: str) -> None:
    introduce(kept)
    kept.execute(
        "create function public.fail() returns trigger language plpgsql as"
        f" $$ begin raise 'not now' using errcode = '{code}'; end $$;"
        " create trigger fail before insert on genjobs.cost_totals"
        " for each row execute function public.fail()".encode()
    )
    with pytest.raises(psycopg.Error) as met:
        fold(kept)
    assert met.value.sqlstate == code
    assert set_aside(kept) == []


def test_who_goes_leaves_nothing_set_aside(kept: psycopg.Connection) -> None:
    person = introduce(kept).ana
    kept.execute(POISON)
    fill(kept, person, ["poison"])
    fold_all(kept)
    assert set_aside(kept)
    kept.execute("delete from auth.users where id = %s", [person.id])
    assert set_aside(kept) == []


@pytest.mark.parametrize("long", [True, False])
def test_older_jobs_do_not_stop_the_back_fill(empty_database: Database, long: bool) -> None:
    with empty_database.connect() as connection:
        bring_back(connection, "tables")
        person = introduce(connection).ana
        connection.execute("delete from public.generation_jobs where user_id = %s", [person.id])
        jobs = fill(connection, person, ["lifestyle", LONG if long else "poison", "packaging"])
        paste_all(connection)
        connection.execute(POISON)
        bring_up_to_date(connection, lambda step: None, jobs_a_batch=4)
        assert differences(connection) == []
        assert [job for job, *_ in set_aside(connection)] == ([] if long else [jobs[1].id] * 2)
        jobs[1].mode = SHORT if long else "poison"
        assert_readings_agree(connection, person.id, jobs, START, END, "UTC")


def old_long_jobs(connection: psycopg.Connection, person: Person) -> list[Known]:
    """Jobs with a mode from before there was a limit."""
    rule = 'trigger "0_check_new_job"'
    connection.execute(f"alter table public.generation_jobs disable {rule}".encode())
    jobs = fill(connection, person, ["lifestyle", LONG, LONG, LONG[:100], LONG[:101]])
    connection.execute(f"alter table public.generation_jobs enable {rule}".encode())
    return jobs


def test_a_long_mode_goes_by_a_short_name_in_the_totals(kept: psycopg.Connection) -> None:
    person = introduce(kept).ana
    jobs = old_long_jobs(kept, person)
    move(kept, jobs[1])
    for _ in range(2):
        answer = ask(kept, person.id, "get_top_costs", START, END, "mode", 10)
        names = {key for key, *_ in answer["rows"]}
        other = f"{LONG[:83]}…{hashlib.sha256(LONG[:101].encode()).hexdigest()[:16]}"
        assert names == {"lifestyle", SHORT, LONG[:100], other}
        for given in (LONG, SHORT):
            asked = ["none", None, [given]]
            series = ask(kept, person.id, "get_cost_series", START, END, "month", "UTC", *asked)
            assert [amounts[:2] for *_, amounts in series["rows"]] == [[2, 17]]
            page = ask(
                kept, person.id, "get_checked_cost_page", START, END, "day", "UTC", "mode", None, [given]
            )
            assert (page["recount"]["jobs"], page["recount"]["cents"]) == (2, 17)
        assert (set_aside(kept), differences(kept)) == ([], [])
        fold_all(kept)
    assert tail(kept) == 0
    stored = kept.execute("select max(length(mode)) from genjobs.cost_totals").fetchone()
    assert stored == (100,)


def test_without_short_names_long_modes_are_set_aside(kept: psycopg.Connection) -> None:
    person = introduce(kept).ana
    without(kept, "genjobs.totals_mode", "when length(p_mode) <= 100", "when true")
    old_long_jobs(kept, person)
    fold_all(kept)
    assert {code for *_, code in set_aside(kept)} == {"54000"}
    assert differences(kept) == []


def test_a_repair_gives_totals_under_a_long_name_the_short_one(
    database: Database, kept: psycopg.Connection
) -> None:
    person = introduce(kept).ana
    without(kept, "genjobs.fold_between", "else genjobs.totals_mode(event.mode) end", "else event.mode end")
    old_long_jobs(kept, person)
    kept.execute("delete from public.generation_jobs where length(mode) > 1000")
    fold_all(kept)
    assert kept.execute("select max(length(mode)) from genjobs.cost_totals").fetchone() == (101,)
    assert migrations.repair(database.postgres_dsn) == []
    assert kept.execute("select max(length(mode)) from genjobs.cost_totals").fetchone() == (100,)
    assert differences(kept) == []
