"""Passwords: what is accepted, and their hashes (Argon2id)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from argon2 import Parameters, PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from genjobs.local.auth.refusals import AuthRefusal, invalid

MOST_BYTES = 72
OWASP = Parameters(Type.ID, 19, salt_len=16, hash_len=32, time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's minimum for Argon2id, memory in KiB: a seventh of the processor time of argon2-cffi's default."""


@dataclass(frozen=True)
class Passwords:
    """Hashes passwords and compares them."""

    hasher: PasswordHasher = field(default_factory=lambda: PasswordHasher.from_parameters(OWASP))

    def hashed(self, password: str) -> str:
        return self.hasher.hash(password)

    def matches(self, password: str, encrypted: str | None) -> bool:
        """Whether `password` matches the hash; as slow without a hash, so that timing reveals nothing."""
        try:
            return self.hasher.verify(encrypted or self._nobodys, password) and bool(encrypted)
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobodys(self) -> str:
        return self.hasher.hash("nobody")


def check(password: str, minimum: int) -> None:
    """Refuse a password under `minimum` characters (422) or over 72 bytes (400)."""
    if len(password.encode()) > MOST_BYTES:
        raise invalid(f"Password cannot be longer than {MOST_BYTES} characters")
    if len(password) < minimum:
        message = f"Password should be at least {minimum} characters."
        raise AuthRefusal(422, "weak_password", message, weak_password=["length"])
