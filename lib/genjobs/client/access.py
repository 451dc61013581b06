"""Whose requests they are: a person's, by their token, or the project's own, by its secret key."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from genjobs.domain.errors import InvalidInput, SettingsError
from genjobs.domain.inputs import check_uuid
from genjobs.settings.api_key import check_secret_key
from genjobs.settings.project_url import normalised

PLACE = "genjobs.Client"
TIMEOUT = httpx.Timeout(10.0, connect=3.0, pool=None)
"""Longer than the database works on one request. Whoever asks much at once waits for a free connection."""


@dataclass(frozen=True)
class Access:
    """Where the project's API is, its key, and the person whose the jobs are where it is the secret key."""

    base_url: str
    key: str = field(repr=False)
    user_id: str | None

    @classmethod
    def checked(cls, url: str, key: str, user_id: str | None, has_token: bool) -> Access:
        """Raises SettingsError for an address or a key that cannot do it, InvalidInput for a wrong id."""
        if not has_token:
            _check_secret(key)
        elif not _can_be_sent(key):
            raise SettingsError("The key holds characters that no key has, or none.", hint="Pass it whole.")
        person = None if user_id is None else check_uuid("user_id", user_id)
        return cls(f"{normalised(url, PLACE)}/rest/v1/", key, person)

    def headers(self, token: str | None) -> dict[str, str]:
        """What each request carries. Without a token the key speaks, which only the secret key may."""
        bearer = self.key if token is None else token
        return {"apikey": self.key, "Authorization": f"Bearer {bearer}"}


def checked_token(token: object) -> str:
    """InvalidInput for what is no token; none is not left to the key, which may be more powerful."""
    if not _can_be_sent(token):
        raise InvalidInput("The token is empty, or holds what no token has.", hint="Pass it whole, as text.")
    return str(token)


def _can_be_sent(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable() and bool(text.strip())


def _check_secret(key: str) -> None:
    try:
        check_secret_key(key, PLACE)
    except SettingsError as error:
        raise SettingsError(
            "Without a person's token, the key must be the project's secret key, and it is not.",
            hint="Pass the secret key (sb_secret_…), or token= beside the publishable key.",
        ) from error
