"""Waiting and watching while the API gives no usable answer, with a fake clock."""

from __future__ import annotations

import httpx
import pytest

from genjobs import errors
from genjobs.client.exchanges import BACK_OFF_SECONDS, LEAST_SECONDS, LONGEST_POLL_SECONDS, OUTAGE_SECONDS
from genjobs.client.steps import Reply, Request
from tests.unit.client_queue import FIRST, Queue, wait, watched
from tests.unit.client_script import says

PAGE = "<html><body>We are back soon.</body></html>"
AWAY = [
    httpx.ConnectError("said"),
    httpx.ReadTimeout("said"),
    says({}, 429),
    *(httpx.Response(status, text=PAGE) for status in (500, 503)),
]


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.mark.parametrize("instead", AWAY)
def test_an_api_that_is_away_for_a_while_is_sat_out(queue: Queue, instead: Reply) -> None:
    queue.instead, queue.away_until = instead, OUTAGE_SECONDS - 10
    queue.at = [(0, lambda: queue.move(FIRST, "succeeded"))]
    assert wait(queue)[0].succeeded
    queue.away_until = queue.script.now + OUTAGE_SECONDS - 10
    assert watched(queue)


@pytest.mark.parametrize("instead", AWAY)
@pytest.mark.parametrize(
    ("timeout", "given_up", "kind"),
    [(None, OUTAGE_SECONDS, errors.Unavailable), (20.0, 20.0, errors.TimedOut)],
)
def test_an_api_that_stays_away_is_given_up(
    queue: Queue, instead: Reply, timeout: float | None, given_up: float, kind: type[errors.ConsoleError]
) -> None:
    queue.instead, queue.away_until = instead, 1e9
    for follow in (wait, watched):
        start = queue.script.now
        with pytest.raises(kind) as met:
            follow(queue, timeout=timeout)
        most = given_up + LONGEST_POLL_SECONDS + 2 * sum(BACK_OFF_SECONDS)
        assert given_up <= queue.script.now - start <= most
        last = met.value.__cause__
        assert isinstance(last, errors.ConsoleError)
        assert met.value.message.endswith(f" {last.message}")
        assert f"{given_up:g} s" in met.value.message
        assert (met.value.hint, met.value.code) == (last.hint, last.code)


def test_a_web_page_is_sat_out_once_there_was_an_api_in_its_place(queue: Queue) -> None:
    """Before, the URL is more likely to be wrong."""
    page = httpx.Response(200, text=PAGE)
    queue.instead, queue.away_until = page, 1e9
    for follow in (wait, watched):
        with pytest.raises(errors.SettingsError):
            follow(queue)
    assert queue.script.now == 0
    queue.away_until = 0.0

    def away() -> None:
        queue.away_until = queue.script.now + OUTAGE_SECONDS - 10

    queue.at = [(1, away), (2, lambda: queue.move(FIRST, "succeeded"))]
    assert wait(queue)[0].succeeded
    assert queue.script.now >= OUTAGE_SECONDS - 10


@pytest.mark.parametrize("answer", [says({"code": "XX000", "message": "x"}, 500), says({}, 401)])
def test_what_does_not_pass_by_itself_is_not_sat_out(queue: Queue, answer: Reply) -> None:
    queue.instead, queue.away_until = answer, 1e9
    with pytest.raises((errors.UnexpectedError, errors.NotSignedIn)):
        wait(queue)
    assert queue.script.now <= sum(BACK_OFF_SECONDS)


def test_an_api_that_hangs_keeps_nobody_beyond_the_deadline(queue: Queue) -> None:
    """Each request takes as long as it may, at most ten seconds, and ends without an answer."""

    def hang(request: Request) -> Reply:
        assert request.seconds is not None
        queue.script.now += min(10.0, request.seconds)
        return httpx.ReadTimeout("said")

    queue.script.answer = hang
    with pytest.raises(errors.TimedOut):
        wait(queue, timeout=3)
    assert queue.script.now <= 3 + LEAST_SECONDS
