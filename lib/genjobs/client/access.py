"""Credentials of requests: a person's token, or the project's secret key."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from genjobs.client.steps import Request
from genjobs.domain.errors import InvalidInput, SettingsError
from genjobs.domain.inputs import check_uuid
from genjobs.settings.api_key import check_secret_key
from genjobs.settings.project_url import normalised

PLACE = "genjobs.Client"
SECONDS, CONNECT_SECONDS = 10.0, 3.0
TIMEOUT = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS, pool=None)
"""Longer than the database takes for one request. Many concurrent requests wait for a free connection."""


def timeout_of(step: Request) -> httpx.Timeout:
    """`TIMEOUT`, or less where the request says so."""
    if step.seconds is None:
        return TIMEOUT
    return httpx.Timeout(min(SECONDS, step.seconds), connect=min(CONNECT_SECONDS, step.seconds), pool=None)


@dataclass(frozen=True)
class Access:
    """The project's API, its key, and with a secret key the person who owns the jobs."""

    base_url: str
    key: str = field(repr=False)
    user_id: str | None

    @classmethod
    def checked(cls, url: str, key: str, user_id: str | None, has_token: bool) -> Access:
        """Raises SettingsError for an unusable URL or key, InvalidInput for an invalid id."""
        if not isinstance(url, str):
            raise SettingsError(
                f"The url cannot be {url!r}.", hint="Pass https://<project>.supabase.co as text."
            )
        if not _can_be_sent(key):
            raise SettingsError(
                "The key is empty, or contains characters that no key has.", hint="Pass the complete key."
            )
        if not has_token:
            _check_secret(key)
        person = None if user_id is None else check_uuid("user_id", user_id)
        return cls(f"{normalised(url, PLACE)}/rest/v1/", key, person)

    def headers(self, token: str | None) -> dict[str, str]:
        """The headers of each request. Without a token the key is the bearer; it must be the secret key."""
        bearer = self.key if token is None else token
        return {"apikey": self.key, "Authorization": f"Bearer {bearer}"}


def checked_token(token: object) -> str:
    """Raises InvalidInput for a bad token; the key, which may have more rights, is never used instead."""
    if not _can_be_sent(token):
        raise InvalidInput(
            "The token is empty, or contains characters that no token has.",
            hint="Pass the complete token as a string.",
        )
    return str(token)


def refuse_if_closed(is_closed: bool) -> None:
    """Raises InvalidInput for a client that its caller has closed."""
    if is_closed:
        raise InvalidInput(
            "The client is closed.", hint="Call its methods inside its with block, or create another client."
        )


def _can_be_sent(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable() and bool(text.strip())


def _check_secret(key: str) -> None:
    try:
        check_secret_key(key, PLACE)
    except SettingsError as error:
        raise SettingsError(
            "Without a person's token, the key must be the project's secret key.",
            hint="Pass the secret key (sb_secret_…), or the publishable key with token=.",
        ) from error
