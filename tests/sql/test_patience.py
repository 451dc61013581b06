"""`genjobs migrate` on a busy database: it delays no reader for long, and retries for its locks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations import MigrationFailed
from genjobs.migrations.patience import (
    BUSY,
    FIRST_PAUSE,
    LOCK_SECONDS,
    LONGEST_PAUSE,
    PAUSES,
    Patience,
    pauses,
)
from tests.clusters import Database
from tests.local.waiting import until
from tests.sql.people import refusal

ALTER = "alter table public.projects enable row level security;\n"
BLOCKED = "select from pg_locks where relation = 'public.projects'::regclass and not granted"
READ = "select count(*) from public.projects"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Migrations, the first of which needs an exclusive lock on a table."""
    (tmp_path / "20300101000001_alter.sql").write_text(ALTER)
    (tmp_path / "20300101000002_more.sql").write_text("create table public.more (id int primary key);\n")
    return tmp_path


@pytest.fixture
def holder(database: Database) -> Iterator[psycopg.Connection]:
    """A reader that has read projects, and whose transaction goes on."""
    with database.connect() as connection, connection.transaction():
        connection.execute(READ)
        yield connection


def once(seconds: float) -> Patience:
    """One attempt, which waits so long."""
    return Patience(seconds, lambda: [])


def test_a_lock_is_waited_for_a_second_at_a_time() -> None:
    assert LOCK_SECONDS == 1
    told = [list(pauses()) for _ in range(20)]
    for number, drawn in enumerate(zip(*told, strict=True)):
        middle = min(FIRST_PAUSE * 2**number, LONGEST_PAUSE)
        assert 0.5 * middle <= min(drawn) < max(drawn) <= 1.5 * middle
    assert {len(one) for one in told} == {PAUSES}


def read_while_it_waits(
    database: Database, folder: Path, holder: psycopg.Connection, patience: Patience
) -> Future[list[migrations.Migration]]:
    """Start migrate; once it waits for the holder, read projects as another reader, at most 5 s."""
    with ThreadPoolExecutor(1) as pool, database.connect() as reader:
        done = pool.submit(migrations.apply, database.postgres_dsn, lambda _: None, folder, patience)
        until(lambda: done.done() or reader.execute(BLOCKED).rowcount > 0, "migrate waits")
        reader.execute("set statement_timeout = '5s'")
        try:
            reader.execute(READ)
        finally:
            holder.execute("commit")
    return done


@pytest.mark.parametrize("short", [True, False])
def test_another_reader_does_not_wait_behind_a_migrate_that_waits(
    database: Database, folder: Path, holder: psycopg.Connection, short: bool
) -> None:
    """Where a lock is waited for as long as it takes, the reader meets its own time limit."""
    patience = Patience() if short else once(60)
    with nullcontext() if short else refusal("57014"):
        done = read_while_it_waits(database, folder, holder, patience)
        assert [migration.name for migration in done.result()] == ["alter", "more"]


def test_it_succeeds_once_the_reader_has_ended(
    database: Database, folder: Path, holder: psycopg.Connection
) -> None:
    steps: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(
            migrations.apply, database.postgres_dsn, steps.append, folder, Patience(0.1, lambda: [0.1] * 600)
        )
        until(lambda: done.done() or len(steps) > 3, "it has tried again")
        assert not done.done()
        holder.execute("commit")
        assert [migration.name for migration in done.result()] == ["alter", "more"]
    assert steps[:2] == [
        "Applying 1 of 2: 20300101000001_alter.sql",
        "  Other transactions hold locks that it needs: trying again in 0.1 s",
    ]
    assert steps[-1] == "2 applied; no migration is missing."


def test_it_gives_up_with_what_was_in_the_way(
    database: Database, folder: Path, holder: psycopg.Connection
) -> None:
    with pytest.raises(MigrationFailed) as met:
        migrations.apply(database.postgres_dsn, folder=folder, patience=Patience(0.05, lambda: [0.01] * 3))
    failure = met.value
    assert (failure.file, failure.line, failure.code) == ("20300101000001_alter.sql", 1, "55P03")
    assert failure.message == (
        "20300101000001_alter.sql, line 1: canceling statement due to lock timeout (4 attempts)."
        " The database is as it was before this file."
    )
    assert "Another transaction holds the table" in failure.hint
    with database.connect() as connection:
        assert connection.execute("select to_regclass('public.more')").fetchone() == (None,)


def test_another_failure_is_not_tried_again(database: Database, tmp_path: Path) -> None:
    (tmp_path / "20300101000001_breaks.sql").write_text("select nonsense;")
    steps: list[str] = []
    with pytest.raises(MigrationFailed) as met:
        migrations.apply(database.postgres_dsn, steps.append, tmp_path)
    assert (met.value.code, steps) == ("42703", ["Applying 1 of 1: 20300101000001_breaks.sql"])


def test_locks_of_one_attempt_are_waited_for_together(clock: Callable[[float], None]) -> None:
    """It keeps the first while it waits for the second: a reader of the first waits for both."""
    patience = Patience(1.0)
    clock(100.0)
    assert patience.lock_timeout(began=100.0) == "1000ms"
    for later in (100.7, 100.73):  # in steps, so that few statements need it set anew
        clock(later)
        assert patience.lock_timeout(began=100.0) == "300ms"
    clock(160.0)
    assert patience.lock_timeout(began=100.0) == "100ms"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Puts the clock of `genjobs.migrations.patience`, and no other, to a moment."""
    return lambda now: monkeypatch.setattr(
        "genjobs.migrations.patience.time", SimpleNamespace(monotonic=lambda: now)
    )


@pytest.mark.parametrize("code", BUSY)
def test_what_others_are_in_the_way_of_is_tried_again(code: str) -> None:
    """A deadlock, too, is over once the other side has finished."""
    failures = [MigrationFailed("file.sql", 1, "busy", code=code)] * 2
    paused: list[float] = []

    def attempt() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert Patience(1.0, lambda: [0.01, 0.02, 0.03]).with_retries(attempt, paused.append) == "done"
    assert paused == [0.01, 0.02]


def test_that_is_the_patience_of_every_migrate() -> None:
    assert signature(migrations.apply).parameters["patience"].default == Patience()
