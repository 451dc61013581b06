"""PostgreSQL as a child process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from genjobs.domain.errors import Unavailable
from genjobs.local import postgres, rootless
from genjobs.local.ports import free_port, listening_socket
from tests.coroutines import run
from tests.local.waiting import until

FAST = {"fsync": "off"}
PARENT = """
import sys, time
from pathlib import Path
from genjobs.local import postgres
server = postgres.start(Path(sys.argv[1]), postgres.binaries(), int(sys.argv[2]), {"fsync": "off"})
print(server.process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("postgres") / "a folder" / "data"
    path.parent.mkdir()
    postgres.initialise(path, postgres.binaries(), 'it\'s "secret"')
    return path


def test_it_answers_the_superuser_and_nobody_without_the_password(data: Path) -> None:
    with postgres.start(data, postgres.binaries(), free_port(), FAST) as server:
        with psycopg.connect(server.dsn(postgres.SUPERUSER, 'it\'s "secret"')) as connection:
            assert connection.execute("select current_user, usesuper from pg_user").fetchone() == (
                "supabase_admin",
                True,
            )
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.dsn(postgres.SUPERUSER, "another"))
    assert not server.running()


def test_it_listens_on_the_loopback_alone(data: Path) -> None:
    with postgres.start(data, postgres.binaries(), free_port(), FAST) as server:
        listening = psutil.Process(server.process.pid).net_connections()
        assert {(place.laddr.ip, place.laddr.port) for place in listening if place.status == "LISTEN"} == {
            ("127.0.0.1", server.port)
        }


def test_settings_reach_it(data: Path) -> None:
    settings = {**FAST, "max_connections": "23", "application_name": "with a space"}
    with (
        postgres.start(data, postgres.binaries(), free_port(), settings) as server,
        psycopg.connect(server.dsn(postgres.SUPERUSER, 'it\'s "secret"')) as connection,
    ):
        assert connection.execute("show max_connections").fetchone() == ("23",)


def test_an_answer_waits_for_nobody_to_acknowledge_the_one_before() -> None:
    """asyncio turns Nagle's algorithm off for sockets that say they are TCP, and for no others."""

    async def no_delay() -> int:
        loop = asyncio.get_running_loop()
        accepted: asyncio.Future[int] = loop.create_future()
        with listening_socket([0]) as listener:
            await loop.create_server(lambda: Accepting(accepted), sock=listener)
            _, writer = await asyncio.open_connection(*listener.getsockname())
            option = await accepted
            writer.close()
            return option

    assert run(no_delay()) == 1


class Accepting(asyncio.Protocol):
    """Tells the option TCP_NODELAY of the connection that it gets."""

    def __init__(self, told: asyncio.Future[int]) -> None:
        self.told = told

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        connection: socket.socket = transport.get_extra_info("socket")
        self.told.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_a_failed_start_tells_the_reason(data: Path) -> None:
    with (
        listening_socket([0]) as taken,
        pytest.raises(Unavailable, match="Address already in use"),
    ):
        postgres.start(data, postgres.binaries(), taken.getsockname()[1], FAST)


def test_a_failed_initdb_tells_the_reason(data: Path) -> None:
    with pytest.raises(Unavailable, match="exists but is not empty"):
        postgres.initialise(data, postgres.binaries(), "secret")


def test_a_version_that_is_not_installed_is_named() -> None:
    with pytest.raises(Unavailable, match="PostgreSQL 9 is not installed"):
        postgres.binaries(9)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_it_ends_with_a_parent_that_is_killed(data: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(data), str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    until(lambda: not server.is_running(), "the server is gone")


def test_where_root_cannot_be_hidden_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable) as refusal:
        rootless.command_prefix.__wrapped__()
    assert "ordinary user" in refusal.value.hint


def test_an_ordinary_user_needs_no_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert rootless.command_prefix.__wrapped__() == ()
