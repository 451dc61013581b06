"""The hosted gateway's rule for API keys: who a key stands for, and which token goes on behind it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Literal

from lib.local.keys import Keys

Role = Literal["anon", "service_role"]


@dataclass(frozen=True)
class ApiKeys:
    """The four keys of a project."""

    keys: Keys

    def role(self, key: str) -> Role | None:
        """Whom `key` stands for; None when it is none of the project's."""
        known: dict[str, Role] = {
            self.keys.publishable_key: "anon",
            self.keys.anon_key: "anon",
            self.keys.secret_key: "service_role",
            self.keys.service_role_key: "service_role",
        }
        return next((role for ours, role in known.items() if _same(ours, key)), None)

    def authorization(self, role: Role, authorization: str | None) -> str:
        """The Authorization to send on. The caller's own JWT passes: a secret key does not outrank it."""
        if authorization and not authorization.startswith("Bearer sb_"):
            return authorization
        return f"Bearer {self.keys.service_role_key if role == 'service_role' else self.keys.anon_key}"


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode())
