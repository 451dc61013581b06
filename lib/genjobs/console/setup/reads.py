"""What the Setup page reads."""

from __future__ import annotations

from genjobs.console.kit.kept import kept
from genjobs.console.kit.reads import SECONDS
from genjobs.data.transport.client import Client
from genjobs.data.transport.concurrent import together
from genjobs.domain.queue import QueueHealth
from genjobs.domain.totals import TotalsHealth
from genjobs.migrations import expected_schema
from genjobs.migrations.schema import Difference
from genjobs.setup import reading
from genjobs.setup.facts import SetupFacts


@kept(SECONDS, spinner="Looking at the database")
def setup_facts(user_id: str, client: Client) -> SetupFacts:
    """Facts about the database's schema. Raises SchemaBehind if the database is too old to report them."""
    return reading.read_setup(client)


@kept(SECONDS, spinner="Looking at the totals and the queue")
def health(user_id: str, client: Client) -> tuple[TotalsHealth, QueueHealth]:
    """Health of the cost totals and the queue. Raises SchemaBehind if the database is too old."""
    return together(lambda: reading.read_totals(client), lambda: reading.read_queue(client))


@kept(SECONDS, spinner="Comparing the schema")
def differences(user_id: str, client: Client) -> list[Difference]:
    """How the schema differs from what the migrations make, as the database itself reports it."""
    return reading.differences(client, expected_schema())
