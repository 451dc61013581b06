"""One client a user, one pool of connections for all of them.

A supabase client holds one session: it must never be shared. What is shared is the pool, which knows no user.
Closing a user's client would close the pool for everyone: drop it instead.
"""

from __future__ import annotations

from functools import cache

import httpx
from supabase import Client, ClientOptions, create_client

from lib.data.transport import ReadRetryingTransport, refuse_answers_without_code
from lib.domain.connection import Connection

__all__ = ["Client", "http_pool", "user_client"]

TIMEOUT = httpx.Timeout(10.0, connect=3.0)


@cache
def http_pool() -> httpx.Client:
    """The process's connections to Supabase: 10 s for an answer, 3 s to connect, reads tried again."""
    return httpx.Client(
        timeout=TIMEOUT,
        transport=ReadRetryingTransport(httpx.HTTPTransport()),
        event_hooks={"response": [refuse_answers_without_code]},
    )


def user_client(connection: Connection, access_token: str) -> Client:
    """A client that speaks as the owner of `access_token` (a JWT in the session's time) and as nobody else.

    It neither refreshes nor stores the session: whoever keeps it hands over a token that still holds.
    """
    options = ClientOptions(
        httpx_client=http_pool(),
        auto_refresh_token=False,
        persist_session=False,
        postgrest_client_retry=False,
        headers={"Authorization": f"Bearer {access_token}"},
    )
    return create_client(connection.url, connection.key, options)
