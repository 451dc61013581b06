"""What the client makes of answers, and which requests it sends again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, cast

import httpx
import pytest

from genjobs import errors
from genjobs.client import Created, NewJob, Refused, operations
from genjobs.client.exchanges import BACK_OFF_SECONDS, exchange
from genjobs.client.refusals import refusal
from genjobs.client.steps import Effect, Operation, Pace, Reply, Request
from genjobs.data.transport.error_codes import CODES
from tests.unit.client_script import Script, details, one_after_the_other, says
from tests.unit.test_data_errors import TRANSPORT_KINDS

ID = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
DROPPED = httpx.ReadError("said")
NEVER_SENT = httpx.ConnectError("said")
MAYBE_DONE = [DROPPED, httpx.ReadTimeout("said"), *(says({}, status) for status in (500, 502, 503, 504, 530))]
NOT_KNOWN = "It is not known whether it took effect."
KEYLESS, KEYED = NewJob(project_id=ID, mode="x"), NewJob(project_id=ID, mode="x", key="k")
ROW = [{"outcome": "created", "job_id": ID, "code": None, "reason": None, "details": None, "hint": None}]
MADE = says(ROW)
DETAILS = details(ID, newest_status="failed", ending="cancelled")

Way = Callable[[Pace], Operation[Any]]
REPEATABLE: list[tuple[Way, httpx.Response]] = [
    (lambda pace: operations.create(pace, None, KEYED), MADE),
    (lambda pace: operations.create_many(pace, None, [KEYED]), MADE),
    (lambda pace: operations.cancel(pace, ID, None), says(True)),
    (lambda pace: operations.list_jobs(pace, None, None, None, 9), says([])),
    (lambda pace: operations.read_jobs(pace, [ID]), says([])),
    (lambda pace: operations.read_details(pace, [ID]), says([])),
]
ONCE: list[tuple[Way, httpx.Response]] = [
    (lambda pace: operations.create(pace, None, KEYLESS), MADE),
    (lambda pace: operations.create_many(pace, None, [KEYED, KEYLESS]), says(ROW * 2)),
    (lambda pace: operations.retry(pace, ID), says(ID)),
]


def asked(effect: Effect = "read") -> Request:
    return Request("POST", "rpc/x", "try it", effect)


@pytest.mark.parametrize("trouble", MAYBE_DONE)
@pytest.mark.parametrize(("way", "answer"), REPEATABLE)
def test_what_can_do_no_harm_is_sent_again(way: Way, answer: httpx.Response, trouble: Reply) -> None:
    script = Script(one_after_the_other(trouble, trouble, answer))
    script.run(way(script.pace))
    assert script.pauses == list(BACK_OFF_SECONDS[:2])
    assert script.requests == [script.requests[0]] * 3


@pytest.mark.parametrize("trouble", MAYBE_DONE)
@pytest.mark.parametrize(("way", "answer"), ONCE)
def test_what_may_have_taken_effect_is_sent_once(way: Way, answer: httpx.Response, trouble: Reply) -> None:
    script = Script(one_after_the_other(trouble, answer))
    with pytest.raises(errors.TimedOut) as caught:
        script.run(way(script.pace))
    assert caught.value.message.endswith(NOT_KNOWN)
    assert "before you try again" in caught.value.hint
    assert len(script.requests) == 1


@pytest.mark.parametrize("trouble", [NEVER_SENT, says({"code": "PGRST000", "message": "x"}, 503)])
@pytest.mark.parametrize(("way", "answer"), [*ONCE, *REPEATABLE])
def test_what_never_reached_the_database_is_sent_again(
    way: Way, answer: httpx.Response, trouble: Reply
) -> None:
    script = Script(one_after_the_other(trouble, answer))
    script.run(way(script.pace))
    assert len(script.requests) == 2


def test_it_is_not_sent_for_ever() -> None:
    script = Script(lambda _: NEVER_SENT)
    with pytest.raises(errors.Unavailable, match=r"Nothing was written\.$"):
        script.run(operations.create(script.pace, None, KEYLESS))
    assert len(script.requests) == 1 + len(BACK_OFF_SECONDS)
    script = Script(lambda _: DROPPED)
    with pytest.raises(errors.TimedOut) as caught:
        script.run(operations.create(script.pace, None, KEYED))
    assert (NOT_KNOWN in caught.value.message, caught.value.hint) == (
        True,
        "Call again. What already took effect is not repeated.",
    )


@pytest.mark.parametrize("answer", [says({"code": "22P02", "message": "x"}, 400), says({}, 429)])
def test_a_refusal_is_not_sent_again(answer: Reply) -> None:
    script = Script(lambda _: answer)
    with pytest.raises(errors.ConsoleError):
        script.run(exchange(script.pace, asked()))
    assert len(script.requests) == 1


def test_a_cancellation_that_was_sent_twice_is_judged_by_what_is_there() -> None:
    script = Script(one_after_the_other(DROPPED, says(False), says([DETAILS]), says([DETAILS])))
    assert script.run(operations.cancel(script.pace, ID, None)) is True
    script = Script(one_after_the_other(says(False), says([DETAILS]), says([DETAILS])))
    assert script.run(operations.cancel(script.pace, ID, None)) is False


def test_when_a_later_request_fails_the_earlier_jobs_are_told() -> None:
    script = Script(one_after_the_other(says(ROW * 1000), DROPPED))
    made = script.run(operations.create_many(script.pace, None, [KEYLESS] * 2001))
    assert made[:1000] == [Created(ID, is_new=True)] * 1000
    assert len(made) == 2001
    assert all(isinstance(one, Refused) and isinstance(one.error, errors.TimedOut) for one in made[1000:])
    assert len(script.requests) == 2


def test_jobs_of_which_the_api_says_nothing_are_not_sent_again() -> None:
    script = Script(lambda _: says(ROW * 400))
    made = script.run(operations.create_many(script.pace, None, [KEYLESS] * 1000))
    assert [isinstance(one, Created) for one in made] == [True] * 400 + [False] * 600
    assert "400 of 1000" in made[-1].error.message
    assert len(script.requests) == 1


def test_rows_that_the_api_cuts_off_are_asked_for_again() -> None:
    ids = [f"{at:08}-0000-4000-8000-000000000000" for at in range(1500)]
    there = set(ids[:-1])

    def answer(request: Request) -> Reply:
        return says([details(one) for one in request.body["p_job_ids"] if one in there][:400])

    script = Script(answer)
    assert set(script.run(operations.read_details(script.pace, ids))) == there
    assert len(script.requests) == 5


def test_rows_that_nobody_asked_for_are_not_waited_for_to_be_others() -> None:
    script = Script(one_after_the_other(says([details("other")])))
    assert ID not in script.run(operations.read_details(script.pace, [ID]))


EAST, WEST = (timezone(timedelta(hours=hours)) for hours in (14, -12))
UNUSABLE = [
    {"user_id": ""},
    {"not_before": ""},
    {"not_before": 0},
    {"not_before": datetime.max.replace(tzinfo=WEST)},
    {"not_before": datetime.min.replace(tzinfo=EAST)},
    *({"priority": odd} for odd in (float("nan"), 1.5, True, "5", 2**40)),
    *({"timeout_seconds": odd} for odd in (0.5, timedelta(seconds=60), "60")),
    {"max_attempts": b"3"},
    {"urgent": "yes"},
    *({field: odd} for field in ("mode", "key") for odd in ("\ud800", "a\0b")),
]


@pytest.mark.parametrize("odd", UNUSABLE)
def test_what_is_no_person_or_no_time_is_refused_and_not_taken_for_none(odd: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidInput, match=f"^{next(iter(odd))} cannot be"):
        NewJob(**{"project_id": ID, "mode": "x", **odd}).as_request(ID)


def test_a_job_that_cannot_be_sent_is_refused_in_its_place_and_the_others_are_created() -> None:
    script = Script(one_after_the_other(says(ROW * 2)))
    odd = NewJob(project_id="nope", mode="x")
    before, refused, after = script.run(operations.create_many(script.pace, None, [KEYED, odd, KEYED]))
    assert isinstance(refused, Refused)
    assert refused.error.message.startswith("project_id")
    assert (before, after) == (Created(ID, True), Created(ID, True))
    assert len(script.requests) == 1
    [alone] = script.run(operations.create_many(script.pace, None, [odd]))
    assert isinstance(alone, Refused)
    assert len(script.requests) == 1, "there was nothing to send"


def test_what_is_no_job_is_refused_before_anything_is_sent() -> None:
    script, odd = Script(one_after_the_other()), cast(NewJob, {"project_id": ID, "mode": "x"})
    with pytest.raises(errors.InvalidInput, match=r"^A job to create cannot be of type dict\.$"):
        script.run(operations.create_many(script.pace, None, [KEYED, odd]))
    assert script.requests == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("effect", ["read", "once"])
def test_every_code_becomes_an_error_with_something_to_do(code: str, effect: Effect) -> None:
    found = refusal(
        asked(effect), says({"code": code, "message": "Said.", "details": None, "hint": None}, 400)
    )
    assert found
    assert found.error.code == code
    assert isinstance(found.error, CODES[code].error) or (effect == "once" and CODES[code].uncertain)
    assert found.error.message.startswith("Could not try it: ")
    assert found.error.hint


def test_details_that_end_with_a_full_stop_get_no_second_one() -> None:
    said = {"code": "23505", "message": "The key is taken.", "details": "It was at noon.", "hint": "Use it."}
    found = refusal(asked(), says(said, 409))
    assert found
    assert found.error.message == "Could not try it: the key is taken: It was at noon."


@pytest.mark.parametrize("kind", TRANSPORT_KINDS)
def test_every_error_of_httpx_becomes_one_of_ours(kind: Any) -> None:
    if kind is httpx.HTTPStatusError:
        return
    found = refusal(asked(), kind("said"))
    assert found
    assert found.error.hint
    assert found.error.code == kind.__name__


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (httpx.Response(401, text="<html>"), errors.NotSignedIn, "401"),
        (httpx.Response(418, text="teapot"), errors.UnexpectedError, "418"),
        (says({"code": "XX000", "message": "broken", "hint": "x"}, 500), errors.UnexpectedError, "500"),
        (says({"code": "", "message": ""}, 500), errors.Unavailable, "500"),
        (httpx.Response(500, text="<html>"), errors.Unavailable, "500"),
        (says({"code": 500, "message": "x"}, 500), errors.Unavailable, "500"),
        (httpx.Response(530, text="<html>"), errors.Unavailable, "530"),
        (says({"code": "XX001", "message": "x"}, 530), errors.UnexpectedError, "XX001"),
        (says({"message": "no code"}, 503), errors.Unavailable, "503"),
        (says([1], 404), errors.SchemaBehind, "404"),
        (httpx.Response(521, text="<html>"), errors.Unavailable, "521"),
        (httpx.Response(523, text="<html>"), errors.Unavailable, "523"),
        (httpx.Response(524, text="<html>"), errors.TimedOut, "524"),
        (httpx.Response(540, text="<html>"), errors.Unavailable, "540"),
    ],
)
def test_an_answer_without_a_known_code_is_judged_by_its_status(
    answer: httpx.Response, kind: type[errors.ConsoleError], code: str
) -> None:
    found = refusal(asked(), answer)
    assert found
    assert (type(found.error), found.error.code) == (kind, code)
