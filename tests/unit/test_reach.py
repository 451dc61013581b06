"""The probe with a fake server: what it concludes from the answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from genjobs.data import reach
from genjobs.data.reach import Probe
from genjobs.domain.reach import Reach, after
from genjobs.settings.connection import Connection
from tests.local.waiting import until
from tests.unit.test_data_transport import Server

KEY = "sb_publishable_test"
START = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = START + timedelta(seconds=7)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EVERY_SECONDS", "AGAIN_SECONDS"):
        monkeypatch.setattr(reach, name, 0.01)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.will_answer(200)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def probe_of() -> Iterator[Callable[[str], Probe]]:
    made: list[Probe] = []

    def make(url: str) -> Probe:
        made.append(Probe(lambda: Connection(url, KEY)))
        return made[-1]

    yield make
    for probe in made:
        probe.end()


@pytest.fixture
def probe(server: Server, probe_of: Callable[[str], Probe]) -> Probe:
    return probe_of(server.url)


def tokens(server: Server) -> list[str]:
    sent = [{name.lower(): value for name, value in headers.items()} for _, headers in server.requests]
    assert {headers["apikey"] for headers in sent} == {KEY}
    return [headers["authorization"].removeprefix("Bearer ") for headers in sent]


def test_what_stays_as_it_is_keeps_its_time() -> None:
    assert after(Reach(), answers=True, at=START) == Reach()
    out = after(Reach(), answers=False, at=START)
    assert out == Reach(answers=False, since=START)
    assert after(out, answers=False, at=LATER) == out


def test_what_is_back_knows_since_when_it_was_lost() -> None:
    back = after(after(Reach(), answers=False, at=START), answers=True, at=LATER)
    assert back == Reach(answers=True, since=LATER, lost=START)
    assert after(back, answers=False, at=LATER) == Reach(answers=False, since=LATER)


def test_an_outage_is_noticed_and_its_end_too(server: Server, probe: Probe) -> None:
    assert probe.reach() == Reach()
    server.will_answer(503)
    until(lambda: not probe.reach().answers, "the outage is noticed")
    lost = probe.reach()
    assert lost.since is not None
    server.will_answer(200)
    until(lambda: probe.reach().answers, "its end is noticed")
    assert probe.reach().lost == lost.since


@pytest.mark.parametrize("status", [200, 401, 403, 404, 429])
def test_whatever_a_server_says_that_did_not_fail_is_an_answer(
    server: Server, probe: Probe, status: int
) -> None:
    server.will_answer(500)
    until(lambda: not probe.reach().answers, "the outage is noticed")
    server.will_answer(status)
    until(lambda: probe.reach().answers, "its end is noticed")


def test_nobody_at_the_address_is_an_outage(probe_of: Callable[[str], Probe]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        probe = probe_of(f"http://127.0.0.1:{taken.getsockname()[1]}")
        until(lambda: not probe.reach().answers, "the outage is noticed")


def test_silence_is_an_outage_from_when_the_question_was_sent(
    probe_of: Callable[[str], Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        probe = probe_of(f"http://127.0.0.1:{silent.getsockname()[1]}")
        before = datetime.now(UTC)
        assert probe.reach().answers
        connection, _ = silent.accept()
        asked = datetime.now(UTC)
        monkeypatch.setattr(reach, "PATIENCE_SECONDS", 0.05)
        until(lambda: not probe.reach().answers, "the silence is noticed while the question is still open")
        since = probe.reach().since
        assert since is not None
        assert before <= since <= asked
        connection.close()


def test_it_asks_as_who_looks_and_as_a_stranger_once_that_token_is_refused(
    server: Server, probe: Probe
) -> None:
    probe.reach("a.user.token")
    until(lambda: len(server.requests) > 1, "it has looked twice")
    assert set(tokens(server)) == {"a.user.token"}
    server.will_answer(401, 200)
    until(lambda: KEY in tokens(server), "it has asked as a stranger")
    probe.reach("a.user.token")
    seen = len(server.requests)
    until(lambda: len(server.requests) > seen + 1, "it has looked twice more")
    assert set(tokens(server)[seen:]) == {KEY}
    assert probe.reach().answers
    probe.reach("a.newer.token")
    until(lambda: tokens(server)[-1] == "a.newer.token", "it asks with the new token")


def test_it_reads_no_rows(server: Server, probe: Probe) -> None:
    assert reach.QUERY["limit"] == "0"
    probe.reach()
    until(lambda: bool(server.requests), "it has looked")
    assert {method for method, _ in server.requests} == {"GET"}


def test_it_rests_while_nobody_wants_to_know(
    server: Server, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    probe.reach()
    until(lambda: bool(server.requests), "it has looked")
    monkeypatch.setattr(reach, "REST_SECONDS", -1.0)
    turn(probe)
    seen = len(server.requests)
    turn(probe)
    assert len(server.requests) == seen


def test_who_only_glances_has_it_look_once_a_minute(server: Server, probe: Probe) -> None:
    assert probe.glance() == Reach()
    until(lambda: len(server.requests) == 1, "it has looked")
    probe.glance()
    turn(probe)
    assert len(server.requests) == 1
    probe._looked -= reach.REST_SECONDS
    until(lambda: len(server.requests) == 2, "it has looked again")


def test_it_rests_when_nobody_glances_any_more(server: Server, probe: Probe) -> None:
    probe.glance()
    until(lambda: bool(server.requests), "it has looked")
    turn(probe)
    probe._glanced -= reach.REST_SECONDS
    probe._looked -= reach.REST_SECONDS
    turn(probe)
    assert len(server.requests) == 1


def turn(probe: Probe) -> None:
    """Wait until the thread has gone round twice, so that one whole round lies in between."""
    for _ in range(2):
        probe._soon.set()
        until(lambda: not probe._soon.is_set(), "the thread has gone round")


def test_it_looks_at_once_when_told_to(server: Server, probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "EVERY_SECONDS", 3600.0)
    probe.reach()
    until(lambda: len(server.requests) == 1, "it has looked")
    server.will_answer(503)
    probe.look_soon()
    until(lambda: not probe.reach().answers, "it has looked again")


def test_it_takes_the_word_of_who_knows(server: Server, probe: Probe) -> None:
    probe.note(answers=False)
    assert not probe.reach().answers
    until(lambda: probe.reach().answers, "it has seen for itself")


def test_it_looks_no_more_once_it_is_ended(server: Server, probe: Probe) -> None:
    probe.reach()
    until(lambda: bool(server.requests), "it has looked")
    thread = probe._thread
    assert thread is not None
    probe.end()
    until(lambda: not thread.is_alive(), "its thread has ended")
