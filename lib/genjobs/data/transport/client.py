"""One client per user, one pool of connections for all of them.

A supabase client holds one session and must never be shared. The pool, which knows no user, is shared.
Closing a user's client would close the pool for everyone, so drop the client instead.
"""

from __future__ import annotations

from functools import cache

import httpx
from postgrest import CountMethod
from supabase import Client, ClientOptions, create_client

from genjobs.data.transport.retries import ReadRetryingTransport, refuse_answers_without_code
from genjobs.settings.connection import Connection

__all__ = ["Client", "CountMethod", "http_pool", "user_client", "without_user"]

LIMITS = httpx.Limits(max_connections=100, keepalive_expiry=5)
TIMEOUT = httpx.Timeout(10.0, connect=3.0)


@cache
def http_pool() -> httpx.Client:
    """The process's connections to Supabase: 10 s for an answer, 3 s to connect, reads are retried."""
    return httpx.Client(
        timeout=TIMEOUT,
        transport=ReadRetryingTransport(httpx.HTTPTransport(limits=LIMITS)),
        event_hooks={"response": [refuse_answers_without_code]},
    )


def user_client(connection: Connection, access_token: str) -> Client:
    """A client that acts as the owner of `access_token`, a JWT that must still be valid.

    It neither refreshes nor stores the session; that is up to the caller.
    """
    return create_client(connection.url, connection.key, _options(access_token))


def without_user(client: Client) -> Client:
    """A client of the same project with its key and no user, as anyone on the internet could have."""
    return create_client(str(client.supabase_url), client.supabase_key, _options(client.supabase_key))


def _options(bearer: str) -> ClientOptions:
    return ClientOptions(
        httpx_client=http_pool(),
        auto_refresh_token=False,
        persist_session=False,
        postgrest_client_retry=False,
        headers={"Authorization": f"Bearer {bearer}"},
    )
