"""People: who is signed in, and the demo users."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, Protocol

ANALYST_ROLES = frozenset({"analyst", "admin"})
SHORTEST_PASSWORD = 6
"""In characters: what the local stack asks for, and the least that a Supabase project can ask for."""


@dataclass(frozen=True)
class SignedIn:
    """The person behind a request. `access_token` is a JWT that is valid for at least another half minute."""

    user_id: str
    email: str
    access_token: str
    console_role: str | None = None

    @property
    def is_analyst(self) -> bool:
        """Whether they may see totals across everyone; the database checks the token again."""
        return self.console_role in ANALYST_ROLES

    @property
    def sees_everyone(self) -> bool:
        """Whether the token itself names an analyst; the database decides by the token alone."""
        metadata = _claims(self.access_token).get("app_metadata")
        return isinstance(metadata, dict) and metadata.get("console_role") in ANALYST_ROLES


@dataclass(frozen=True)
class DemoPerson:
    """A made-up user of a local stack, with the password for signing in with one click."""

    email: str
    password: str
    name: str
    role: str


@dataclass(frozen=True)
class RoleHolder:
    """Someone with an account; `role` is None for most."""

    user_id: str
    email: str
    role: str | None


class RoleKeeper(Protocol):
    """Reads and sets people's roles."""

    def people(self) -> list[RoleHolder]:
        """Everyone with an account."""

    def give(self, user_id: str, role: str | None) -> None:
        """Set the role of a person, or take it away with None."""


def _claims(token: str) -> dict[str, Any]:
    """The claims of a JWT, not verified; empty if it is not a JWT."""
    body = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
