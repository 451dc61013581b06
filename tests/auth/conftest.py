"""A console's routes in front of a real auth server, with a clock that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from genjobs.auth.server import AuthServer
from genjobs.auth.session_store import SessionStore
from genjobs.auth.sessions import Limits, SessionService
from genjobs.auth.tokens import Tokens
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from tests.auth.browser import Browser, Console, hosted, running_console
from tests.stacks import new_user, running_stack

Answer = TypeVar("Answer")


@dataclass
class MovedClock:
    """A clock that stands still until it is moved."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class RecordedPool:
    """A connection pool that keeps what went over it."""

    sent: list[httpx.Request] = field(default_factory=list)
    pool: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.pool = httpx.Client(timeout=10, event_hooks={"request": [self.sent.append]})

    def count(self, path: str) -> int:
        return sum(request.url.path.endswith(path) for request in self.sent)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """A stack without demo data and without limits."""
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def recorded() -> Iterator[RecordedPool]:
    made = RecordedPool()
    yield made
    made.pool.close()


@pytest.fixture
def server(stack: StackInfo, recorded: RecordedPool) -> AuthServer:
    return AuthServer(Connection(stack.url, stack.publishable_key), recorded.pool)


@pytest.fixture
def service_of(tmp_path: Path, clock: MovedClock) -> Iterator[Callable[[AuthServer], SessionService]]:
    """Session services with one store between them, as of several consoles of one home."""
    stores: list[SessionStore] = []

    def make(server: AuthServer) -> SessionService:
        stores.append(SessionStore(tmp_path, "project"))
        return SessionService(stores[-1], server, tmp_path / "locks", Limits(), clock)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def sessions(service_of: Callable[[AuthServer], SessionService], server: AuthServer) -> SessionService:
    return service_of(server)


@pytest.fixture
def tokens(stack: StackInfo, server: AuthServer) -> Tokens:
    """Of someone who has just signed in."""
    _, email, password = new_user(stack)
    return server.sign_in(email, password)


@pytest.fixture(scope="session")
def console(stack: StackInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console on that stack, as if it were a hosted project."""
    home = tmp_path_factory.mktemp("home")
    with running_console(hosted(stack.url, stack.publishable_key, home)) as running:
        yield running


@pytest.fixture
def browser(console: Console) -> Browser:
    return console.browser()


def at_once(count: int, call: Callable[[], Answer]) -> list[Answer]:
    """What `count` threads got that all called at the same moment."""
    barrier, answers = threading.Barrier(count), list[Answer]()

    def run() -> None:
        barrier.wait()
        answers.append(call())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
