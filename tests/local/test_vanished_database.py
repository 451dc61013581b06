"""A connection whose server process was killed: what a client is told of the request that meets it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from genjobs.local import stack
from genjobs.local.gathering import gather
from genjobs.local.home import Home
from genjobs.local.machinery import Machinery
from genjobs.local.orphans import has_ended
from tests.local.consoles import part
from tests.local.waiting import until
from tests.stacks import SMALL

LISTENING = "select count(*) from pg_stat_activity where usename = 'authenticator' and query ilike 'listen%'"
IDLE = "select pid from pg_stat_activity where usename = 'authenticator' and query not ilike 'listen%'"


def listening(connection: psycopg.Connection) -> None:
    """Wait until PostgREST hears of changes of the schema; before, its listener looks like its pool."""
    until(lambda: connection.execute(LISTENING).fetchone() == (1,), "PostgREST listens")


def test_at_a_start_the_schema_is_whole_before_postgrest_reads_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would read it a second time, and answer the first requests that there is none."""

    def refused(pool: object) -> None:
        raise psycopg.OperationalError("as told")

    monkeypatch.setattr("genjobs.local.machinery.bring_up_to_date", refused)
    made = Machinery(Home.at(home), SMALL, lambda step: None)
    gathered = gather(made.home, SMALL, lambda step: None)
    try:
        with pytest.raises(psycopg.OperationalError, match="as told"):
            made.bring_up(gathered)
        assert made.postgrest is None
    finally:
        made.take_down()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_on_a_dead_connection(home: Path, method: str) -> None:
    """PostgREST makes an empty error of it. The postmaster is held, so that it mends nothing meanwhile."""
    info = stack.ensure(home=home, options=SMALL)
    with httpx.Client(
        base_url=f"{info.url}/rest/v1", headers={"apikey": info.secret_key}, timeout=30
    ) as client:
        assert client.get("/projects").status_code == 200
        with psycopg.connect(info.database_url, autocommit=True) as connection:
            listening(connection)
            served = [psutil.Process(pid) for (pid,) in connection.execute(IDLE)]
        postmaster = part(home, "postgres").pid
        os.kill(postmaster, signal.SIGSTOP)
        try:
            for process in served:
                process.kill()
            until(lambda: all(map(has_ended, served)), "the pool's connections are dead")
            answer = client.request(method, "/projects", json=[] if method == "POST" else None)
        finally:
            os.kill(postmaster, signal.SIGCONT)
    assert (answer.status_code, answer.json()["code"]) == (502, "LOCAL502")
    assert answer.json()["message"] == "PostgreSQL broke off before it answered PostgREST"
    assert "is not known" in answer.json()["hint"]
