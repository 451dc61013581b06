"""Passwords: what is accepted, and their hashes (Argon2id)."""

from __future__ import annotations

import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lib.local.auth.errors import AuthRefusal, invalid

MOST_BYTES = 72
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(password: str, encrypted: str | None) -> bool:
    """Whether `password` is behind the hash; as slow where there is none, so that time tells nothing."""
    try:
        return _hasher.verify(encrypted or _nobodys(), password) and bool(encrypted)
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _nobodys() -> str:
    return _hasher.hash("nobody")


def check(password: str, minimum: int) -> None:
    """Refuse a password under `minimum` characters (422) or over 72 bytes (400)."""
    if len(password.encode()) > MOST_BYTES:
        raise invalid(f"Password cannot be longer than {MOST_BYTES} characters")
    if len(password) < minimum:
        message = f"Password should be at least {minimum} characters."
        raise AuthRefusal(422, "weak_password", message, weak_password=["length"])
