"""What the Setup page reads."""

from __future__ import annotations

import streamlit as st

from genjobs.console.kit.reads import SECONDS, forgotten_after_writes
from genjobs.data.transport.client import Client
from genjobs.domain.totals import TotalsHealth
from genjobs.migrations import expected_schema
from genjobs.migrations.schema import Difference
from genjobs.setup import reading
from genjobs.setup.facts import SetupFacts


@forgotten_after_writes
@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Looking at the database")
def setup_facts(user_id: str, _client: Client) -> SetupFacts:
    """What the database tells about its own edition; SchemaBehind when it is too old to tell."""
    return reading.read_setup(_client)


@forgotten_after_writes
@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Looking at the totals")
def totals_health(user_id: str, _client: Client) -> TotalsHealth:
    """How the totals of costs are; SchemaBehind when the database is too old to tell."""
    return reading.read_totals(_client)


@forgotten_after_writes
@st.cache_data(scope="session", ttl=SECONDS, max_entries=2, show_spinner="Comparing the schema")
def differences(user_id: str, _client: Client) -> list[Difference]:
    """How the schema differs from what the migrations make, as the database tells it."""
    return reading.differences(_client, expected_schema())
