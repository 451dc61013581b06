"""HTTP to a part on this machine."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

import httpx

_WITHOUT_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""There is no TLS here, and to read the authorities of TLS takes a hundred times as long as the answer."""


def get(url: str, headers: Mapping[str, str] | None = None, *, seconds: float) -> httpx.Response:
    """The answer of `url`, waited for `seconds` at most. Raises what httpx raises."""
    return httpx.get(url, headers=headers, timeout=seconds, verify=_WITHOUT_AUTHORITIES)
