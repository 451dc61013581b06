"""A real worker on a real stack: handlers of every kind, what stops it, what it says when it cannot work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from genjobs.local.ports import free_port
from genjobs.local.stack import StackInfo
from genjobs.paths import ROOT
from genjobs.worker.api import ApiQueue
from genjobs.worker.database import DatabaseQueue
from genjobs.worker.loop import STOPPED, Worker
from genjobs.worker.processes import Handlers
from tests.commands import CHOSEN, PROGRAM, genjobs
from tests.local.consoles import gone
from tests.local.waiting import until
from tests.sql.people import acting
from tests.stacks import new_user

HANDLER = "tests.local.handlers:by_mode"
ENDS = {
    "succeeds": ("succeeded", 7, None),
    "chatters": ("succeeded", 0, None),
    "raises": ("failed", 0, "ValueError: no light in the picture"),
    "fails": ("failed", 2, "The provider refused."),
    "exits": ("failed", 0, "SystemExit: enough"),
    "dies": ("failed", 0, "The handler's process ended with exit code 3."),
    "forks": ("succeeded", 2, None),
    "hangs": ("failed", 0, "The handler took longer than 3 s."),
    "fraction": (
        "failed",
        0,
        "The handler's result cannot be used: cost_cents is 1.5, not a whole number from 0 to 2147483647.",
    ),
    "unstorable": ("failed", 0, "a\ufffdb?"),
    "interrupts": ("failed", 0, "KeyboardInterrupt"),
    "nothing": ("failed", 0, "The handler returned NoneType, not a Result."),
    "swells": ("failed", 0, "The handler exceeded its memory limit."),
}
INSERT = """
with project as (insert into projects (user_id, name) values (%s, 'Spring') returning id, user_id)
insert into generation_jobs (user_id, project_id, mode)
select project.user_id, project.id, mode from project cross join unnest(%s::text[]) as mode
returning project_id::text
"""


@pytest.fixture(autouse=True)
def no_main_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes import what the main module came from; a test of a page leaves its script there."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.fixture
def database(info: StackInfo) -> Iterator[psycopg.Connection]:
    with psycopg.connect(info.database_url, autocommit=True) as connection:
        yield connection


def queued(connection: psycopg.Connection, info: StackInfo, *modes: str) -> str:
    """Queue a job of each mode for someone new, and nothing else; gives their project."""
    connection.execute("delete from generation_jobs where status = 'queued'")
    row = connection.execute(INSERT, [new_user(info)[0], list(modes)]).fetchone()
    assert row
    return str(row[0])


def ends(connection: psycopg.Connection, project: str) -> dict[str, tuple[str, int, str | None]]:
    rows = connection.execute(
        "select mode, status, cost_cents, error from generation_jobs where project_id = %s"
        " and not exists (select from genjobs.job_attempts where job_id = id and attempt > 1)",
        [project],
    ).fetchall()
    return {mode: (status, cents, error) for mode, status, cents, error in rows}


@pytest.mark.parametrize("way", ["api", "database"])
def test_whatever_a_handler_does_each_job_ends_for_itself(
    info: StackInfo, database: psycopg.Connection, way: str
) -> None:
    project = queued(database, info, *ENDS)
    straight = DatabaseQueue(info.database_url)
    queue = straight if way == "database" else ApiQueue(info.url, info.secret_key)
    with closing(straight), Handlers(HANDLER, 3, 3.0, 1000) as handlers:
        Worker(queue, handlers, list(ENDS), once=True).run()
    assert ends(database, project) == ENDS
    assert database.execute("select * from genjobs.compare_job_queue()").fetchall() == []


def of(info: StackInfo) -> dict[str, str]:
    """The settings that name the stack as a project."""
    return {
        "SUPABASE_URL": info.url,
        "SUPABASE_KEY": info.publishable_key,
        "SUPABASE_SECRET_KEY": info.secret_key,
    }


def test_the_command_takes_its_modes_alone_and_ends_when_told_to(
    info: StackInfo, database: psycopg.Connection
) -> None:
    project = queued(database, info, "asynchronous", "other")
    told = genjobs(
        *("worker", "--handler", "tests.local.handlers:asynchronous", "--once"),
        *("--modes", "asynchronous", "--timeout", "9"),
        **of(info),
    )
    assert told.returncode == 0, told.stderr
    assert ends(database, project) == {"asynchronous": ("succeeded", 9, None), "other": ("queued", 0, None)}


@contextmanager
def worker_process(
    info: StackInfo, *options: str, log: Path = Path("/dev/stderr"), **chosen: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own that takes jobs whose handler hangs; gone afterwards."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(CHOSEN)}
    command = [sys.executable, "-c", PROGRAM, "worker", "--handler", HANDLER, "--modes", "hangs", *options]
    everything = environ | of(info) | chosen
    with (
        log.open("ab") as lines,
        subprocess.Popen(command, cwd=ROOT, env=everything, stderr=lines, start_new_session=True) as worker,
    ):
        try:
            yield worker
        finally:
            worker.kill()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_a_worker_that_is_told_to_stop_hands_back_what_runs_longer_than_its_grace(
    info: StackInfo, database: psycopg.Connection, told: signal.Signals
) -> None:
    project = queued(database, info, "hangs")
    with worker_process(info, "--grace", "0") as worker:
        until(lambda: ends(database, project)["hangs"][0] == "running", "the job runs")
        worker.send_signal(told)
        assert worker.wait(30) == 0
    found = database.execute(
        "select status, error from generation_jobs where project_id = %s order by created_at", [project]
    ).fetchall()
    assert found == [("failed", STOPPED), ("queued", None)]


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_what_is_sent_to_all_processes_ends_no_handler(
    info: StackInfo, database: psycopg.Connection, tmp_path: Path, told: signal.Signals
) -> None:
    """Ctrl-C, or the end of the terminal or the service: the running job still has its grace."""
    project, heard, log = queued(database, info, "tells"), tmp_path / "heard", tmp_path / "log"
    percent = (
        "select percent from genjobs.job_progress join generation_jobs on id = job_id where project_id = %s"
    )
    options = ("--modes", "tells", "--log-format", "json")
    with worker_process(info, *options, log=log, HANDLER_HEARD=str(heard)) as worker:
        until(lambda: database.execute(percent, [project]).fetchone() == (100,), "the handler runs")
        os.killpg(worker.pid, told)
        heard.touch()
        assert worker.wait(30) == 0
    assert ends(database, project)["tells"] == ("succeeded", 1, None)
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    [finished] = [line["job_id"] for line in lines if line.get("outcome") == "finished"]
    of_handler = [(line["job_id"], line["message"]) for line in lines if line["name"] == "own"]
    assert of_handler == [(finished, "upscaling")], "what a handler logs is part of the worker's log"


def test_the_handlers_of_a_worker_that_is_killed_end_soon(
    info: StackInfo, database: psycopg.Connection, tmp_path: Path
) -> None:
    """Their jobs go to another worker, and must not be done twice."""
    project = queued(database, info, "hangs")
    begun = tmp_path / "begun"
    with worker_process(info, HANDLER_BEGUN=str(begun)) as worker:
        until(begun.exists, "the handler runs")
        children = psutil.Process(worker.pid).children(recursive=True)
        worker.kill()
    until(lambda: gone(children), "all ended")
    database.execute("delete from generation_jobs where project_id = %s", [project])


def test_progress_is_seen_while_the_job_runs_and_the_worker_can_be_asked(
    info: StackInfo, database: psycopg.Connection, tmp_path: Path
) -> None:
    project = queued(database, info, "tells")
    heard, port = tmp_path / "heard", str(free_port())

    def told() -> tuple[Any, ...] | None:
        return database.execute(
            "select percent, message from genjobs.job_progress join generation_jobs on id = job_id"
            " where project_id = %s",
            [project],
        ).fetchone()

    with worker_process(info, "--modes", "tells", "--metrics-port", port, HANDLER_HEARD=str(heard)):
        until(lambda: told() == (100, "Upscaling\ufffd"), "the progress is seen")
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
        metrics = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert "genjobs_claimed_total 1.0" in metrics
        assert "genjobs_last_answer_timestamp_seconds 0.0" not in metrics
        assert httpx.get(f"http://127.0.0.1:{port}/x").status_code == 404
        heard.touch()
        until(lambda: ends(database, project)["tells"][0] == "succeeded", "the job ends")
    assert told() is None


def test_a_cancelled_handler_may_still_tell_what_it_spent(
    info: StackInfo, database: psycopg.Connection, tmp_path: Path
) -> None:
    project = queued(database, info, "heeds")
    begun = tmp_path / "begun"
    with worker_process(info, "--modes", "heeds", HANDLER_BEGUN=str(begun)):
        until(begun.exists, "the handler runs")
        with acting(database, "service_role"):
            database.execute(
                "select public.cancel_generation_job(id) from public.generation_jobs where project_id = %s",
                [project],
            )
        until(lambda: ends(database, project)["heeds"] == ("failed", 3, "Cancelled."), "its cost is added")


def test_a_jobs_own_time_goes_before_the_workers(info: StackInfo, database: psycopg.Connection) -> None:
    project = queued(database, info, "own time")
    database.execute(
        "insert into genjobs.job_options (job_id, timeout_seconds)"
        " select id, 77 from generation_jobs where project_id = %s",
        [project],
    )
    with closing(DatabaseQueue(info.database_url)) as queue, Handlers(HANDLER, 1, 3.0) as handlers:
        Worker(queue, handlers, ["own time"], once=True).run()
    assert ends(database, project)["own time"][2] == "77 s, attempt 1"


def test_a_moment_that_python_does_not_know_is_no_obstacle(
    info: StackInfo, database: psycopg.Connection
) -> None:
    project = queued(database, info, "asynchronous")
    database.execute("update generation_jobs set created_at = 'infinity' where project_id = %s", [project])
    told = genjobs(
        *("worker", "--handler", "tests.local.handlers:asynchronous", "--once", "--modes", "asynchronous"),
        **of(info),
    )
    assert (told.returncode, ends(database, project)["asynchronous"][0]) == (0, "succeeded"), told.stderr


@pytest.mark.parametrize(
    ("handler", "changes", "said"),
    [
        ("tests.local.nothing:x", {}, "The module tests.local.nothing cannot be imported"),
        ("tests.local.handlers:nothing", {}, "has no function nothing"),
        ("tests.local.handlers", {}, "does not name a module and, after a colon, a function"),
        ("tests.local.handlers:KINDS", {}, "is not a function"),
        (HANDLER, {"SUPABASE_SECRET_KEY": ""}, "A worker needs the project's secret key"),
        (
            HANDLER,
            {"SUPABASE_SECRET_KEY": "sb_secret_made_up_made_up_made_up"},
            "The secret key is not accepted.",
        ),
    ],
)
def test_what_keeps_a_worker_from_working_is_said(
    info: StackInfo, handler: str, changes: dict[str, str], said: str
) -> None:
    told = genjobs("worker", "--handler", handler, "--once", **(of(info) | changes))
    assert (told.returncode, said in told.stderr) == (1, True), told.stderr


@pytest.mark.parametrize("modes", ["a,,b", ""])
def test_modes_that_cannot_be_read_are_named(info: StackInfo, modes: str) -> None:
    """An unset variable of the shell must not make a worker of all modes."""
    told = genjobs("worker", "--handler", HANDLER, "--modes", modes, **of(info))
    assert (told.returncode, f"“{modes}” cannot be read" in told.stderr) == (1, True)


def test_a_bucket_has_a_name(info: StackInfo) -> None:
    told = genjobs("worker", "--handler", HANDLER, "--bucket", "", **of(info))
    assert (told.returncode, "--bucket cannot be empty" in told.stderr) == (1, True)
