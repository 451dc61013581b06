"""A small stack per worker, and the auth server in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lib.local.options import AuthOptions
from lib.local.stack import StackInfo
from tests.clusters import Cluster, Database
from tests.local.lab import GENEROUS, Lab, running_lab
from tests.stacks import running_stack

MakeLab = Callable[..., Lab]


@pytest.fixture(scope="session")
def info(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """A running stack without demo data, in a home whose path has a space."""
    with running_stack(tmp_path_factory.mktemp("stack") / "my home") as running:
        yield running


@pytest.fixture
def make_lab(cluster: Cluster, empty_database: Database, tmp_path: Path) -> Iterator[MakeLab]:
    """Makes an auth server with options of its own, e.g. `make_lab(autoconfirm=False)`."""
    with ExitStack() as stack:

        def make(**changes: Any) -> Lab:
            options = AuthOptions(**{**vars(GENEROUS), **changes})
            return stack.enter_context(running_lab(cluster, empty_database, tmp_path, options))

        yield make


@pytest.fixture
def lab(make_lab: MakeLab) -> Lab:
    """An auth server without limits, sign-ups confirmed at once."""
    return make_lab()
