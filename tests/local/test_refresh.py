"""Refresh tokens rotate, and using an old one again ends the session, since it may be stolen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.local.lab import Lab
from tests.local.waiting import until
from tests.presence import present

USED = (400, "refresh_token_already_used")


def first_token(lab: Lab) -> str:
    lab.user()
    return present(lab.signed_in().auth.get_session()).refresh_token


def refresh(lab: Lab, token: str) -> str | tuple[int, str]:
    """The next token, or the refusal."""
    answer = lab.post("token?grant_type=refresh_token", {"refresh_token": token})
    if answer.status_code != 200:
        return answer.status_code, answer.json()["error_code"]
    return str(answer.json()["refresh_token"])


def test_the_client_gets_a_new_pair_of_the_same_session(lab: Lab) -> None:
    lab.user()
    client = lab.signed_in()
    before = present(client.auth.get_session())
    lab.clock.forward(5)
    after = present(client.auth.refresh_session().session)
    assert after.refresh_token != before.refresh_token
    assert present(after.expires_at) == present(before.expires_at) + 5
    sessions = [
        present(client.auth.get_claims(token))["claims"]["session_id"]
        for token in (before.access_token, after.access_token)
    ]
    assert sessions[0] == sessions[1]


def test_a_client_that_never_got_the_answer_may_ask_again(lab: Lab) -> None:
    token = first_token(lab)
    successor = refresh(lab, token)
    lab.clock.forward(3600)
    assert refresh(lab, token) == successor


def test_an_old_token_passes_within_the_reuse_interval(lab: Lab) -> None:
    token = first_token(lab)
    refresh(lab, str(refresh(lab, token)))
    lab.clock.forward(10)
    assert isinstance(refresh(lab, token), str)


def test_an_old_token_after_the_interval_ends_the_session(lab: Lab) -> None:
    token = first_token(lab)
    active = str(refresh(lab, str(refresh(lab, token))))
    lab.clock.forward(10.5)
    assert refresh(lab, token) == USED
    lab.clock.forward(10.5)
    assert refresh(lab, active) == USED


def test_another_session_of_the_same_person_goes_on(lab: Lab) -> None:
    token = first_token(lab)
    other = present(lab.signed_in().auth.get_session()).refresh_token
    refresh(lab, str(refresh(lab, token)))
    lab.clock.forward(11)
    assert refresh(lab, token) == USED
    assert isinstance(refresh(lab, other), str)


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("short", "validation_failed"),
        ("", "validation_failed"),
        ("unknown-but-long", "refresh_token_not_found"),
    ],
)
def test_what_is_no_token(lab: Lab, token: str, code: str) -> None:
    assert refresh(lab, token) == (400, code)


def test_a_session_with_an_end_ends(lab: Lab) -> None:
    token = first_token(lab)
    lab.sql("update auth.sessions set not_after = %s", lab.clock.now())
    lab.clock.forward(1)
    assert refresh(lab, token) == (400, "session_expired")


def test_a_signed_out_session_cannot_be_refreshed(lab: Lab) -> None:
    lab.user()
    client = lab.signed_in()
    token = present(client.auth.get_session()).refresh_token
    client.auth.sign_out()
    assert refresh(lab, token) == (400, "refresh_token_not_found")


def test_two_refreshes_at_once_get_the_same_successor(lab: Lab) -> None:
    token = first_token(lab)
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    with psycopg.connect(lab.database.admin_dsn) as gate, ThreadPoolExecutor(2) as threads:
        gate.execute("select from auth.sessions for update")
        asked = [threads.submit(refresh, lab, token) for _ in range(2)]
        until(lambda: lab.sql(waiting) == [(2,)], "both wait for the session")
        gate.rollback()
        first, second = (each.result() for each in asked)
    assert first == second != token
    assert lab.sql("select count(*) from auth.refresh_tokens where not revoked") == [(1,)]
