"""Whose requests they are, and what is refused before anything is sent."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import genjobs
from genjobs import AsyncClient, Client, errors
from genjobs.client.access import TIMEOUT, Access
from genjobs.domain import errors as domain_errors
from tests.coroutines import run

URL, SECRET = "https://abcdefgh.supabase.co", "sb_secret_made_up"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_publishable_key_alone_is_nobodys(kind: type[Client] | type[AsyncClient]) -> None:
    with pytest.raises(errors.SettingsError) as caught:
        kind(URL, "sb_publishable_made_up")
    assert "token=" in caught.value.hint
    kind(URL, "sb_publishable_made_up", token="a.b.c")
    kind(URL, SECRET)


@pytest.mark.parametrize("url", ["abcdefgh.supabase.co", "http://abcdefgh.supabase.co", f"{URL}/rest/v1"])
def test_an_address_that_is_no_projects_is_refused(url: str) -> None:
    with pytest.raises(errors.SettingsError):
        Client(url, SECRET)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(("url", "key"), [(None, SECRET), (5, SECRET), (b"x", SECRET), (URL, None), (URL, 5)])
def test_a_setting_that_is_not_there_is_refused(
    kind: type[Client] | type[AsyncClient], url: Any, key: Any
) -> None:
    """As of os.environ.get."""
    with pytest.raises(errors.SettingsError, match=r"The (url cannot be|key is empty)"):
        kind(url, key)


def test_a_closed_client_says_so() -> None:
    with Client(URL, SECRET) as client:
        pass
    with pytest.raises(errors.InvalidInput, match="The client is closed"):
        client.list()

    async def ask() -> None:
        async with AsyncClient(URL, SECRET) as other:
            pass
        await other.list()

    with pytest.raises(errors.InvalidInput, match="The client is closed"):
        run(ask())


def test_a_person_is_an_id() -> None:
    with pytest.raises(errors.InvalidInput, match="user_id cannot be 'ana'"):
        Client(URL, SECRET, user_id="ana")


def test_the_token_speaks_and_else_the_key() -> None:
    access = Access.checked(f"{URL}/", SECRET, None, has_token=False)
    assert access.base_url == f"{URL}/rest/v1/"
    assert access.headers(None) == {"apikey": SECRET, "Authorization": f"Bearer {SECRET}"}
    assert access.headers("a.b.c") == {"apikey": SECRET, "Authorization": "Bearer a.b.c"}
    assert SECRET not in repr(access)


@pytest.mark.parametrize("token", ["a.b\nc", "a.b.ç", "", " ", None, b"a.b.c"])
def test_what_is_no_token_is_refused_without_being_told_and_the_key_does_not_speak_for_it(token: Any) -> None:
    with Client(URL, SECRET, token=lambda: token) as client, pytest.raises(errors.InvalidInput) as caught:
        client.list()
    assert caught.value.message == "The token is empty, or contains characters that no token has."

    async def ask() -> None:
        async with AsyncClient(URL, SECRET, token=lambda: token) as other:
            await other.list()

    with pytest.raises(errors.InvalidInput):
        run(ask())


def test_a_client_of_another_event_loop_is_refused_instead_of_failing_at_random() -> None:
    """Its connections belong to the loop that opened them."""
    client = AsyncClient("http://127.0.0.1:1", SECRET)

    async def ask() -> None:
        await client.list()

    with pytest.raises(errors.Unavailable):
        run(ask())
    for late in (ask, client.close):
        with pytest.raises(errors.InvalidInput, match="another event loop") as met:
            run(late())
        assert "AsyncClient" in met.value.hint


@pytest.mark.parametrize("key", ["", "sb_publishable_ä", None])
def test_a_key_that_cannot_be_sent_is_refused(key: Any) -> None:
    with pytest.raises(
        errors.SettingsError, match="The key is empty, or contains characters that no key has"
    ):
        Client(URL, key, token="a.b.c")


def test_many_requests_at_once_wait_for_a_connection_however_long() -> None:
    assert TIMEOUT.pool is None


def test_the_package_has_no_other_names() -> None:
    assert all(hasattr(genjobs, name) for name in genjobs.__all__)
    assert not hasattr(genjobs, "Cliend")


def test_errors_have_one_public_module_and_one_base() -> None:
    known = {name for name, one in vars(domain_errors).items() if isinstance(one, type)}
    assert set(errors.__all__) == known
    assert all(issubclass(getattr(errors, name), errors.ConsoleError) for name in known)
    assert importlib.import_module("genjobs.errors") is errors
