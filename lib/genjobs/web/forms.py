"""Read a posted form, within bounds."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 16_384
_MOST_FIELDS = 20


class FormTooLarge(Exception):
    """The request is larger than any of our forms."""


async def read_form(request: Request) -> dict[str, str]:
    """The fields of an urlencoded form; FormTooLarge past 16 KiB, however the body is sent."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise FormTooLarge
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        return {}
    return dict(pairs)
