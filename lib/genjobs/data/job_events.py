"""The event log of the jobs of the client's user."""

from __future__ import annotations

from supabase import Client

from genjobs.data.transport.answers import rows
from genjobs.data.transport.translation import mapped

TABLE = "generation_job_events"
NEWEST = 20


def newest_events(client: Client) -> tuple[int, ...]:
    """The ids of the caller's newest events, newest first; they change whenever something happens.

    More than one, because an event may be committed after another one with a higher id.
    """
    query = client.table(TABLE).select("id").order("id", desc=True).limit(NEWEST)
    with mapped("look for new events of the jobs"):
        return tuple(row["id"] for row in rows(query.execute()))
