"""Workers that are killed, servers that are killed, answers that are lost: does each job end once?

    python -m benchmarks.chaos [seconds]

Six workers on a local stack work jobs off that keep coming, for ten minutes unless told otherwise. Meanwhile
workers are killed (SIGKILL) and others started, PostgreSQL and PostgREST are killed in turns, one worker in
six has a clock an hour ahead, and every hundredth answer is dropped after it took effect. Then the rest is
worked off in peace. Raises unless every chain of attempts has ended once, no attempt was begun twice, nothing
waits or is held, and queue, totals and costs agree with the jobs.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import psutil
import psycopg

from genjobs.local.stack import StackInfo
from genjobs.paths import ROOT
from tests.commands import PROGRAM
from tests.local.consoles import part
from tests.sql.histories import differences
from tests.stacks import new_user, running_stack

WORKERS, LOST_ANSWERS, LEASE_SECONDS = 6, 100, 5
KILL_SECONDS, RESTART_SECONDS, CREATE_SECONDS = 2.0, 7.0, 0.2
STUCK_SECONDS = 60.0
HANDLER = "benchmarks.chaos_handler:generate"
CREATE = """
insert into generation_jobs (user_id, project_id, mode)
select user_id, id, 'lifestyle' from projects where name = 'Chaos' order by random() limit 1
"""
OPEN = "select count(*) from generation_jobs where status in ('queued', 'running')"
ENDS = """
select
    (select count(*) from generation_jobs where status in ('queued', 'running')),
    (select count(*) from genjobs.compare_job_queue()),
    (select count(*) from genjobs.job_leases),
    (
        select count(*) from (
            select event.job_id from generation_job_events as event
            where event.new_status in ('succeeded', 'failed') and event.old_status = 'running'
            group by event.job_id having count(*) > 1
        ) as twice
    ),
    (
        select count(*) from generation_jobs as job
        where job.status = 'failed' and not exists (
            select from genjobs.job_attempts as attempt
            where attempt.job_id = job.id and (attempt.retried_as is not null or attempt.attempt >= 3)
        )
    ),
    (select count(*) from generation_jobs where status = 'succeeded' and cost_cents <> 3)
"""


class Dropping(ThreadingHTTPServer):
    """Hands requests on to the stack, and loses every hundredth answer on the way back."""

    daemon_threads = True

    def __init__(self, to: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.to, self.passed, self.dropped = to, 0, 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A killed worker's broken connection is not reported."""

    def drops(self) -> bool:
        """Count an answer; whether this one is lost."""
        with self.lock:
            self.passed += 1
            lost = self.passed % LOST_ANSWERS == 0
            self.dropped += lost
        return lost


