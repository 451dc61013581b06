"""Tell a Supabase API key that the world may see from one that may not."""

from __future__ import annotations

import base64
import binascii
import json

from lib.domain.errors import SettingsError

_WHERE = "It is on the project's dashboard under Settings, API keys."
_WHY = "It passes over row level security: whoever signs in could read and change everyone's rows."


def check_publishable_key(key: str, place: str) -> None:
    """Pass `sb_publishable_…` and a legacy anon JWT; SettingsError with the reason for anything else."""
    if key.startswith("sb_publishable_") and _is_plain(key):
        return
    role = _role(key)
    if role == "anon":
        return
    if key.startswith(("sb_secret_", "sbp_")) or role is not None:
        raise SettingsError(
            f"SUPABASE_KEY in {place} is {_kind(key, role)}. {_WHY}",
            hint=f"Put the publishable key (sb_publishable_…) or the legacy anon key there instead. {_WHERE}",
        )
    raise SettingsError(
        f"SUPABASE_KEY in {place} is neither a publishable key nor a legacy anon key.",
        hint=f"Copy the key whole, from sb_publishable_… or eyJ… to its end. {_WHERE}",
    )


def check_secret_key(key: str, place: str) -> None:
    """Pass `sb_secret_…` and a legacy service_role JWT; SettingsError for anything else."""
    if (key.startswith("sb_secret_") and _is_plain(key)) or _role(key) == "service_role":
        return
    raise SettingsError(
        f"SUPABASE_SECRET_KEY in {place} is not a secret key.",
        hint=f"It starts with sb_secret_…; leave it out when you have none. {_WHERE}",
    )


def _is_plain(key: str) -> bool:
    return key.isascii() and key.replace("_", "").replace("-", "").isalnum()


def _kind(key: str, role: str | None) -> str:
    if key.startswith("sb_secret_"):
        return "a secret key (sb_secret_…)"
    if key.startswith("sbp_"):
        return "a personal access token of the dashboard (sbp_…)"
    return f"a JWT of the role {role!r}"


def _role(key: str) -> str | None:
    """The role that a JWT names, unverified: only its owner can be misled. None when it is no JWT."""
    parts = key.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.b64decode(parts[1] + "==", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
    return str(claims.get("role", "")) if isinstance(claims, dict) else None
