"""HTTP to a part on this machine, with the standard library, as HTTP libraries are slow to import."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """The status and the body of an answer."""

    status: int
    text: str


def get(url: str, headers: Mapping[str, str] | None = None, *, seconds: float) -> Answer:
    """The answer of `url`; `seconds` limits each single wait.

    Raises OSError if there is no answer, or it is not HTTP.
    """
    place = urlsplit(url)
    with closing(HTTPConnection(place.hostname or "", place.port, timeout=seconds)) as connection:
        try:
            connection.request("GET", place.path or "/", headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode(errors="replace"))
        except HTTPException as error:
            raise ConnectionError(f"The answer is not HTTP: {error!r}") from error
