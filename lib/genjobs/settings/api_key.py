"""Distinguishes publishable Supabase API keys from secret ones."""

from __future__ import annotations

import base64
import json

from genjobs.domain.errors import SettingsError

_WHERE = "It is on the project's dashboard under Settings, API keys."
_ALL_POWERFUL = "It bypasses row-level security: anyone who signs in could read and change everyone's rows."


def check_publishable_key(key: str, place: str) -> None:
    """Accept `sb_publishable_…` and a legacy anon JWT. Raises SettingsError with the reason otherwise."""
    if _role(key) == "anon" or (key.startswith("sb_publishable_") and _is_plain(key)):
        return
    raise SettingsError(
        f"SUPABASE_KEY in {place} is {_kind(key)}",
        hint=f"Put the complete publishable key (sb_publishable_…) or legacy anon key there. {_WHERE}",
    )


def check_secret_key(key: str, place: str) -> None:
    """Accept `sb_secret_…` and a legacy service_role JWT. Raises SettingsError otherwise."""
    if _role(key) == "service_role" or (key.startswith("sb_secret_") and _is_plain(key)):
        return
    raise SettingsError(
        f"SUPABASE_SECRET_KEY in {place} is not a secret key.",
        hint=f"It starts with sb_secret_…; leave it out if you have none. {_WHERE}",
    )


def _is_plain(key: str) -> bool:
    return key.isascii() and key.replace("_", "").replace("-", "").isalnum()


def _kind(key: str) -> str:
    role = _role(key)
    if key.startswith("sb_secret_") or role == "service_role":
        return f"a secret key. {_ALL_POWERFUL}"
    if key.startswith("sbp_"):
        return "a personal access token of the dashboard, which is not an API key."
    return "neither a publishable key nor a legacy anon key."


def _role(key: str) -> str | None:
    """The role that a JWT names, not verified, as only its owner could be misled. None if it is not a JWT."""
    parts = key.split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError:
        return None
    return str(claims.get("role", "")) if isinstance(claims, dict) else None
