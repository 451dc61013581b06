"""What the Setup page reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from genjobs.console.kit.kept import kept
from genjobs.console.kit.reads import SECONDS
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.errors import ConsoleError
from genjobs.domain.queue import QueueHealth
from genjobs.domain.totals import TotalsHealth
from genjobs.migrations import expected_schema
from genjobs.migrations.schema import Difference
from genjobs.setup import reading
from genjobs.setup.facts import SetupFacts

Health = TypeVar("Health", TotalsHealth, QueueHealth)


@kept(SECONDS, spinner="Looking at the database")
def setup_facts(user_id: str, client: Client) -> tuple[SetupFacts, datetime]:
    """Facts about the database's schema, and when they were read.

    Raises SchemaBehind if the database is too old to report them.
    """
    return reading.read_setup(client), datetime.now(UTC)


@kept(SECONDS, spinner="Looking at the totals and the queue")
def health(user_id: str, client: Client) -> tuple[TotalsHealth | ConsoleError, QueueHealth | ConsoleError]:
    """Health of the cost totals and of the queue, each on its own: if one cannot be read, its error."""
    return together(
        lambda: _or_error(reading.read_totals, client), lambda: _or_error(reading.read_queue, client)
    )


def _or_error(read: Callable[[Client], Health], client: Client) -> Health | ConsoleError:
    try:
        return read(client)
    except ConsoleError as error:
        return error


@kept(SECONDS, spinner="Comparing the schema")
def differences(user_id: str, client: Client) -> list[Difference]:
    """How the schema differs from what the migrations make, as the database itself reports it."""
    return reading.differences(client, expected_schema())
