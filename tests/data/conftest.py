from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from genjobs.local.demo import load
from genjobs.local.stack import StackInfo
from tests.clusters import Cluster, Database
from tests.data.demo import NOW, peopled
from tests.data.people import Person, newcomer, owner
from tests.stacks import running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """One for all tests of a worker, whose schema stays as it is."""
    with running_stack(tmp_path_factory.mktemp("stack")) as info:
        yield info


@pytest.fixture(scope="session")
def cast(stack: StackInfo) -> tuple[Person, Person]:
    """Signed in once, since hashing a password takes a while."""
    return newcomer(stack), newcomer(stack)


@pytest.fixture
def ana(stack: StackInfo, cast: tuple[Person, Person]) -> Person:
    """Someone without any rows."""
    return _emptied(stack, cast[0])


@pytest.fixture
def bob(stack: StackInfo, cast: tuple[Person, Person]) -> Person:
    """Someone else without any rows."""
    return _emptied(stack, cast[1])


def _emptied(stack: StackInfo, person: Person) -> Person:
    with owner(stack) as connection:
        connection.execute("delete from public.projects where user_id = %s", [person.user_id])
    return person


@pytest.fixture(scope="module")
def loaded(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """Loaded once; these tests only look."""
    with peopled(cluster) as database:
        load(database.postgres_dsn, NOW)
        with database.connect() as connection:
            yield connection


@pytest.fixture
def peopled_database(cluster: Cluster) -> Iterator[Database]:
    with peopled(cluster) as made:
        yield made
