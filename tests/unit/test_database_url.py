"""A database URL that cannot be read is refused, and nothing of it is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genjobs import migrations
from genjobs.domain.errors import InvalidInput
from genjobs.roles.database import DatabaseRoles
from genjobs.settings.database_url import readable, server_of
from tests.commands import genjobs

PROJECT = {"SUPABASE_URL": "https://x.supabase.co", "SUPABASE_KEY": "sb_publishable_x"}

BAD = [
    "postgresql://postgres:p%zzsecret@127.0.0.1:1/postgres",
    "postgresql://postgres:p@secret@127.0.0.1:1/postgres",
    "postgresql://postgres:x/secret@127.0.0.1:1/postgres",
    "postgresql://postgres:x@se/secret@127.0.0.1:1/postgres",
    "postgres:secret@127.0.0.1:1/postgres",
    "mysql://postgres:secret@127.0.0.1:1/postgres",
    "postgresql://postgres:secret\udcff@127.0.0.1:1/postgres",
]
GOOD = [
    "postgresql://postgres:p%40secret@127.0.0.1:1/postgres",
    "postgres://postgres@[::1]/postgres?sslmode=require",
    "postgresql://one:1,two:2/postgres",
    "host=127.0.0.1 port=1 user=postgres password='a @ secret'",
]


@pytest.mark.parametrize("url", BAD)
@pytest.mark.parametrize(
    "ask", [migrations.pending, migrations.apply, lambda url: DatabaseRoles(url).people()]
)
def test_nothing_of_an_unreadable_url_is_told(url: str, ask: Callable[[str], object]) -> None:
    with pytest.raises(InvalidInput) as met:
        ask(url)
    assert "secret" not in f"{met.value} {met.value.hint}"


@pytest.mark.parametrize("url", ["", " ", "postgresql://"])
def test_an_empty_url_is_not_taken_for_a_server_on_this_machine(url: str) -> None:
    with pytest.raises(InvalidInput, match=r"^The database URL is empty\.$"):
        readable(url)


COMMANDS = [
    ("migrate",),
    ("migrate", "--repair"),
    ("queue", "check"),
    ("queue", "rebuild"),
    ("queue", "limits"),
    ("queue", "limit", "--everyone", "--remove"),
    ("totals", "check"),
    ("totals", "rebuild"),
    ("roles", "list"),
    ("roles", "grant", "ana@test.example", "analyst"),
    ("worker", "--handler", "os:getpid"),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_an_empty_url_that_is_given_is_not_taken_for_none(words: tuple[str, ...]) -> None:
    done = genjobs(*words, "--database-url", "", **PROJECT)
    assert (done.returncode, "The database URL is empty." in done.stderr) == (1, True)


def test_an_empty_variable_counts_as_none() -> None:
    done = genjobs("queue", "check", DATABASE_URL="", **PROJECT)
    assert (done.returncode, "no URL is given" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    "words", [("queue", "limit", "--mode"), ("worker", "--handler"), ("roles", "revoke")]
)
def test_an_argument_that_is_not_utf_8_is_named_by_its_place(words: tuple[str, ...]) -> None:
    done = genjobs(*words, "a\udcff", "--database-url", GOOD[0])
    said = f"Error: Argument {len(words) + 1} of the command is not valid UTF-8."
    assert (done.returncode, said in done.stderr) == (1, True)


@pytest.mark.parametrize("url", GOOD)
def test_a_readable_url_is_used_as_it_is(url: str) -> None:
    assert readable(url) == url


@pytest.mark.parametrize(
    ("url", "server"),
    [(GOOD[0], "127.0.0.1"), (GOOD[1], "::1"), (GOOD[2], "one,two"), ("dbname=postgres", "this machine")],
)
def test_the_server_is_named_without_the_password(url: str, server: str) -> None:
    assert server_of(url) == server
