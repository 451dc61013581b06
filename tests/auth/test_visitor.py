"""The secret key passes a visitor's address on, and does nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from genjobs.auth.server import AuthServer
from genjobs.auth.sessions import SessionService
from genjobs.auth.tokens import Tokens
from genjobs.data.transport.client import user_client
from genjobs.domain.errors import SettingsError
from genjobs.local.options import AuthOptions, RateLimit
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from tests.auth.browser import Console, hosted, query_of, running_console
from tests.auth.conftest import MovedClock, RecordedPool
from tests.stacks import SMALL, UNLIMITED, new_user, running_stack

VISITOR = "203.0.113.7"


@pytest.fixture
def with_secret(stack: StackInfo, recorded: RecordedPool) -> AuthServer:
    return AuthServer(Connection(stack.url, stack.publishable_key), recorded.pool, stack.secret_key)


def sent_for(request: httpx.Request) -> tuple[str | None, str | None]:
    return request.headers.get("apikey"), request.headers.get("sb-forwarded-for")


def test_each_call_for_a_visitor_names_them(
    with_secret: AuthServer, stack: StackInfo, recorded: RecordedPool
) -> None:
    _, email, password = new_user(stack)
    tokens = with_secret.sign_in(email, password, visitor=VISITOR)
    tokens = with_secret.refresh(tokens.refresh_token, visitor=VISITOR)
    with_secret.send_code(email, visitor=VISITOR)
    with_secret.send_recovery(email, visitor=VISITOR)
    with_secret.sign_up(f"new-{email}", password, visitor=VISITOR)
    with_secret.set_password(tokens, "another password", visitor=VISITOR)
    assert {sent_for(request) for request in recorded.sent} == {(stack.secret_key, VISITOR)}


Call = Callable[[AuthServer, str | None], object]
UNSIGNED = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQxMDI0NDQ4MDB9.e30"
TOKENS = Tokens(UNSIGNED, "a refresh token", 3600.0, "", "")


@pytest.mark.parametrize(
    "call",
    [
        lambda server, visitor: server.sign_in("a@b.test", "p", visitor=visitor),
        lambda server, visitor: server.sign_up("a@b.test", "p", visitor=visitor),
        lambda server, visitor: server.send_code("a@b.test", visitor=visitor),
        lambda server, visitor: server.verify_code("a@b.test", "123456", "email", visitor=visitor),
        lambda server, visitor: server.send_recovery("a@b.test", visitor=visitor),
        lambda server, visitor: server.set_password(TOKENS, "another password", visitor=visitor),
        lambda server, visitor: server.refresh("a refresh token", visitor=visitor),
    ],
    ids=["sign in", "sign up", "code", "verify", "recover", "password", "refresh"],
)
def test_the_key_that_a_call_was_made_with_is_the_one_that_is_called_refused(
    stack: StackInfo, recorded: RecordedPool, call: Call
) -> None:
    wrong = Connection(stack.url, "sb_publishable_of_another")
    server = AuthServer(wrong, recorded.pool, "sb_secret_of_another")
    for visitor, setting in ((VISITOR, "SUPABASE_SECRET_KEY"), (None, "SUPABASE_KEY")):
        with pytest.raises(SettingsError) as met:
            call(server, visitor)
        assert met.value.hint == f"Check {setting}."


def test_no_call_carries_the_secret_key_as_a_callers_right(
    with_secret: AuthServer, stack: StackInfo, recorded: RecordedPool
) -> None:
    _, email, password = new_user(stack)
    tokens = with_secret.sign_in(email, password, visitor=VISITOR)
    with_secret.sign_out(tokens.access_token, "global")
    rights = [request.headers.get("authorization") for request in recorded.sent]
    assert rights == [None, f"Bearer {tokens.access_token}"]


@pytest.mark.parametrize("visitor", [None, "", "testclient", "203.0.113.7, 10.0.0.1", "a\r\nb"])
def test_without_an_address_the_secret_key_stays_at_home(
    with_secret: AuthServer, stack: StackInfo, recorded: RecordedPool, visitor: str | None
) -> None:
    _, email, password = new_user(stack)
    with_secret.sign_in(email, password, visitor=visitor)
    assert [sent_for(request) for request in recorded.sent] == [(stack.publishable_key, None)]


def test_without_a_secret_key_nobody_is_named(
    server: AuthServer, stack: StackInfo, recorded: RecordedPool
) -> None:
    _, email, password = new_user(stack)
    server.sign_in(email, password, visitor=VISITOR)
    assert [sent_for(request) for request in recorded.sent] == [(stack.publishable_key, None)]


def test_signing_out_and_data_go_without_it(
    with_secret: AuthServer, stack: StackInfo, recorded: RecordedPool
) -> None:
    _, email, password = new_user(stack)
    tokens = with_secret.sign_in(email, password, visitor=VISITOR)
    recorded.sent.clear()
    with_secret.sign_out(tokens.access_token, "local")
    assert [sent_for(request) for request in recorded.sent] == [(stack.publishable_key, None)]
    client = user_client(Connection(stack.url, stack.publishable_key), tokens.access_token)
    assert stack.secret_key not in str(client.options.headers)


def test_a_session_is_renewed_in_the_name_of_who_opened_it(
    service_of: Callable[[AuthServer], SessionService],
    with_secret: AuthServer,
    stack: StackInfo,
    recorded: RecordedPool,
    clock: MovedClock,
) -> None:
    _, email, password = new_user(stack)
    sessions = service_of(with_secret)
    session_id = sessions.open(with_secret.sign_in(email, password), visitor=VISITOR)
    recorded.sent.clear()
    clock.move(3600)
    assert sessions.current(session_id) is not None
    renewals = [request for request in recorded.sent if request.url.path.endswith("/token")]
    assert [sent_for(request) for request in renewals] == [(stack.secret_key, VISITOR)]


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """A stack that allows a visitor two attempts, then one in five minutes."""
    options = replace(SMALL, auth=AuthOptions(token_limit=RateLimit(1, burst=2), other_limit=UNLIMITED))
    with running_stack(tmp_path_factory.mktemp("limited"), options) as running:
        yield running


def notices(console: Console, visitor: str, count: int) -> list[str]:
    """What `count` attempts are answered, made through a proxy that says it speaks for `visitor`."""
    browser = console.browser()
    headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": visitor}
    answers = [browser.post("sign-in", headers, email="a@b.test", password="p") for _ in range(count)]
    return [query_of(answer)["notice"] for answer in answers]


WRONG, TOO_MANY = "invalid_credentials", "over_request_rate_limit"


def test_one_busy_visitor_does_not_use_up_the_attempts_of_another(limited: StackInfo, tmp_path: Path) -> None:
    runtime = hosted(limited.url, limited.publishable_key, tmp_path, secret=limited.secret_key)
    with running_console(runtime) as console:
        assert notices(console, "203.0.113.20", 3) == [WRONG, WRONG, TOO_MANY]
        assert notices(console, "203.0.113.21", 1) == [WRONG]


def test_a_proxy_that_the_server_does_not_trust_is_not_believed(limited: StackInfo, tmp_path: Path) -> None:
    runtime = hosted(limited.url, limited.publishable_key, tmp_path, secret=limited.secret_key)
    with running_console(runtime, trusted_proxies="192.0.2.1") as console:
        assert notices(console, "203.0.113.30", 2) == [WRONG, WRONG]
        assert notices(console, "203.0.113.31", 1) == [TOO_MANY]