class _Passing(BaseHTTPRequestHandler):
    server: Dropping
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        try:
            answer = httpx.post(f"{self.server.to}{self.path}", content=body, headers=headers, timeout=20)
        except httpx.HTTPError:
            self.close_connection = True
            return
        if self.server.drops():
            self.close_connection = True
            return
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing."""


@contextmanager
def dropping(info: StackInfo) -> Iterator[Dropping]:
    """The proxy, serving."""
    server = Dropping(info.url)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def start_worker(info: StackInfo, url: str, begun: Path, number: int) -> subprocess.Popen[bytes]:
    """A worker in a process of its own; each attempt that its handler begins is a line in `begun`."""
    environ = os.environ | {
        "SUPABASE_URL": url,
        "SUPABASE_KEY": info.publishable_key,
        "SUPABASE_SECRET_KEY": info.secret_key,
        "CHAOS_BEGUN": str(begun),
        "CHAOS_CLOCK_AHEAD": "3600" if number == 0 else "0",
    }
    options = ["--handler", HANDLER, "--lease", str(LEASE_SECONDS), "--grace", "0"]
    command = [sys.executable, "-c", PROGRAM, "worker", *options]
    with (begun.parent / f"worker-{number}.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)


def rage(info: StackInfo, home: Path, url: str, begun: Path, seconds: float) -> Counter[str]:
    """Kill and restart until the time is over; returns how often each was done."""
    chance, done = random.Random(7), Counter[str]()
    workers = [start_worker(info, url, begun, number) for number in range(WORKERS)]
    ends = time.monotonic() + seconds
    due = {"create": 0.0, "kill": KILL_SECONDS, "restart": RESTART_SECONDS}
    began = time.monotonic()
    try:
        while (now := time.monotonic()) < ends:
            if now - began >= due["create"]:
                due["create"] += CREATE_SECONDS
                done["created"] += _create(info)
            if now - began >= due["kill"]:
                due["kill"] += KILL_SECONDS
                number = chance.randrange(WORKERS)
                workers[number].kill()
                workers[number].wait()
                workers[number] = start_worker(info, url, begun, number)
                done["workers killed"] += 1
            if now - began >= due["restart"]:
                due["restart"] += RESTART_SECONDS
                name = ("postgrest", "postgres")[done["servers killed"] % 2]
                with suppress(AssertionError, OSError, ValueError, psutil.Error):
                    part(home, name).kill()
                    done["servers killed"] += 1
            time.sleep(0.02)
        _drain(info)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return done


def _create(info: StackInfo) -> int:
    try:
        with psycopg.connect(info.database_url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(CREATE).rowcount
    except psycopg.OperationalError:
        return 0


def _drain(info: StackInfo) -> None:
    """Wait until no job is open; fails when their number no longer falls."""
    least, since = sys.maxsize, time.monotonic()
    while least and time.monotonic() - since < STUCK_SECONDS:
        left = _open(info)
        if left < least:
            least, since = left, time.monotonic()
        time.sleep(0.2)
    if least:
        raise RuntimeError(f"{least} jobs wait or run, and in {STUCK_SECONDS:.0f} s there were never fewer.")


def _open(info: StackInfo) -> int:
    """How many jobs wait or run, those that were delayed being due now."""
    try:
        with psycopg.connect(info.database_url, autocommit=True) as connection:
            connection.execute("update genjobs.job_delays set due_at = least(due_at, now())")
            return int(connection.execute(OPEN).fetchone()[0])  # type: ignore[index]
    except psycopg.OperationalError:
        return sys.maxsize


def check(info: StackInfo, begun: Path) -> dict[str, int]:
    """How many jobs there are by how they ended. Raises when something is not as it must be."""
    lines = begun.read_text(encoding="utf-8").split()
    with psycopg.connect(info.database_url) as connection:
        row = connection.execute(ENDS).fetchone()
        unequal = differences(connection)
        ended = connection.execute("select status, count(*) from generation_jobs group by 1").fetchall()
    names = ("open", "queue flaws", "held", "ended twice", "given up early", "wrong costs")
    found = dict(zip(names, row or (), strict=True))
    found |= {"begun twice": len(lines) - len(set(lines)), "totals that differ": len(unequal)}
    if wrong := {name: count for name, count in found.items() if count}:
        raise RuntimeError(f"Not as it must be: {wrong}")
    return dict(ended)


def run(home: Path, seconds: float) -> tuple[dict[str, int], Counter[str]]:
    """Rage for `seconds`, work the rest off, check: how the jobs ended, and what was done to them."""
    with running_stack(home) as info:
        for _ in range(3):
            user = new_user(info)[0]
            with psycopg.connect(info.database_url, autocommit=True) as connection:
                connection.execute("insert into projects (user_id, name) values (%s, 'Chaos')", [user])
        begun = home / "begun"
        with dropping(info) as proxy:
            done = rage(info, home, proxy.url, begun, seconds)
            done["answers dropped"] = proxy.dropped
        return check(info, begun), done


def main(seconds: float = 600.0) -> None:
    """Run and print."""
    with tempfile.TemporaryDirectory() as folder:
        ended, done = run(Path(folder), seconds)
    print(f"{seconds:.0f} s: " + ", ".join(f"{count:,} {what}" for what, count in done.items()))
    print("Jobs: " + ", ".join(f"{count:,} {status}" for status, count in sorted(ended.items())))
    print("Every chain ended once; nothing begun twice; queue, totals and costs agree.")


if __name__ == "__main__":
    main(*(float(value) for value in sys.argv[1:2]))
