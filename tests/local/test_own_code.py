"""What docs/CLIENT.md and examples/pipeline.py show, run as it stands there against a real worker."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from genjobs import AsyncClient, Client, NewJob
from genjobs.client import Event, Outcome, Progress, Status
from genjobs.local.stack import StackInfo
from genjobs.paths import ROOT
from tests import npm_tools
from tests.commands import CHOSEN, PROGRAM
from tests.coroutines import run
from tests.local.waiting import until
from tests.sql.test_attempts import DUE
from tests.stacks import new_user

ASSETS = """
with project as (insert into projects (user_id, name) values (%s, 'Spring') returning id, user_id)
insert into assets (user_id, project_id, kind, mode, prompt_version, prompt_payload, storage_path)
select user_id, id, 'input', 'lifestyle', '1', '{}', name from project, unnest(array['shoe', 'hat']) as name
returning project_id::text, id::text
"""
OTHERS = """
insert into generation_jobs (user_id, project_id, mode, input_asset_id)
select %s, %s, 'by hand', %s from generate_series(1, 1001)
"""
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENT = (ROOT / "docs" / "CLIENT.md").read_text("utf-8")


@dataclass(frozen=True)
class Order:
    """A person, their project and its two input assets."""

    person: str
    project: str
    assets: tuple[str, str]

    def filled(self, text: str) -> str:
        names = {"person": self.person, "project": self.project}
        names |= {"asset 1": self.assets[0], "asset 2": self.assets[1]}
        return re.sub(r"<(person|project|asset \d)>", lambda found: names[found[1]], text)

    def blocks(self, language: str) -> list[str]:
        """The document's blocks in that language, with the placeholders filled."""
        found = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
        return [self.filled(block) for block in found]


def environ(info: StackInfo, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(CHOSEN)}
    told = {"SUPABASE_URL": info.url, "SUPABASE_KEY": info.publishable_key}
    return inherited | told | {"SUPABASE_SECRET_KEY": info.secret_key} | more


@pytest.fixture(scope="module")
def worker(info: StackInfo) -> Iterator[None]:
    """Works on jobs of the mode lifestyle, each of which fails once."""
    options = ["--handler", "tests.local.once_refused:generate", "--modes", "lifestyle"]
    command = [sys.executable, "-c", PROGRAM, "worker", *options]
    with subprocess.Popen(command, cwd=ROOT, env=environ(info)) as running:
        yield
        running.terminate()


