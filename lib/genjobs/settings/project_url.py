"""The URL of a Supabase project in normalised form."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from genjobs.domain.errors import SettingsError

_LIKE = "It looks like https://<project ref>.supabase.co."
_DEFAULT_PORTS = {"https": 443, "http": 80}


def normalised(text: str, place: str) -> str:
    """`text` in lower case, without default port and final slashes. Raises SettingsError if unusable.

    Only https is accepted, except for this machine, because passwords and tokens are sent over it.
    """
    parts = _split(text, place)
    host = parts.hostname or ""
    if parts.scheme not in _DEFAULT_PORTS or not host:
        raise _refused(place, "is not an http address", _LIKE)
    if parts.scheme == "http" and not is_loopback(host):
        raise _refused(place, f"would send passwords to {host} unencrypted", "Use its https address.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _refused(place, "has more than a host and a path", _LIKE)
    _check_path(parts, host, place)
    return f"{parts.scheme}://{_authority(parts, host)}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or an address without brackets, is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str, place: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise _refused(place, f"is not an address ({error})", _LIKE) from error
    if any(character.isspace() or not character.isprintable() for character in text):
        raise _refused(place, "contains a blank or a control character", _LIKE)
    return parts


def _check_path(parts: SplitResult, host: str, place: str) -> None:
    if host in ("supabase.com", "www.supabase.com", "app.supabase.com"):
        raise _refused(place, "is the dashboard's address, not the project's", _LIKE)
    if parts.path.rstrip("/").endswith(("/rest/v1", "/auth/v1")):
        raise _refused(
            place, "is the address of one service of the project", "Leave out /rest/v1 or /auth/v1."
        )


def _authority(parts: SplitResult, host: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{name}:{parts.port}"


def _refused(place: str, reason: str, hint: str) -> SettingsError:
    return SettingsError(f"SUPABASE_URL in {place} {reason}.", hint=hint)
