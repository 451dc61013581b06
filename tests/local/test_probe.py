"""The probe on a real stack: its request reaches the database, and a hanging database is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from genjobs.auth.server import AuthServer
from genjobs.data import reach
from genjobs.data.reach import Probe
from genjobs.data.transport.client import http_pool
from genjobs.local import stack
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from tests.local.consoles import frozen, part
from tests.local.waiting import until
from tests.stacks import SMALL, new_user

REFUSED = "permission denied for table generation_jobs"


@pytest.fixture
def running(home: Path) -> StackInfo:
    return stack.ensure(home=home, options=SMALL)


@pytest.fixture
def probe(running: StackInfo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Probe]:
    monkeypatch.setattr(reach, "EVERY_SECONDS", 0.05)
    made = Probe(lambda: Connection(running.url, running.publishable_key))
    yield made
    made.end()


@pytest.mark.parametrize("name", ["postgres", "postgrest"])
def test_a_part_that_hangs_is_an_outage_until_it_goes_on(home: Path, probe: Probe, name: str) -> None:
    assert probe.reach().answers
    with frozen(part(home, name)):
        until(lambda: not probe.reach().answers, "the outage is noticed")
    until(lambda: probe.reach().answers, "its end is noticed")


def test_a_killed_postgres_is_an_outage_until_it_is_back(home: Path, probe: Probe) -> None:
    assert probe.reach().answers
    part(home, "postgres").kill()
    until(lambda: not probe.reach().answers, "the outage is noticed")
    until(lambda: probe.reach().answers, "its end is noticed")


def test_its_questions_reach_the_database_and_fill_no_log(
    home: Path, running: StackInfo, probe: Probe
) -> None:
    def refusals() -> int:
        return (home / "logs" / "postgres.log").read_text().count(REFUSED)

    asked = httpx.get(
        f"{running.url}{reach.PATH}", params=reach.QUERY, headers={"apikey": running.publishable_key}
    )
    assert (asked.status_code, asked.json()["message"]) == (401, REFUSED)
    until(lambda: refusals() == 1, "the database has written it down")
    _, email, password = new_user(running)
    connection = Connection(running.url, running.publishable_key)
    token = AuthServer(connection, http_pool()).sign_in(email, password).access_token
    asked = httpx.get(
        f"{running.url}{reach.PATH}",
        params=reach.QUERY,
        headers={"apikey": running.publishable_key, "Authorization": f"Bearer {token}"},
    )
    assert (asked.status_code, asked.json()) == (200, [])
    probe.reach(token)
    part(home, "postgrest").kill()
    until(lambda: not probe.reach().answers, "the outage is noticed")
    until(lambda: probe.reach().answers, "its end is noticed")
    assert refusals() == 1
