"""Advice for errors of the local stack, where the usual advice is meant for a hosted project."""

from __future__ import annotations

_COMES_BACK = (
    "The console restarts the database on this machine by itself. Try again in a moment. "
    "If it does not come back, genjobs local status names the part that is down."
)
_MADE_ANEW = (
    "The database on this machine may have been recreated. Reload this page. If you are still signed in, "
    "sign out and in again."
)
_SOMETHING_ELSE = (
    "Something else answers at the address of the database on this machine. Check with genjobs local status, "
    "then restart the console."
)

COMES_BACK = frozenset({"ConnectError", "ConnectTimeout", "unavailable"})
"""The codes of a database that does not answer, and that the console restarts unless somebody stopped it."""
HINTS: dict[str, str] = {
    # of the data: see genjobs.data.transport.error_codes
    **dict.fromkeys(COMES_BACK, _COMES_BACK),
    "401": _MADE_ANEW,
    **dict.fromkeys(("301", "302", "307", "308"), _SOMETHING_ELSE),
    **dict.fromkeys(
        ("UnsupportedProtocol", "InvalidURL", "TooManyRedirects", "DecodingError"), _SOMETHING_ELSE
    ),
    # of signing in: see genjobs.auth.error_codes
    **dict.fromkeys(("key_refused", "secret_key_refused"), _MADE_ANEW),
    "no_auth_server": _SOMETHING_ELSE,
    "unreadable_answer": _SOMETHING_ELSE,
}
"""Advice by error code, in place of each hint that mentions SUPABASE_URL, its key or the network."""
