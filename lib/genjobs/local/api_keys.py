"""The hosted gateway's rules for API keys: the role of a key, and the token that is passed on for it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Literal

from genjobs.local.keys import Keys

Role = Literal["anon", "service_role"]


@dataclass(frozen=True)
class ApiKeys:
    """The four keys of a project."""

    keys: Keys

    def role(self, key: str) -> Role | None:
        """The role of `key`; None if it is not one of the project's keys."""
        if _same(self.keys.publishable_key, key) or _same(self.keys.anon_key, key):
            return "anon"
        if _same(self.keys.secret_key, key) or _same(self.keys.service_role_key, key):
            return "service_role"
        return None

    def is_secret(self, key: str) -> bool:
        """Whether `key` is a secret key of the new kind, whose holder may pass on visitors' addresses."""
        return _same(self.keys.secret_key, key)

    def authorization(self, key: str, authorization: str | None) -> str:
        """The Authorization header to pass on. The caller's own JWT takes precedence over a secret key."""
        if authorization and not authorization.startswith("Bearer sb_"):
            return authorization
        secret = self.role(key) == "service_role"
        return f"Bearer {self.keys.service_role_key if secret else self.keys.anon_key}"


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode())
