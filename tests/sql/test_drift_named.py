"""Each object of ours that is taken away or changed is named, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations import catalogue
from genjobs.migrations.schema import Difference, compare, failures
from tests.clusters import MIGRATED, Cluster
from tests.sql.damages import Damage, damages

EXPECTED = migrations.expected_schema()
DAMAGES = list(damages(EXPECTED))


def differences(connection: psycopg.Connection) -> list[Difference]:
    return compare(EXPECTED, catalogue.read(connection))


@pytest.fixture(scope="module")
def admin(cluster: Cluster) -> Iterator[psycopg.Connection]:
    with cluster.copy_of(MIGRATED) as made, psycopg.connect(made.admin_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def admin15(cluster15: Cluster) -> Iterator[psycopg.Connection]:
    with cluster15.copy_of(MIGRATED) as made, psycopg.connect(made.admin_dsn, autocommit=True) as connection:
        yield connection


def test_every_trigger_function_policy_grant_constraint_and_index_is_damaged() -> None:
    kinds = ("trigger", "function", "policy", "grants", "constraint", "index")
    there = Counter(key.kind for key in EXPECTED if key.kind in kinds)
    harmed = {key for one in DAMAGES for key in one.harmed if key.kind in kinds}
    assert Counter(key.kind for key in harmed) == there


def few_at_once() -> Iterator[list[Damage]]:
    """The first of each batch alone, the others in eights of one batch: no two of them harm one object."""
    for _, together in groupby(sorted(DAMAGES, key=lambda one: one.batch), key=lambda one: one.batch):
        first, *others = together
        yield [first]
        yield from (others[start : start + 8] for start in range(0, len(others), 8))


def test_each_is_named_and_nothing_else(admin: psycopg.Connection) -> None:
    assert differences(admin) == []
    for few in few_at_once():
        with admin.transaction(force_rollback=True):
            for damage in few:
                admin.execute(damage.sql.encode())
            named = {one.key for one in failures(differences(admin))}
        assert named == frozenset().union(*(one.harmed for one in few)), [one.name for one in few]


@pytest.mark.parametrize("batch", sorted({one.batch for one in DAMAGES}))
def test_many_at_once_are_named_on_the_oldest_server_too(admin15: psycopg.Connection, batch: str) -> None:
    chosen: list[Damage] = [one for one in DAMAGES if one.batch == batch]
    with admin15.transaction(force_rollback=True):
        for damage in chosen:
            admin15.execute(damage.sql.encode())
        named = {one.key for one in failures(differences(admin15))}
    assert named == frozenset().union(*(one.harmed for one in chosen))
