"""Parts that die: what the stack says meanwhile, and how it recovers."""

from __future__ import annotations

import os
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from genjobs.local import orphans, postgres, stack
from genjobs.local.auth.context import open_pool
from genjobs.local.backoff import Backoff
from genjobs.local.cluster import end_orphan
from genjobs.local.home import Home
from genjobs.local.keys import Keys
from genjobs.local.orphans import has_ended
from genjobs.local.ports import free_port
from genjobs.local.stack import StackInfo
from tests.clusters import Cluster, Database
from tests.local.consoles import family, gone, part, parts, supervisor
from tests.local.lab import Clock
from tests.local.waiting import until
from tests.stacks import SMALL, new_user

BUSY = "select count(*) from generate_series(1, 1000000000) as n where sqrt(n::float8) < 0"


@pytest.fixture
def running(home: Path) -> StackInfo:
    return stack.ensure(home=home, options=SMALL)


def rest(info: StackInfo) -> int:
    return httpx.get(
        f"{info.url}/rest/v1/projects", headers={"apikey": info.secret_key}, timeout=30
    ).status_code


def sign_in(info: StackInfo, email: str, password: str) -> int:
    return httpx.post(
        f"{info.url}/auth/v1/token?grant_type=password",
        json={"email": email, "password": password},
        headers={"apikey": info.publishable_key},
        timeout=30,
    ).status_code


def test_a_killed_postgres_comes_back_with_its_data(home: Path, running: StackInfo) -> None:
    _, email, password = new_user(running)
    killed = part(home, "postgres")
    killed.kill()
    seen: set[int] = set()

    def mended() -> bool:
        statuses = {rest(running), sign_in(running, email, password)}
        seen.update(statuses)
        return statuses == {200} and killed.pid != part_pid(home, "postgres")

    until(mended, "both roads work again")
    assert seen <= {200, 500, 502, 503}


def test_a_killed_postgrest_comes_back(home: Path, running: StackInfo) -> None:
    killed = part(home, "postgrest")
    killed.kill()
    seen: set[int] = set()

    def mended() -> bool:
        seen.add(status := rest(running))
        return status == 200 and killed.pid != part_pid(home, "postgrest")

    until(mended, "PostgREST answers again")
    assert seen <= {200, 502, 503}


def part_pid(home: Path, name: str) -> int | None:
    found = parts(home, name)
    return found[0].pid if found else None


def test_a_killed_supervisor_takes_its_parts_along_and_the_next_start_works(
    home: Path, running: StackInfo
) -> None:
    processes = family(home)
    supervisor(home).kill()
    until(lambda: gone(processes), "every process of the stack is gone")
    assert stack.status(home) is None
    assert (home / "state.json").exists()
    again = stack.ensure(home=home, options=SMALL)
    assert rest(again) == 200


def test_a_server_left_over_the_data_is_ended_first(home: Path) -> None:
    keys = Keys.of(Home.at(home))
    left = postgres.start(home / "data", postgres.binaries(), free_port(), log=home / "left.log")
    info = stack.ensure(home=home, options=SMALL)
    until(lambda: not left.running(), "the left server is gone")
    assert info.database_url.startswith(f"postgresql://postgres:{keys.role_passwords.postgres}@")
    assert rest(info) == 200


def test_a_start_brings_older_and_moved_data_up_to_date(home: Path) -> None:
    password = Keys.of(Home.at(home)).superuser_password
    with (
        postgres.start(home / "data", postgres.binaries(), free_port(), log=home / "before.log") as before,
        psycopg.connect(before.dsn(postgres.SUPERUSER, password)) as connection,
    ):
        connection.execute("grant temporary on database postgres to public")
        connection.execute("update genjobs.totals_origins set cluster = 1")
    info = stack.ensure(home=home, options=SMALL)
    with psycopg.connect(info.database_url) as connection:
        found = connection.execute(
            "select has_database_privilege('anon', 'postgres', 'temporary'), genjobs.totals_state()"
        ).fetchone()
    assert found == (False, "complete")


