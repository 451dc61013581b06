"""People: who is signed in, and whom a demo offers."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, Protocol

ANALYST_ROLES = frozenset({"analyst", "admin"})


@dataclass(frozen=True)
class SignedIn:
    """The person behind a request. `access_token` is a JWT that is valid for at least another half minute."""

    user_id: str
    email: str
    access_token: str
    console_role: str | None = None

    @property
    def is_analyst(self) -> bool:
        """Whether they may see totals across everyone; the database decides it anew by the token."""
        return self.console_role in ANALYST_ROLES

    @property
    def sees_everyone(self) -> bool:
        """Whether the token itself is an analyst's, by which alone the database decides."""
        metadata = _claims(self.access_token).get("app_metadata")
        return isinstance(metadata, dict) and metadata.get("console_role") in ANALYST_ROLES


@dataclass(frozen=True)
class DemoPerson:
    """Someone that a local stack made up, with the password to sign in by one click."""

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
    """Where roles are kept."""

    def people(self) -> list[RoleHolder]:
        """Everyone there is."""

    def give(self, user_id: str, role: str | None) -> None:
        """Set the role of a person, or take it away with None."""


def _claims(token: str) -> dict[str, Any]:
    """What a JWT says, unproved; nothing where it is none."""
    body = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
