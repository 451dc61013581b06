"""The live demo: jobs arrive and are done while it is on, and nothing of it outlives its console."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import typer

from genjobs import cli
from genjobs.live.arrivals import PICTURES, SHARES, DemoApi, batch, first
from genjobs.live.process import LiveDemo
from genjobs.local.stack import StackInfo
from genjobs.paths import ROOT
from tests.commands import genjobs
from tests.local.consoles import gone
from tests.local.waiting import until
from tests.sql.people import add_job

BEN = next(iter(SHARES))
HOLDER = """
import sys
from types import SimpleNamespace
from genjobs.live.process import LiveDemo
live = LiveDemo(lambda: SimpleNamespace(url=sys.argv[1], secret_key=sys.stdin.readline().strip()))
live.turn_on()
print(live._process.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def database(info: StackInfo) -> Iterator[psycopg.Connection]:
    """The stack's, with a project of Ben's that looks like demo data, and no job that waits."""
    with psycopg.connect(info.database_url, autocommit=True) as owner:
        owner.execute("delete from generation_jobs where status = 'queued'")
        owner.execute(
            "insert into auth.users (id, email, role, aud)"
            " values (%s, 'ben@x', 'authenticated', 'authenticated') on conflict do nothing",
            [BEN],
        )
        owner.execute("insert into projects (user_id, name) values (%s, 'Demo: Spring')", [BEN])
        owner.execute("insert into projects (user_id, name) values (%s, 'His own')", [BEN])
        yield owner
        owner.execute("delete from projects where user_id = %s", [BEN])


def counts(owner: psycopg.Connection) -> Counter[str]:
    rows = owner.execute(
        "select project.name, job.status from generation_jobs as job join projects as project"
        " on project.id = job.project_id where job.user_id = %s",
        [BEN],
    ).fetchall()
    assert {name for name, _ in rows} <= {"Demo: Spring"}
    return Counter(status for _, status in rows)


def test_jobs_arrive_tell_their_progress_and_are_done_until_it_is_turned_off(
    info: StackInfo, database: psycopg.Connection
) -> None:
    live = LiveDemo(lambda: info)
    live.turn_on()
    try:
        process = live._process
        live.turn_on()
        assert (live.is_on, live._process) == (True, process)
        until(lambda: database.execute("select from genjobs.job_progress").rowcount > 0, "progress is told")
        until(lambda: counts(database)["succeeded"] > 0, "a job is done")
    finally:
        live.close()
    assert not live.is_on
    assert counts(database)["running"] == 0
    assert database.execute("select count(*) from genjobs.job_leases").fetchone() == (0,)


def test_it_ends_with_its_console_however_that_ends(info: StackInfo, database: psycopg.Connection) -> None:
    command = [sys.executable, "-c", HOLDER, info.url]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as console:
        assert console.stdin
        assert console.stdout
        console.stdin.write(f"{info.secret_key}\n")
        console.stdin.flush()
        live = psutil.Process(int(console.stdout.readline()))
        until(lambda: counts(database)["running"] > 0, "a job runs")
        family = [live, *live.children(recursive=True)]
        console.kill()
    until(lambda: gone(family), "all have ended")


def test_without_a_stack_it_stays_off() -> None:
    live = LiveDemo(lambda: None)
    live.turn_on()
    assert not live.is_on
    live.close()


def test_a_batch_is_three_pictures_of_one_persons_project() -> None:
    projects = [
        {"id": f"{user[-1]}-{n}", "user_id": user, "name": f"{9 - n}"} for user in SHARES for n in range(5)
    ]
    chance = random.Random(7)
    made = [batch(chance, projects) for _ in range(400)]
    assert all(len(jobs) == PICTURES and jobs.count(jobs[0]) == PICTURES for jobs in made)
    assert all(jobs[0]["project_id"][0] == jobs[0]["user_id"][-1] for jobs in made)
    of = Counter(jobs[0]["user_id"] for jobs in made)
    assert all(abs(of[user] / 400 - share) < 0.1 for user, share in SHARES.items())
    shown_first = sum(jobs[0]["project_id"].endswith("-4") for jobs in made)
    assert abs(shown_first / 400 - 5 / 9) < 0.1
    assert batch(chance, []) == []


def test_at_first_a_batch_comes_into_the_project_that_each_person_sees_first() -> None:
    names = ["Demo: b", "Demo: A", "Demo: c"]
    projects = [
        {"id": f"{user[-1]} {name}", "user_id": user, "name": name} for user in SHARES for name in names
    ]
    found = Counter((job["user_id"], job["project_id"]) for job in first(projects))
    assert found == {(user, f"{user[-1]} Demo: A"): PICTURES for user in SHARES}
    assert first([]) == []


def test_jobs_that_a_budget_refuses_are_left_out(info: StackInfo, database: psycopg.Connection) -> None:
    api = DemoApi(info.url, info.secret_key)
    [project] = [one for one in api.projects() if one["user_id"] == BEN]
    add_job(database, BEN, project["id"], "succeeded", cost_cents=5)
    database.execute(
        "insert into budgets (user_id, project_id, monthly_cents, is_hard) values (%s, %s, 5, true)",
        [BEN, project["id"]],
    )
    api.create(batch(random.Random(1), [project]))
    assert counts(database) == {"succeeded": 1}


def test_the_demo_says_first_what_it_is_and_how_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "console", lambda options: typer.echo("Streamlit"))
    told = genjobs("demo", "--no-browser", GENJOBS_HOME=str(tmp_path), GENJOBS_LIVE_DEMO="0")
    assert told.stdout.splitlines() == [
        "A demo with made-up jobs. Sign in as any of the users on the first screen.",
        f"Ctrl-C ends the console and its workers; the data stays in {tmp_path}.",
        "Streamlit",
    ]


def test_a_configured_project_is_never_filled_with_demo_jobs(info: StackInfo) -> None:
    told = genjobs("demo", SUPABASE_URL=info.url, SUPABASE_KEY=info.publishable_key)
    assert (told.returncode, "would create its jobs there" in told.stderr) == (1, True), told.stderr
