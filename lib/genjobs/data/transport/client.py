"""One client a user, one pool of connections for all of them.

A supabase client holds one session: it must never be shared. What is shared is the pool, which knows no user.
Closing a user's client would close the pool for everyone: drop it instead.
"""

from __future__ import annotations

from functools import cache

import httpx
from postgrest import CountMethod
from supabase import Client, ClientOptions, create_client

from genjobs.data.transport.retries import ReadRetryingTransport, refuse_answers_without_code
from genjobs.settings.connection import Connection

__all__ = ["Client", "CountMethod", "http_pool", "stranger", "user_client"]

LIMITS = httpx.Limits(max_connections=100, keepalive_expiry=5)
TIMEOUT = httpx.Timeout(10.0, connect=3.0)


@cache
def http_pool() -> httpx.Client:
    """The process's connections to Supabase: 10 s for an answer, 3 s to connect, reads tried again."""
    return httpx.Client(
        timeout=TIMEOUT,
        transport=ReadRetryingTransport(httpx.HTTPTransport(limits=LIMITS)),
        event_hooks={"response": [refuse_answers_without_code]},
    )


def user_client(connection: Connection, access_token: str) -> Client:
    """A client that speaks as the owner of `access_token` (a JWT in the session's time) and as nobody else.

    It neither refreshes nor stores the session: whoever keeps it hands over a token that still holds.
    """
    return create_client(connection.url, connection.key, _options(access_token))


def stranger(client: Client) -> Client:
    """A client of the same project with its key alone and no user: what anybody on the internet can be."""
    return create_client(str(client.supabase_url), client.supabase_key, _options(client.supabase_key))


def _options(bearer: str) -> ClientOptions:
    return ClientOptions(
        httpx_client=http_pool(),
        auto_refresh_token=False,
        persist_session=False,
        postgrest_client_retry=False,
        headers={"Authorization": f"Bearer {bearer}"},
    )
