"""The tokens that the auth server issues when someone signs in."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tokens:
    """An access token (a JWT good for `expires_in` seconds from now) and the token that renews it once."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: float
    user_id: str
    email: str
    console_role: str | None = None
