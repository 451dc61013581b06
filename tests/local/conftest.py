"""A small stack per worker, and the auth server in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from genjobs.local import stack
from genjobs.local.options import AuthOptions
from genjobs.local.stack import StackInfo
from tests.clusters import Cluster, Database
from tests.local.consoles import copied
from tests.local.lab import GENEROUS, Lab, running_lab
from tests.stacks import running_stack

MakeLab = Callable[..., Lab]


@pytest.fixture(scope="session")
def info(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """A running stack without demo data, in a home whose path has a space."""
    with running_stack(tmp_path_factory.mktemp("stack") / "my home") as running:
        yield running


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a stack that ran once and was stopped, to be copied."""
    home = tmp_path_factory.mktemp("made") / "home"
    with running_stack(home):
        pass
    return home


@pytest.fixture
def home(made_home: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of `made_home`; whatever a test leaves running there is ended."""
    copy = copied(made_home, tmp_path / "home")
    yield copy
    stack.stop(copy)


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    """A home in which nothing has run; whatever a test leaves running there is ended."""
    place = tmp_path / "new home"
    yield place
    if place.is_dir():
        stack.stop(place)


@pytest.fixture
def make_lab(cluster: Cluster, empty_database: Database, tmp_path: Path) -> Iterator[MakeLab]:
    """Makes an auth server with options of its own, e.g. `make_lab(autoconfirm=False)`."""
    with ExitStack() as labs:

        def make(**changes: Any) -> Lab:
            options = AuthOptions(**{**vars(GENEROUS), **changes})
            return labs.enter_context(running_lab(cluster, empty_database, tmp_path, options))

        yield make


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """An auth server without limits, sign-ups confirmed at once."""
    return make_lab()
