"""Everyone's totals are read once for all analysts of a console, and reach nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from inspect import unwrap

import httpx
import pytest

from genjobs import roles
from genjobs.auth.server import AuthServer
from genjobs.console.costs import reads
from genjobs.console.costs.reads import Choices, Figures
from genjobs.console.kit.reads import of_everyone
from genjobs.data.transport.client import http_pool, user_client
from genjobs.domain.cost_screen import CostScreen
from genjobs.domain.people import SignedIn
from genjobs.local.stack import StackInfo
from genjobs.roles.database import DatabaseRoles
from genjobs.settings.connection import Connection
from tests.data.people import Person, newcomer

TOMORROW = datetime.now(UTC) + timedelta(days=1)
EVERYONE = replace(CostScreen("UTC"), everyone=True)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    of_everyone.forget()
    yield
    of_everyone.forget()


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The functions that are called, as they are called."""
    paths: list[str] = []

    def note(request: httpx.Request) -> None:
        paths.append(request.url.path.rpartition("/")[2])

    hooks = http_pool().event_hooks
    http_pool().event_hooks = {**hooks, "request": [*hooks["request"], note]}
    yield paths
    http_pool().event_hooks = hooks


@pytest.fixture(scope="module")
def people(stack: StackInfo) -> tuple[Person, Person, Person, Person]:
    """Two analysts and two others, each with a project and a job of a cost of their own."""
    made = tuple(newcomer(stack) for _ in range(4))
    for cents, person in zip((10_000, 2_000, 300, 40), made, strict=True):
        person.job(person.project(f"Of {person.email}"), cost_cents=cents)
    for person in made[:2]:
        roles.grant(DatabaseRoles(stack.database_url), person.email, "analyst")
    return made  # type: ignore[return-value]


def signed_in(stack: StackInfo, person: Person) -> SignedIn:
    server = AuthServer(Connection(stack.url, stack.publishable_key), http_pool())
    tokens = server.sign_in(person.email, person.password)
    return SignedIn(tokens.user_id, tokens.email, tokens.access_token, tokens.console_role)


def figures(stack: StackInfo, me: SignedIn) -> Figures:
    client = user_client(Connection(stack.url, stack.publishable_key), me.access_token)
    asked = reads.wanted(EVERYONE, TOMORROW)
    costs: reads.Costs = unwrap(reads.read)(me.user_id, client, asked, sees_everyone=me.sees_everyone)
    return costs.figures


def choices(stack: StackInfo, me: SignedIn) -> Choices:
    client = user_client(Connection(stack.url, stack.publishable_key), me.access_token)
    found: Choices = unwrap(reads.choices)(
        me.user_id, client, "UTC", True, TOMORROW, sees_everyone=me.sees_everyone
    )
    return found


def test_two_analysts_are_answered_by_one_reading(
    stack: StackInfo, people: tuple[Person, ...], asked: list[str]
) -> None:
    first, second = (signed_in(stack, person) for person in people[:2])
    seen = figures(stack, first), choices(stack, first)
    assert seen[0].page.total.cents >= 12_340
    asked.clear()
    assert (figures(stack, second), choices(stack, second)) == seen
    assert asked == ["get_budgets"]


def test_others_who_ask_for_everyone_get_their_own_whoever_asked_before(
    stack: StackInfo, people: tuple[Person, ...]
) -> None:
    analyst, _, chris, dana = (signed_in(stack, person) for person in people)
    names = {one.label for one in choices(stack, analyst).people}
    assert figures(stack, analyst).page.total.cents >= 12_340
    assert {person.email for person in people} <= names
    for me, cents in ((chris, 300), (dana, 40)):
        assert figures(stack, me).page.total.cents == cents
        assert {one.label for one in choices(stack, me).people} == {me.email}


def test_what_others_get_reaches_no_analyst(stack: StackInfo, people: tuple[Person, ...]) -> None:
    chris, dana, analyst = (signed_in(stack, people[place]) for place in (2, 3, 0))
    assert [figures(stack, me).page.total.cents for me in (chris, dana)] == [300, 40]
    assert figures(stack, analyst).page.total.cents >= 12_340


def test_whoever_lost_the_role_gets_their_own(stack: StackInfo, people: tuple[Person, ...]) -> None:
    analyst = people[1]
    assert figures(stack, signed_in(stack, analyst)).page.total.cents >= 12_340
    keeper = DatabaseRoles(stack.database_url)
    roles.revoke(keeper, analyst.email)
    try:
        me = signed_in(stack, analyst)
        assert figures(stack, me).page.total.cents == 2_000
        assert not me.sees_everyone
    finally:
        roles.grant(keeper, analyst.email, "analyst")


def test_a_role_that_the_token_does_not_bear_shares_nothing(
    stack: StackInfo, people: tuple[Person, ...]
) -> None:
    """The database goes by the token, whatever the console was told beside it."""
    claimed = replace(signed_in(stack, people[2]), console_role="analyst")
    assert figures(stack, claimed).page.total.cents == 300
    assert figures(stack, signed_in(stack, people[0])).page.total.cents >= 12_340


@pytest.mark.parametrize("token", ["", "opaque", "a.user.token", "e30.e30.e30", "e30.bnVsbA.e30"])
def test_a_token_that_says_nothing_is_no_analysts(token: str) -> None:
    assert not SignedIn("id", "a@test.example", token, "analyst").sees_everyone
