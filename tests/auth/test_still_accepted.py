"""Someone the auth server no longer accepts is signed out at a click a minute later, and told why."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from genjobs.auth.error_codes import MEANINGS
from genjobs.auth.server import AuthServer
from genjobs.auth.session_store import Session, SessionStore
from genjobs.auth.sessions import SessionService
from genjobs.auth.tokens import Tokens
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from tests.auth.browser import Browser, Console, hosted, running_console
from tests.auth.conftest import MovedClock, RecordedPool, at_once
from tests.auth.screen import drawn, installed
from tests.stacks import new_user

Services = Callable[[AuthServer], SessionService]
End = Callable[[StackInfo, "Someone"], None]


def as_admin(stack: StackInfo, method: str, user_id: str, **body: object) -> None:
    headers, url = {"apikey": stack.secret_key}, f"{stack.url}/auth/v1/admin/users/{user_id}"
    httpx.request(method, url, headers=headers, json=body, timeout=10).raise_for_status()


@dataclass(frozen=True)
class Someone:
    """Who has just signed in, with the password."""

    tokens: Tokens
    password: str


def ban(stack: StackInfo, someone: Someone) -> None:
    as_admin(stack, "PUT", someone.tokens.user_id, ban_duration="24h")


def delete(stack: StackInfo, someone: Someone) -> None:
    as_admin(stack, "DELETE", someone.tokens.user_id)


def sign_out_everywhere(stack: StackInfo, someone: Someone) -> None:
    as_person(stack, "POST", "logout?scope=global", someone.tokens.access_token)


def set_another_password(stack: StackInfo, someone: Someone) -> None:
    """In a session of their own on another computer, after which the server ends the others."""
    login = {"email": someone.tokens.email, "password": someone.password}
    opened = as_person(stack, "POST", "token?grant_type=password", None, **login).json()
    as_person(stack, "PUT", "user", opened["access_token"], password="another password")


def as_person(stack: StackInfo, method: str, path: str, token: str | None, **body: object) -> httpx.Response:
    headers = {"apikey": stack.publishable_key} | ({"Authorization": f"Bearer {token}"} if token else {})
    answer = httpx.request(method, f"{stack.url}/auth/v1/{path}", headers=headers, json=body, timeout=10)
    return answer.raise_for_status()


@pytest.fixture
def someone(stack: StackInfo, server: AuthServer) -> Someone:
    _, email, password = new_user(stack)
    return Someone(server.sign_in(email, password), password)


@pytest.fixture
def tokens(someone: Someone) -> Tokens:
    return someone.tokens


ENDS = [
    (ban, "user_banned", "This account is blocked."),
    (delete, "user_not_found", "This account no longer exists."),
    (
        sign_out_everywhere,
        "session_not_found",
        "You were signed out elsewhere, or your password was changed.",
    ),
    (
        set_another_password,
        "session_not_found",
        "You were signed out elsewhere, or your password was changed.",
    ),
]
NAMES = [end.__name__ for end, _, _ in ENDS]


@pytest.mark.parametrize(("end", "code"), [(end, code) for end, code, _ in ENDS], ids=NAMES)
def test_the_first_click_after_a_minute_finds_out(
    sessions: SessionService, stack: StackInfo, someone: Someone, clock: MovedClock, code: str, end: End
) -> None:
    session_id = sessions.open(someone.tokens)
    end(stack, someone)
    clock.move(59.9)
    assert sessions.current(session_id) is not None
    clock.move(0.1)
    assert sessions.current(session_id) is None
    assert sessions.why_ended(session_id) == code
    assert sessions.current(session_id) is None


def test_whoever_is_accepted_stays_and_costs_one_question_a_minute(
    sessions: SessionService, tokens: Tokens, clock: MovedClock, recorded: RecordedPool
) -> None:
    session_id = sessions.open(tokens)
    recorded.sent.clear()
    for _ in range(3):
        clock.move(60)
        assert [sessions.current(session_id) is not None for _ in range(5)] == [True] * 5
        clock.move(59)
        assert sessions.current(session_id) is not None
    assert recorded.count("/user") == len(recorded.sent) == 3


def test_who_does_not_click_costs_nothing(
    sessions: SessionService, tokens: Tokens, clock: MovedClock, recorded: RecordedPool
) -> None:
    session_id = sessions.open(tokens)
    recorded.sent.clear()
    clock.move(1800)
    assert sessions.why_ended(session_id) is None
    assert recorded.sent == []


def test_of_two_consoles_that_look_at_the_same_moment_one_asks(
    service_of: Services,
    server: AuthServer,
    tokens: Tokens,
    clock: MovedClock,
    recorded: RecordedPool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    consoles = [service_of(server), service_of(server)]
    session_id = consoles[0].open(tokens)
    recorded.sent.clear()
    clock.move(60)
    both, find = threading.Barrier(2, timeout=30), SessionStore.find

    def find_together(store: SessionStore, key: bytes) -> Session | None:
        found = find(store, key)
        both.wait()
        return found

    monkeypatch.setattr(SessionStore, "find", find_together)
    people = at_once(2, lambda: consoles.pop().current(session_id))
    assert None not in people
    assert recorded.count("/user") == 1


def test_the_question_carries_the_publishable_key_and_the_persons_token_alone(
    service_of: Services, stack: StackInfo, tokens: Tokens, clock: MovedClock, recorded: RecordedPool
) -> None:
    connection = Connection(stack.url, stack.publishable_key)
    sessions = service_of(AuthServer(connection, recorded.pool, stack.secret_key))
    session_id = sessions.open(tokens, visitor="203.0.113.7")
    clock.move(60)
    assert sessions.current(session_id) is not None
    sent = recorded.sent[-1].headers
    assert (sent["apikey"], sent["authorization"]) == (stack.publishable_key, f"Bearer {tokens.access_token}")
    assert stack.secret_key not in str(sent)


def test_a_token_that_expired_meanwhile_is_renewed_before_the_question(
    sessions: SessionService, tokens: Tokens, clock: MovedClock, recorded: RecordedPool
) -> None:
    session_id = sessions.open(tokens)
    clock.move(tokens.expires_in + 60)
    person = sessions.current(session_id)
    assert person is not None
    assert person.access_token != tokens.access_token
    assert recorded.sent[-1].url.path.endswith("/user")
    assert recorded.sent[-1].headers["authorization"] == f"Bearer {person.access_token}"


def answering(status: int, body: object = None, error: type[httpx.HTTPError] | None = None) -> AuthServer:
    """An auth server that answers like this, or breaks off."""

    def answer(request: httpx.Request) -> httpx.Response:
        if error is not None:
            raise error("as told", request=request)  # type: ignore[call-arg]
        return (
            httpx.Response(status, json=body) if body is not None else httpx.Response(status, text="<html>")
        )

    pool = httpx.Client(transport=httpx.MockTransport(answer))
    return AuthServer(Connection("http://auth.test", "sb_publishable_x"), pool)


@pytest.mark.parametrize("status", [200, 302, 400, 404, 408, 429, 500, 502, 503, 504, 520])
def test_any_answer_but_401_and_403_keeps_the_session(
    service_of: Services, tokens: Tokens, clock: MovedClock, status: int
) -> None:
    sessions = service_of(answering(status))
    session_id = sessions.open(tokens)
    clock.move(60)
    assert sessions.current(session_id) is not None


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ConnectError, httpx.ReadError]
)
def test_a_server_that_does_not_answer_keeps_the_session_and_is_asked_again_in_a_minute(
    service_of: Services,
    server: AuthServer,
    stack: StackInfo,
    someone: Someone,
    clock: MovedClock,
    error: type[httpx.HTTPError],
) -> None:
    silent, speaking = service_of(answering(0, error=error)), service_of(server)
    session_id = silent.open(someone.tokens)
    ban(stack, someone)
    clock.move(60)
    assert silent.current(session_id) is not None
    assert speaking.current(session_id) is not None
    clock.move(60)
    assert speaking.current(session_id) is None


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", [None, {"message": "Invalid API key"}, ["odd"], {"error_code": 7}])
def test_a_refusal_without_a_code_ends_the_session_too(
    service_of: Services, tokens: Tokens, clock: MovedClock, status: int, body: object
) -> None:
    sessions = service_of(answering(status, body))
    session_id = sessions.open(tokens)
    clock.move(60)
    assert sessions.current(session_id) is None
    assert sessions.why_ended(session_id) in MEANINGS


def test_a_question_without_an_answer_takes_seconds_not_the_ten_of_other_calls(
    service_of: Services, tokens: Tokens, clock: MovedClock
) -> None:
    given: list[dict[str, float]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        given.append(request.extensions["timeout"])
        raise httpx.ReadTimeout("as told", request=request)

    pool = httpx.Client(transport=httpx.MockTransport(answer), timeout=10)
    sessions = service_of(AuthServer(Connection("http://auth.test", "sb_publishable_x"), pool))
    session_id = sessions.open(tokens)
    clock.move(60)
    sessions.current(session_id)
    assert given == [{"connect": 2.0, "read": 2.0, "write": 2.0, "pool": 2.0}]


@pytest.fixture
def clocked(stack: StackInfo, clock: MovedClock, tmp_path: Path) -> Iterator[Console]:
    """A console whose clock the test moves."""
    with running_console(hosted(stack.url, stack.publishable_key, tmp_path, clock)) as running:
        yield running


def signed_in(console: Console, someone: Someone) -> Browser:
    browser = console.browser()
    browser.post("sign-in", email=someone.tokens.email, password=someone.password)
    return browser


def test_a_form_that_is_posted_does_not_count_as_the_question(
    clocked: Console, stack: StackInfo, someone: Someone, clock: MovedClock
) -> None:
    browser = signed_in(clocked, someone)
    ban(stack, someone)
    clock.move(60)
    browser.post("password", password="correct horse battery")
    assert browser.person is None


@pytest.mark.parametrize(("end", "sentence"), [(end, sentence) for end, _, sentence in ENDS], ids=NAMES)
def test_the_screen_says_why(
    clocked: Console, stack: StackInfo, someone: Someone, clock: MovedClock, end: End, sentence: str
) -> None:
    browser = signed_in(clocked, someone)
    end(stack, someone)
    clock.move(60)
    with installed(clocked.runtime):
        screen = drawn("", browser.client.cookies)
    assert [title.value for title in screen.title] == ["Sign in"]
    [said] = [warning.value for warning in screen.warning]
    assert said.startswith(sentence)


@pytest.mark.parametrize(
    ("cookies", "said"), [({}, []), ({"genjobs_session": "x" * 43}, ["Your session has ended."])]
)
def test_a_session_that_nobody_knows_has_ended_and_without_one_nothing_has(
    console: Console, cookies: dict[str, str], said: list[str]
) -> None:
    with installed(console.runtime):
        screen = drawn("", cookies)
    assert [warning.value.partition(" Sign in")[0] for warning in screen.warning] == said
    assert all("not saved is lost" in warning.value for warning in screen.warning)
