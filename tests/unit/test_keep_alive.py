from __future__ import annotations

from genjobs.data.transport.client import LIMITS
from genjobs.local.serving import KEEP_ALIVE_SECONDS


def test_the_gateway_keeps_an_idle_connection_longer_than_the_console_does() -> None:
    assert LIMITS.keepalive_expiry is not None
    assert 2 * LIMITS.keepalive_expiry < KEEP_ALIVE_SECONDS
