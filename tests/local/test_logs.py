"""No key stands in the supervisor's log, whoever wrote it there."""

from __future__ import annotations

import logging

import jwt
import pytest

from genjobs.local.logs import LINE, Redacting
from genjobs.local.ports import listening_socket
from genjobs.local.serving import serve

TOKEN = jwt.encode({"role": "service_role"}, "secret" * 8)


def written(message: str, *values: object, error: BaseException | None = None) -> str:
    told = (type(error), error, None) if error else None
    record = logging.LogRecord("uvicorn.error", logging.INFO, __file__, 1, message, values, told)
    return Redacting(LINE).format(record)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/realtime/v1/websocket?apikey=anything-at-all&vsn=1", "/realtime/v1/websocket?apikey=[key]&vsn=1"),
        ('"/x?APIKEY=abc"', '"/x?APIKEY=[key]"'),
        ("Bearer sb_secret_aB-_9", "Bearer [key]"),
        ("sb_publishable_aB-_9.", "[key]."),
        (f"token {TOKEN} ended", "token [key] ended"),
        ("postgresql://postgres:pass%40word@127.0.0.1:5432/x", "postgresql://[key]@127.0.0.1:5432/x"),
        ("PostgreSQL ended; it is started again", "PostgreSQL ended; it is started again"),
        ("http://127.0.0.1:54321/auth/v1", "http://127.0.0.1:54321/auth/v1"),
    ],
)
def test_keys_are_struck_out(text: str, left: str) -> None:
    assert written("%s", text).endswith(f"uvicorn.error {left}")
    assert left in written("failed", error=ValueError(text))


def test_requests_are_not_logged_one_by_one(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def app(scope: object, receive: object, send: object) -> None:
        pass

    serve(app, listening_socket([0])).stop()
    assert not logging.getLogger("uvicorn.error").isEnabledFor(logging.INFO)
