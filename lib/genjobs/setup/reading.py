"""Reads how the connected database meets the contract, and proves the isolation between people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from genjobs.data.transport.answers import array, mapping, rows
from genjobs.data.transport.client import Client
from genjobs.data.transport.translation import mapped
from genjobs.domain.check import Check
from genjobs.domain.errors import SchemaBehind, UnexpectedError
from genjobs.domain.queue import QueueHealth
from genjobs.domain.totals import TotalsHealth
from genjobs.migrations import available
from genjobs.migrations.schema import Difference, Key, SchemaObject, compare, digest
from genjobs.setup import attempts
from genjobs.setup.checks import checks as compared
from genjobs.setup.facts import SetupFacts
from genjobs.setup.isolation import Attempt, tables_with_foreign_rows


@contextmanager
def _understood(task: str) -> Iterator[None]:
    """Turn also an answer of another shape, as of a function that was replaced, into one of our errors."""
    try:
        with mapped(task):
            yield
    except (KeyError, TypeError, ValueError) as error:
        message = f"Could not {task}: the function's answer has another shape."
        raise UnexpectedError(
            message, hint="Somebody changed the function. Repair the schema: Setup shows the command."
        ) from error


def read_setup(client: Client) -> SetupFacts:
    """The facts that the database reports. Raises SchemaBehind if it is too old."""
    with _understood("look at the database's setup"):
        return SetupFacts.from_row(mapping(client.rpc("get_console_setup", {}, get=True).execute()))


def read_totals(client: Client) -> TotalsHealth:
    """The health of the cost totals. Raises SchemaBehind if the database is too old."""
    with _understood("look at the totals"):
        return TotalsHealth.from_row(mapping(client.rpc("get_totals_health", {}, get=True).execute()))


def read_queue(client: Client) -> QueueHealth:
    """The health of the queue. Raises SchemaBehind if the database is too old."""
    with _understood("look at the queue"):
        [row] = rows(client.rpc("get_generation_queue_health", {}, get=True).execute())
        return QueueHealth.from_row(row)


def checks(facts: SetupFacts) -> list[Check]:
    """The guide's verification, and more: one check per line."""
    return compared(facts, [migration.version for migration in available()])


def is_behind(facts: SetupFacts) -> bool:
    """Whether any of our migrations is not applied."""
    return any(migration.version not in facts.migrations for migration in available())


def is_comparable(facts: SetupFacts) -> bool:
    """Whether the database has had exactly our migration files, so that its schema must be the same."""
    return {migration.version for migration in available()} == set(facts.migrations)


def differences(client: Client, expected: Mapping[Key, str]) -> list[Difference]:
    """How the schema differs from `expected`, by the digests that the database reports.

    If the reporting function itself is missing, that is the difference returned.
    """
    digests = {key: digest(text) for key, text in expected.items()}
    known = [[key.kind, key.object, key.part] for key in expected]
    try:
        with mapped("compare the schema"):
            answer = array(client.rpc("get_schema_digests", {"p_known": known}).execute())
    except SchemaBehind:
        return [one for one in compare(digests, []) if "get_schema_digests(" in one.key.object]
    return compare(
        digests,
        [
            SchemaObject(Key(kind, name, part), told, is_ours=is_ours)
            for kind, name, part, told, is_ours in answer
        ],
    )


def prove_isolation(client: Client, user_id: str, others: Collection[str] = ()) -> list[Attempt]:
    """Try to reach rows that are not `user_id`'s, whose client it is; returns each attempt with its result.

    Over HTTP it only reads and counts; changes and deletes are tried in the database, which rolls them back.
    `others` are known ids of other people. Raises SchemaBehind if the database lacks the function.
    """
    with mapped("prove the isolation"):
        answer = client.rpc("prove_isolation", {}).execute()
        inside = [Attempt.from_row(row) for row in rows(answer)]
    at_stake = tables_with_foreign_rows(inside)
    return [*attempts.attempts(client, user_id, others=others, at_stake=at_stake), *inside]