@pytest.fixture
def database(info: StackInfo) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(info.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def order(info: StackInfo, worker: None, database: psycopg.Connection[Any]) -> Order:
    person = new_user(info)[0]
    (project, first), (_, second) = database.execute(ASSETS, [person]).fetchall()
    return Order(person, project, (first, second))


def ran(command: list[str], info: StackInfo, database: psycopg.Connection[Any]) -> tuple[int, str]:
    """A program's exit status and output; what is to be tried again meanwhile is due at once."""
    with subprocess.Popen(command, cwd=ROOT, env=environ(info), stdout=-1, stderr=-2, text=True) as program:
        until(lambda: bool(database.execute(DUE)) and program.poll() is not None, "the program has ended")
        assert program.stdout
        return program.returncode, program.stdout.read()


def test_the_pipeline_prints_outcomes_and_what_all_attempts_cost(
    info: StackInfo, database: psycopg.Connection[Any], order: Order
) -> None:
    program = [sys.executable, str(ROOT / "examples" / "pipeline.py"), "--person", order.person]
    command = [*program, "--project", order.project, *order.assets]
    status, printed = ran(command, info, database)
    lines = [f"succeeded  {asset}, attempts: 2, cost: $0.09" for asset in order.assets]
    end = [*lines, "2 of 2 succeeded; 4 attempts cost $0.18.", ""]
    assert (status, printed.split("\n")) == (0, ["2 jobs are waiting or done, 0 were refused.", *end])
    status, printed = ran([*command, order.person], info, database)
    assert status == 1, "one more, which is no asset, is refused; the others were there"
    assert printed.split("\n")[0] == "2 jobs are waiting or done, 1 were refused."
    assert printed.split("\n")[1].startswith(f"refused    {order.person}, ")
    assert printed.split("\n")[2:] == end


def test_the_steps_in_python(info: StackInfo, database: psycopg.Connection[Any], order: Order) -> None:
    [program] = order.blocks("python")
    status, printed = ran([sys.executable, "-c", program], info, database)
    lines = [f"{asset} succeeded 2 9" for asset in order.assets]
    assert (status, printed.splitlines()) == (0, [*lines, "18"]), printed


def test_the_first_lines_of_the_readme(
    info: StackInfo, database: psycopg.Connection[Any], order: Order
) -> None:
    section = README.partition("## Create jobs from your own code")[2].partition("\n## ")[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ")]
    values = iter([order.person, order.project, order.assets[0]])
    program = re.sub('"…"', lambda _: repr(next(values)), "\n".join(lines))
    names = {"https://abcdefgh.supabase.co": info.url, "sb_secret_…": info.secret_key}
    program = re.sub("|".join(names), lambda found: names[found[0]], program)
    assert ran([sys.executable, "-c", program], info, database) == (0, "9\n")


def test_the_steps_in_typescript(
    info: StackInfo, database: psycopg.Connection[Any], order: Order, tmp_path: Path
) -> None:
    package = npm_tools.program("@supabase/supabase-js", "2.119.1", "node_modules/@supabase/supabase-js")
    [text] = order.blocks("ts")
    program = tmp_path / "steps.mts"
    program.write_text(text, "utf-8")
    (tmp_path / "node_modules").symlink_to(package.parents[1])
    status, printed = ran(["node", "--disable-warning=ExperimentalWarning", str(program)], info, database)
    attempts = ("failed 2 The provider refused.", "succeeded 7 ")
    lines = [f"{asset} {attempt}" for asset in order.assets for attempt in attempts]
    assert (status, sorted(printed.splitlines())) == (0, sorted([*lines, "18"])), printed


@pytest.fixture
def others(database: psycopg.Connection[Any], order: Order) -> Iterator[None]:
    """More jobs of the project than can be read at once, of which no worker does any."""
    database.execute(OTHERS, [order.person, order.project, order.assets[0]])
    yield
    database.execute("delete from generation_jobs where mode = 'by hand'")


def test_the_steps_in_sql(database: psycopg.Connection[Any], order: Order, others: None) -> None:
    create, wait, outcomes = order.blocks("sql")

    def result(statements: str, job_ids: str = "") -> list[tuple[Any, ...]]:
        cursor = database.execute(statements.replace("<job ids>", job_ids).encode())
        cursor.set_result(-2)  # the last one before `commit`
        rows = cursor.fetchall()
        assert database.execute("select current_user").fetchone() == ("postgres",)
        return rows

    def all_ended() -> bool:
        database.execute(DUE)
        [(count, _)] = result(wait, job_ids)
        return bool(count == 0)

    [(jobs, job_ids, *refusal)] = result(create)
    assert (jobs, refusal) == (2, [None, None, None])
    until(all_ended, "no job is open")
    assert result(wait, job_ids) == [(0, 2)]
    told = [(str(asset), *rest) for asset, *rest in result(outcomes, job_ids)]
    assert sorted(told) == sorted((asset, "succeeded", 2, 9) for asset in order.assets)
    assert result(create) == [(jobs, job_ids, None, None, None)], "the same jobs"
    refused = result(create.replace("'lifestyle'", "'main_white'"))
    assert {row[:3] for row in refused} == {
        (1, None, f"The key spring {one} already belongs to another job.") for one in order.assets
    }


def test_watching_shows_each_attempt_to_its_end_and_waiting_tells_the_same(
    info: StackInfo, database: psycopg.Connection[Any], order: Order
) -> None:
    new = NewJob(project_id=order.project, mode="lifestyle", input_asset_id=order.assets[0])
    with Client(info.url, info.secret_key, user_id=order.person) as jobs:
        made = jobs.create(new)
        told = []
        for item in jobs.watch(made.job_id, timeout=60):
            told.append(item)
            database.execute(DUE)
        outcome = jobs.wait(made.job_id, timeout=60)
    check(made.job_id, told, outcome)


def test_coroutines_watch_and_wait_alike(
    info: StackInfo, database: psycopg.Connection[Any], order: Order
) -> None:
    async def follow() -> tuple[str, list[Event | Progress], Outcome]:
        new = NewJob(project_id=order.project, mode="lifestyle", input_asset_id=order.assets[0])
        async with AsyncClient(info.url, info.secret_key, user_id=order.person) as jobs:
            made = await jobs.create(new)
            told = []
            async for item in jobs.watch(made.job_id, timeout=60):
                told.append(item)
                database.execute(DUE)
            return made.job_id, told, await jobs.wait(made.job_id, timeout=60)

    check(*run(follow()))


def check(job_id: str, told: list[Event | Progress], outcome: Outcome) -> None:
    events = [item for item in told if isinstance(item, Event) and item.kind != "cost_changed"]
    attempts = [Status.QUEUED, Status.RUNNING, Status.FAILED, Status.QUEUED, Status.RUNNING, Status.SUCCEEDED]
    assert [event.new_status for event in events] == attempts
    assert {item.asked_job_id for item in told} == {outcome.asked_job_id} == {job_id}
    assert {event.job_id for event in events[:3]} == {job_id}
    assert {event.job_id for event in events[3:]} == {outcome.newest_job_id}
    assert (outcome.succeeded, len(outcome.attempts), outcome.cost_cents) == (True, 2, 9)
