"""`genjobs queue` as a person runs it on a database's URL."""

from __future__ import annotations

import pytest

from tests.clusters import Database
from tests.commands import genjobs
from tests.sql.people import introduce
from tests.sql.workers import claim

NOBODY = "8a6e0804-2bd0-4672-b79d-d97027f9071a"


def test_what_waits_is_told_and_what_is_wrong_is_named_and_mended(database: Database) -> None:
    with database.connect() as connection:
        cast = introduce(connection)
        claim(connection, 1)
        right = genjobs("queue", "check", "--database-url", database.postgres_dsn)
        assert (right.returncode, right.stderr) == (0, "")
        assert right.stdout.splitlines() == [
            "1 job is waiting, 0 are delayed, 1 is held; 1 worker is alive.",
            "0 errors.",
        ]
        connection.execute("update genjobs.workers set leased_until = now() - interval '1 hour'")
        alone = genjobs("queue", "check", "--database-url", database.postgres_dsn)
        assert (alone.returncode, alone.stdout.splitlines()) == (
            0,
            [
                "1 job is waiting, 0 are delayed, 1 is held; 0 workers are alive.",
                "Once a worker runs again, held jobs are retried, unless this was their last attempt.",
                "0 errors.",
            ],
        )
        connection.execute("delete from genjobs.job_queue")
        connection.execute("update genjobs.job_leases set job_id = %s", [cast.ana.jobs["failed"]])
    wrong = genjobs("queue", "check", DATABASE_URL=database.postgres_dsn)
    assert wrong.returncode == 1
    assert "it is queued, and no worker would find it" in wrong.stdout
    assert f"{cast.ana.jobs['failed']}: a worker holds it, and it does not run" in wrong.stdout
    assert "2 errors. To repair: genjobs queue rebuild" in wrong.stdout
    assert genjobs("queue", "rebuild", DATABASE_URL=database.postgres_dsn).stdout == "2 errors repaired.\n"
    assert genjobs("queue", "check", DATABASE_URL=database.postgres_dsn).returncode == 0


def test_limits_are_set_listed_and_taken_away(database: Database) -> None:
    def queue(*words: str) -> list[str]:
        done = genjobs("queue", *words, DATABASE_URL=database.postgres_dsn)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    with database.connect() as connection:
        ana = introduce(connection).ana.id
    assert queue("limits") == ["There are no limits."]
    queue("limit", "--mode", "lifestyle", "--running", "4", "--attempts", "5")
    queue("limit", "--person", ana, "--running", "2")
    told = queue("limit", "--everyone", "--running", "9")
    assert told == [
        "mode lifestyle: 4 at once, 5 attempts",
        f"person {ana}: 2 at once",
        "everyone else: 9 at once",
    ]
    assert queue("limit", "--mode", "lifestyle", "--remove") == told[1:]
    assert queue("limit", "--everyone", "--remove") == told[1:2]
    assert queue("limit", "--mode", "packaging", "--attempts", "5")[0] == "mode packaging: 5 attempts"


def test_a_limit_of_nobody_or_of_two_is_refused() -> None:
    for words in (["--running", "2"], ["--mode", "x", "--everyone"], ["--everyone", "--attempts", "2"]):
        done = genjobs("queue", "limit", *words)
        assert (done.returncode, "A limit is for a mode" in done.stderr) == (1, True)


def test_a_limit_is_removed_only_on_an_explicit_wish() -> None:
    for words in (["--mode", "lifestyle"], ["--person", NOBODY], ["--everyone"]):
        done = genjobs("queue", "limit", *words)
        assert (done.returncode, "No limit is given." in done.stderr) == (1, True)
        assert "Hint: To set it: --running 4" in done.stderr
    both = genjobs("queue", "limit", "--mode", "lifestyle", "--attempts", "2", "--remove")
    assert (both.returncode, "Both a limit and --remove are given." in both.stderr) == (1, True)


WRONG = {
    "--person cannot be 'ana'.": ("--person", "ana", "--running", "2"),
    f"There is no person with the id {NOBODY}.": ("--person", NOBODY, "--running", "2"),
    "The mode of a limit must have 1 to 100 characters.": ("--mode", "x" * 101, "--running", "2"),
}


@pytest.mark.parametrize("said", WRONG)
def test_a_value_that_breaks_a_rule_is_named_and_is_no_question_of_rights(
    database: Database, said: str
) -> None:
    done = genjobs("queue", "limit", *WRONG[said], DATABASE_URL=database.postgres_dsn)
    error, hint = done.stderr.splitlines()
    assert (done.returncode, said in error, "role" in hint) == (1, True, False)


@pytest.mark.parametrize("numbers", [("--running", "99999999999"), ("--attempts", "101")])
def test_a_number_that_the_database_cannot_hold_is_a_wrong_option(numbers: tuple[str, str]) -> None:
    done = genjobs("queue", "limit", "--mode", "x", *numbers)
    assert (done.returncode, f"Invalid value for '{numbers[0]}'" in done.stderr) == (2, True)


def test_a_database_without_a_queue_is_told_to_migrate(empty_database: Database) -> None:
    done = genjobs("queue", "check", DATABASE_URL=empty_database.postgres_dsn)
    assert (done.returncode, "Hint: Run: genjobs migrate" in done.stderr) == (1, True)
