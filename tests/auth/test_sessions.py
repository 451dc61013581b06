"""Sessions against a real auth server: how they end, and how their tokens are renewed."""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import jwt
import pytest

from genjobs.auth.server import AuthServer
from genjobs.auth.sessions import SessionService
from genjobs.auth.tokens import Tokens
from genjobs.domain.errors import NotSignedIn, Unavailable
from genjobs.domain.people import SignedIn
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from tests.auth.conftest import MovedClock, RecordedPool, at_once
from tests.stacks import new_user

HOUR, DAY = 3600.0, 86_400.0
Services = Callable[[AuthServer], SessionService]


@pytest.fixture
def dead_server(stack: StackInfo, recorded: RecordedPool) -> AuthServer:
    """An auth server that does not answer: nobody listens on port 9 of this machine."""
    return AuthServer(Connection("http://127.0.0.1:9", stack.publishable_key), recorded.pool)


def rows_in(directory: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(directory / "sessions.sqlite3") as raw:
        rows = raw.execute("select key, user_id from sessions_1").fetchall()
    raw.close()
    return rows


def test_an_open_session_names_its_person(sessions: SessionService, tokens: Tokens) -> None:
    person = sessions.current(sessions.open(tokens))
    assert person == SignedIn(tokens.user_id, tokens.email, tokens.access_token)


def test_each_session_has_an_id_of_256_random_bits_that_the_store_knows_by_its_hash(
    sessions: SessionService, tokens: Tokens, tmp_path: Path
) -> None:
    ids = {sessions.open(tokens) for _ in range(3)}
    assert len(ids) == 3
    assert {len(session_id) for session_id in ids} == {43}
    hashes = {hashlib.sha256(session_id.encode()).digest() for session_id in ids}
    assert {row[0] for row in rows_in(tmp_path)} == hashes


@pytest.mark.parametrize(
    "other", [None, "", "x" * 43, "ü" * 43, "\udcff" * 43, "x" * 10_000, 7, b"x" * 43, MagicMock()]
)
def test_anything_else_is_no_session(sessions: SessionService, tokens: Tokens, other: object) -> None:
    sessions.open(tokens)
    assert sessions.current(other) is None
    assert sessions.recovering(other) is None
    sessions.close(other)


def test_a_tampered_id_is_no_session(sessions: SessionService, tokens: Tokens) -> None:
    session_id = sessions.open(tokens)
    tampered = session_id[:-1] + ("A" if session_id[-1] != "A" else "B")
    assert sessions.current(tampered) is None
    assert sessions.current(session_id) is not None


def test_a_session_that_is_not_used_ends(
    sessions: SessionService, tokens: Tokens, clock: MovedClock, tmp_path: Path
) -> None:
    session_id = sessions.open(tokens)
    clock.move(8 * HOUR - 1)
    assert sessions.current(session_id) is not None
    clock.move(8 * HOUR)
    assert sessions.current(session_id) is None
    assert rows_in(tmp_path) == []


def test_what_a_page_does_by_itself_is_no_use_of_a_session(
    sessions: SessionService, tokens: Tokens, clock: MovedClock
) -> None:
    session_id = sessions.open(tokens)
    for _ in range(8):
        clock.move(HOUR - 1)
        assert sessions.current(session_id, used=False) is not None
    clock.move(8)
    assert sessions.current(session_id, used=False) is None


def test_a_session_that_is_used_ends_all_the_same_when_it_is_old(
    sessions: SessionService, tokens: Tokens, clock: MovedClock
) -> None:
    session_id = sessions.open(tokens)
    for _ in range(6 * 4 + 3):
        clock.move(6 * HOUR)
        assert sessions.current(session_id) is not None
    clock.move(6 * HOUR)
    assert sessions.current(session_id) is None


def test_a_new_password_must_be_set_within_a_quarter_of_an_hour(
    sessions: SessionService, tokens: Tokens, clock: MovedClock
) -> None:
    session_id = sessions.open(tokens, recovering=True)
    clock.move(899)
    assert sessions.recovering(session_id) is not None
    clock.move(1)
    assert sessions.recovering(session_id) is None
    with pytest.raises(NotSignedIn, match="has expired"):
        sessions.set_password(session_id, "correct horse battery")


def test_ended_sessions_are_swept_when_someone_signs_in(
    sessions: SessionService, tokens: Tokens, clock: MovedClock, tmp_path: Path
) -> None:
    sessions.open(tokens)
    clock.move(8 * HOUR)
    sessions.open(tokens)
    assert len(rows_in(tmp_path)) == 1


def test_a_token_is_renewed_before_it_expires(
    sessions: SessionService, tokens: Tokens, clock: MovedClock, recorded: RecordedPool
) -> None:
    session_id = sessions.open(tokens)
    recorded.sent.clear()
    clock.move(tokens.expires_in - 91)
    person = sessions.current(session_id)
    assert person is not None
    assert (person.access_token, recorded.count("/token")) == (tokens.access_token, 0)
    clock.move(2)
    person = sessions.current(session_id)
    assert person is not None
    assert person.access_token != tokens.access_token
    assert jwt.decode(person.access_token, options={"verify_signature": False})["sub"] == tokens.user_id
    assert (sessions.current(session_id), recorded.count("/token")) == (person, 1)


@pytest.mark.parametrize("seconds_left", [60.0, 0.0, -HOUR])
def test_twenty_threads_renew_once(
    sessions: SessionService,
    tokens: Tokens,
    clock: MovedClock,
    recorded: RecordedPool,
    seconds_left: float,
) -> None:
    session_id = sessions.open(tokens)
    recorded.sent.clear()
    clock.move(tokens.expires_in - seconds_left)
    answers = at_once(20, lambda: sessions.current(session_id))
    assert None not in answers
    assert recorded.count("/token") == 1
    used = {person.access_token for person in answers if isinstance(person, SignedIn)}
    assert seconds_left > 30 or tokens.access_token not in used


def test_two_consoles_renew_once(
    service_of: Services, server: AuthServer, tokens: Tokens, clock: MovedClock, recorded: RecordedPool
) -> None:
    consoles = [service_of(server), service_of(server)]
    session_id = consoles[0].open(tokens)
    recorded.sent.clear()
    clock.move(tokens.expires_in)
    answers = at_once(8, lambda: consoles[secrets.randbelow(2)].current(session_id))
    assert len(set(answers)) == 1
    assert recorded.count("/token") == 1


def test_a_session_that_the_auth_server_ended_is_closed(
    sessions: SessionService, server: AuthServer, tokens: Tokens, clock: MovedClock, tmp_path: Path
) -> None:
    session_id = sessions.open(tokens)
    server.sign_out(tokens.access_token, "global")
    clock.move(tokens.expires_in)
    assert sessions.current(session_id) is None
    assert rows_in(tmp_path) == []


def test_a_refresh_token_that_makes_no_sense_closes_the_session(
    sessions: SessionService, tokens: Tokens, clock: MovedClock
) -> None:
    broken = Tokens(tokens.access_token, "x", tokens.expires_in, tokens.user_id, tokens.email)
    session_id = sessions.open(broken)
    clock.move(tokens.expires_in)
    assert sessions.current(session_id) is None


def test_a_silent_auth_server_ends_nothing(
    service_of: Services, server: AuthServer, dead_server: AuthServer, tokens: Tokens, clock: MovedClock
) -> None:
    reachable, cut_off = service_of(server), service_of(dead_server)
    session_id = reachable.open(tokens)
    clock.move(tokens.expires_in)
    with pytest.raises(Unavailable):
        cut_off.current(session_id)
    assert reachable.current(session_id) is not None


def test_a_token_that_still_holds_serves_while_the_auth_server_is_silent(
    service_of: Services, server: AuthServer, dead_server: AuthServer, tokens: Tokens, clock: MovedClock
) -> None:
    session_id = service_of(server).open(tokens)
    cut_off = service_of(dead_server)
    clock.move(tokens.expires_in - 60)
    person = cut_off.current(session_id)
    assert person is not None
    assert person.access_token == tokens.access_token


def test_signing_out_here_leaves_other_places_alone(
    sessions: SessionService, server: AuthServer, tokens: Tokens
) -> None:
    here, elsewhere = sessions.open(tokens), sessions.open(tokens)
    sessions.close(here)
    assert sessions.current(here) is None
    assert sessions.current(elsewhere) is not None


def test_signing_out_everywhere_ends_all_of_that_person_and_none_of_another(
    sessions: SessionService, stack: StackInfo, server: AuthServer, tokens: Tokens
) -> None:
    _, email, password = new_user(stack)
    other = sessions.open(server.sign_in(email, password))
    mine = [sessions.open(tokens) for _ in range(3)]
    sessions.close(mine[0], "global")
    assert [sessions.current(session_id) for session_id in mine] == [None, None, None]
    assert sessions.current(other) is not None


def test_signing_out_ends_the_session_at_the_auth_server(
    sessions: SessionService, server: AuthServer, tokens: Tokens, clock: MovedClock
) -> None:
    copy_elsewhere = sessions.open(tokens)
    sessions.close(sessions.open(tokens))
    clock.move(tokens.expires_in)
    assert sessions.current(copy_elsewhere) is None


def test_an_old_session_is_signed_out_at_the_auth_server_too(
    sessions: SessionService, tokens: Tokens, clock: MovedClock, recorded: RecordedPool
) -> None:
    session_id = sessions.open(tokens)
    clock.move(2 * HOUR)
    recorded.sent.clear()
    sessions.close(session_id)
    assert (recorded.count("/token"), recorded.count("/logout")) == (1, 1)


def test_a_silent_auth_server_keeps_nobody_signed_in(
    service_of: Services, server: AuthServer, dead_server: AuthServer, tokens: Tokens
) -> None:
    reachable, cut_off = service_of(server), service_of(dead_server)
    here, elsewhere = reachable.open(tokens), reachable.open(tokens)
    with pytest.raises(Unavailable):
        cut_off.close(here, "global")
    assert reachable.current(here) is None
    assert reachable.current(elsewhere) is None
