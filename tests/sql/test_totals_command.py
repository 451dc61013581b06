"""`genjobs totals` as a person runs it on a database's URL."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.clusters import Cluster, Database
from tests.commands import genjobs
from tests.sql.people import Cast, introduce
from tests.sql.test_set_aside import POISON, fill


@pytest.fixture
def kept(database: Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        yield connection


@pytest.fixture
def people(kept: psycopg.Connection) -> Cast:
    return introduce(kept)


@pytest.mark.usefixtures("people")
def test_right_totals_are_compared_with_every_job(database: Database) -> None:
    done = genjobs("totals", "check", "--database-url", database.postgres_dsn)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "ok       Totals: of all jobs, made in this database",
        done.stdout.splitlines()[1],
        "ok       Events set aside: none",
        "Comparing the totals with every job",
        "0 differences.",
    ]
    assert "8 events wait for the totals, the first since" in done.stdout


def test_differences_are_named_and_a_rebuild_mends_them(
    database: Database, kept: psycopg.Connection, people: Cast
) -> None:
    job = people.ana.jobs["queued"]
    kept.execute("alter table public.generation_jobs disable trigger user")
    kept.execute("update public.generation_jobs set cost_cents = 5 where id = %s", [job])
    kept.execute("alter table public.generation_jobs enable trigger user")
    found = genjobs("totals", "check", DATABASE_URL=database.postgres_dsn)
    assert found.returncode == 1
    assert "lifestyle, queued, user" in found.stdout
    assert "1 jobs and 100 cents in the totals, 1 and 5 by the jobs" in found.stdout
    assert "6 differences. To rebuild the totals: genjobs totals rebuild" in found.stdout

    done = genjobs("totals", "rebuild", DATABASE_URL=database.postgres_dsn)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "Totals: complete"
    assert genjobs("totals", "check", DATABASE_URL=database.postgres_dsn).returncode == 0


@pytest.mark.usefixtures("people")
def test_totals_that_were_made_elsewhere_are_told_and_not_compared(
    database: Database, kept: psycopg.Connection
) -> None:
    kept.execute("update genjobs.totals_origins set cluster = 1")
    done = genjobs("totals", "check", DATABASE_URL=database.postgres_dsn)
    assert done.returncode == 1
    assert done.stdout.startswith("FAILS    Totals: made on another server or from other data")
    assert "`genjobs migrate --database-url …` rebuilds them" in done.stdout
    assert "Comparing" not in done.stdout
    migrated = genjobs("migrate", DATABASE_URL=database.postgres_dsn)
    assert "The totals were made on another server" in migrated.stdout
    assert genjobs("totals", "check", DATABASE_URL=database.postgres_dsn).returncode == 0


def test_an_event_that_was_set_aside_is_named(
    database: Database, kept: psycopg.Connection, people: Cast
) -> None:
    kept.execute(POISON)
    [job] = fill(kept, people.ana, ["poison"])
    kept.execute("select genjobs.fold()")
    done = genjobs("totals", "check", DATABASE_URL=database.postgres_dsn)
    assert done.returncode == 1
    assert "FAILS    Events set aside: 1 (23514)" in done.stdout
    assert f"of job {job.id}, in the totals: new row for relation" in done.stdout
    assert "0 differences." in done.stdout


@pytest.mark.parametrize("command", ["check", "rebuild"])
def test_what_is_in_the_way_is_told_in_two_lines(
    server: Cluster, empty_database: Database, command: str
) -> None:
    nowhere = server.database("nowhere").postgres_dsn
    for url, words in (
        (nowhere, "cannot be reached"),
        (empty_database.postgres_dsn, "Hint: Run: genjobs migrate"),
        ("postgresql://a:b@c@d:1/e", "cannot be read"),
    ):
        done = genjobs("totals", command, DATABASE_URL=url)
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_caller_without_the_rights_is_told_whom_to_be(database: Database) -> None:
    stranger = database.postgres_dsn + "&options=-crole%3Dauthenticated"
    done = genjobs("totals", "rebuild", DATABASE_URL=stranger)
    assert done.returncode == 1
    assert "postgres" in done.stderr


@pytest.mark.usefixtures("people")
def test_another_isolation_level_by_default_does_no_harm(
    database: Database, kept: psycopg.Connection
) -> None:
    kept.execute(
        f"alter database {database.name} set default_transaction_isolation = 'serializable'".encode()
    )
    done = genjobs("totals", "rebuild", DATABASE_URL=database.postgres_dsn)
    assert (done.returncode, done.stderr) == (0, "")
