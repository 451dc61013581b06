"""What to do about an error of the local stack, where the usual advice is meant for a hosted project."""

from __future__ import annotations

_COMES_BACK = (
    "The console starts the database on this machine again by itself: try again in a moment. "
    "If it stays away, genjobs local status names the part that is down."
)
_MADE_ANEW = (
    "The database on this machine may have been made anew. Reload this page; if you are still signed in, "
    "sign out and in again."
)
_SOMETHING_ELSE = (
    "Something else answers at the address of the database on this machine. Look with genjobs local status, "
    "and start the console again."
)

HINTS: dict[str, str] = {
    # of the data: see genjobs.data.transport.error_codes
    "ConnectError": _COMES_BACK,
    "ConnectTimeout": _COMES_BACK,
    "401": _MADE_ANEW,
    **dict.fromkeys(("301", "302", "307", "308"), _SOMETHING_ELSE),
    **dict.fromkeys(
        ("UnsupportedProtocol", "InvalidURL", "TooManyRedirects", "DecodingError"), _SOMETHING_ELSE
    ),
    # of signing in: see genjobs.auth.error_codes
    "unavailable": _COMES_BACK,
    "key_refused": _MADE_ANEW,
    "no_auth_server": _SOMETHING_ELSE,
    "unreadable_answer": _SOMETHING_ELSE,
}
"""By the code of the error: in place of each hint that speaks of SUPABASE_URL, its key or the network."""