def test_a_process_id_that_belongs_to_somebody_else_by_now_is_left_alone(home: Path) -> None:
    with subprocess.Popen(["sleep", "600"]) as bystander:
        try:
            for name in ("data/postmaster.pid", "postgrest.pid", "supervisor.pid"):
                (home / name).write_text(f"{bystander.pid}\n")
            assert stack.stop(home) is False
            assert rest(stack.ensure(home=home, options=SMALL)) == 200
            assert bystander.poll() is None
        finally:
            bystander.kill()


def test_a_server_over_other_data_is_left_alone(home: Path, cluster: Cluster) -> None:
    (home / "data" / "postmaster.pid").write_text(f"{cluster.server.process.pid}\n")
    assert rest(stack.ensure(home=home, options=SMALL)) == 200
    assert cluster.server.running()


def test_a_busy_process_of_a_killed_postgres_does_not_keep_the_next_one_away(
    home: Path, running: StackInfo
) -> None:
    killed = part(home, "postgres")
    with closing(psycopg.connect(running.database_url)) as connection:
        row = connection.execute("select pg_backend_pid()").fetchone()
        assert row is not None
        busy = psutil.Process(row[0])
        connection.pgconn.send_query(BUSY.encode())
        until(lambda: busy.cpu_times().user > 0.2, "the statement runs")
        killed.kill()
        until(lambda: part_pid(home, "postgres") not in (None, killed.pid), "another one is started")
    until(lambda: rest(running) == 200, "the database answers again")
    assert has_ended(busy)


def test_the_auth_server_is_there_again_as_soon_as_its_database_is(
    cluster: Cluster, empty_database: Database
) -> None:
    def allow(yes: bool) -> None:
        with psycopg.connect(elsewhere, autocommit=True) as connection:
            connection.execute(f"alter database {empty_database.name} allow_connections {yes}".encode())

    def refused() -> int:
        return cluster.server.log.read_text().count(f'"{empty_database.name}" is not currently accepting')

    elsewhere = cluster.server.dsn("supabase_admin", cluster.admin_password)
    role, password = "supabase_auth_admin", cluster.passwords.supabase_auth_admin
    allow(False)
    with open_pool(cluster.server.dsn(role, password, empty_database.name)) as pool:
        until(lambda: refused() >= 3, "it has knocked three times")
        allow(True)
        with pool.connection() as connection:
            assert connection.execute("select 1 as one").fetchone() == {"one": 1}
        assert pool.get_stats().get("connections_errors", 0) == 0


@pytest.mark.parametrize("garbage", [b"", b"\xff\xfe", b"no number", b"-1", b"9" * 30, b"9" * 9999])
def test_garbage_in_a_pid_file_is_no_obstacle(home: Path, garbage: bytes) -> None:
    for name in ("postgrest.pid", "supervisor.pid"):
        (home / name).write_bytes(garbage)
    assert stack.stop(home) is False
    orphans.end(home / "postgrest.pid", "postgrest")
    assert not (home / "postgrest.pid").exists()


def test_a_start_over_garbage_in_every_pid_file_works(home: Path) -> None:
    for name in ("data/postmaster.pid", "postgrest.pid", "supervisor.pid"):
        (home / name).write_bytes(b"\xffgarbage")
    assert rest(stack.ensure(home=home, options=SMALL)) == 200


def test_an_empty_pid_file_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").touch()
    end_orphan(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_part_that_keeps_dying_is_started_ever_more_slowly() -> None:
    clock = Clock()
    backoff = Backoff(clock.seconds)
    waits = []
    for _ in range(8):
        backoff.started()
        since = clock.seconds()
        while not backoff.is_due():
            clock.forward(0.1)
        waits.append(round(clock.seconds() - since, 1))
    assert waits == sorted(waits)
    assert waits[0] <= 0.3
    assert waits[-1] == pytest.approx(5.0, abs=0.2)


def test_a_part_that_lived_long_is_started_again_soon() -> None:
    clock = Clock()
    backoff = Backoff(clock.seconds)
    for _ in range(6):
        backoff.started()
        while not backoff.is_due():
            clock.forward(1)
    backoff.started()
    clock.forward(31)
    assert backoff.is_due() is False
    clock.forward(0.2)
    assert backoff.is_due() is True


def test_the_supervisor_is_in_a_session_of_its_own(home: Path, running: StackInfo) -> None:
    assert os.getsid(supervisor(home).pid) == supervisor(home).pid
    assert psutil.Process().pid in {parent.pid for parent in supervisor(home).parents()}
