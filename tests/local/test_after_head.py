from __future__ import annotations

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from starlette.requests import Request
from starlette.responses import Response

from genjobs.local.upstream import passed_on


async def connections_of(method: str) -> list[str | None]:
    """What a request of `method` tells the part behind the gateway about its connection."""
    told: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        told.append(request.headers.get("connection"))
        return httpx.Response(200)

    scope = {
        "type": "http",
        "method": method,
        "raw_path": b"/rest/v1/generation_jobs",
        "query_string": b"",
        "headers": [],
    }
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        assert isinstance(await passed_on(client, "http://127.0.0.1:1", Request(scope)), Response)
    return told


@pytest.mark.parametrize(("method", "told"), [("HEAD", "close"), ("GET", "keep-alive")])
def test_a_connection_serves_nothing_after_head(method: str, told: str) -> None:
    with start_blocking_portal() as portal:
        assert portal.call(connections_of, method) == [told]
