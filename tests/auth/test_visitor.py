"""The secret key passes a visitor's address on, and does nothing else."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from lib.auth.server import AuthServer
from lib.data.client import user_client
from lib.domain.connection import Connection
from lib.domain.errors import RateLimited
from lib.local.options import AuthOptions, RateLimit
from lib.local.stack import StackInfo
from tests.auth.conftest import RecordedPool
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


def test_two_visitors_do_not_use_up_each_others_attempts(tmp_path: Path, recorded: RecordedPool) -> None:
    options = replace(SMALL, auth=AuthOptions(token_limit=RateLimit(1, burst=2), other_limit=UNLIMITED))
    with running_stack(tmp_path, options) as limited:
        connection = Connection(limited.url, limited.publishable_key)
        busy = AuthServer(connection, recorded.pool, limited.secret_key)
        _, email, password = new_user(limited)
        for _ in range(2):
            busy.sign_in(email, password, visitor=VISITOR)
        with pytest.raises(RateLimited):
            busy.sign_in(email, password, visitor=VISITOR)
        assert busy.sign_in(email, password, visitor="203.0.113.8").email == email
