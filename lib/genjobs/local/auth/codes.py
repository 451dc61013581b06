"""One-time codes: created, mailed, used once, and invalidated by wrong attempts."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Any

from genjobs.local.auth import users
from genjobs.local.auth.context import Call, Row, queries
from genjobs.local.auth.refusals import AuthRefusal, invalid
from genjobs.local.outbox import Mail

CONFIRMATION, RECOVERY, EMAIL_CHANGE = "confirmation_token", "recovery_token", "email_change_token_new"
TOKEN_TYPES = {
    "signup": [CONFIRMATION],
    "invite": [CONFIRMATION],
    "magiclink": [RECOVERY],
    "recovery": [RECOVERY],
    "email": [CONFIRMATION, RECOVERY],
    "email_change": [EMAIL_CHANGE],
}
MOST_TRIES = 5
SUBJECTS = {
    "signup": "Confirm your sign-up",
    "magiclink": "Your sign-in code",
    "recovery": "Reset your password",
    "email_change": "Confirm your new address",
}


def space(call: Call, email: str, *kinds: str) -> None:
    """Raise a 429 if a mail of `kinds` was requested too recently for the account of `email`.

    Call it before checking whether the account exists, so that the answer does not reveal that.
    """
    for token_type in dict.fromkeys(map(_token_type, kinds)):
        call.server.mail_spacing.take(token_type, email)


def send(call: Call, user: Row, kind: str, to: str) -> None:
    """Mail a fresh code of `kind` (a key of SUBJECTS)."""
    token_type = _token_type(kind)
    code = f"{secrets.randbelow(1_000_000):06d}"
    prefix = "pkce_" if call.text("code_challenge") else ""
    token_hash = prefix + _hashed(call, to, code)
    queries.put_code(
        call.connection,
        user_id=user["id"],
        token_type=token_type,
        token_hash=token_hash,
        relates_to=to,
        now=call.server.now(),
    )
    queries.note_code_sent(call.connection, user_id=user["id"], token_type=token_type, now=call.server.now())
    text = f"{SUBJECTS[kind]}. The code is {code}. It works once."
    call.mails.append(Mail(to, kind, SUBJECTS[kind], text, code, token_hash, call.server.now()))


def _token_type(kind: str) -> str:
    return {"signup": CONFIRMATION, "email_change": EMAIL_CHANGE}.get(kind, RECOVERY)


def _hashed(call: Call, email: str, code: str) -> str:
    """A keyed hash, so that nobody can guess codes by their hashes, for which attempts are not counted."""
    return hmac.new(call.server.signer.legacy_secret, f"{email} {code}".encode(), "sha224").hexdigest()


def take(call: Call) -> tuple[Row, Row]:
    """The user of the call's code or hash, and the code's row. Raises a 403 otp_expired otherwise."""
    kind = call.text("type")
    if kind not in TOKEN_TYPES:
        raise invalid(f"Unsupported verification type {kind!r}: expected one of {', '.join(TOKEN_TYPES)}")
    code = _tried(call, TOKEN_TYPES[kind])
    user = users.by_id(call, code["user_id"]) if code else None
    if code is None or user is None:
        raise AuthRefusal(403, "otp_expired", "Token has expired or is invalid", keep=True)
    users.refuse_banned(call, user, 403)
    return user, code


def _tried(call: Call, token_types: list[str]) -> Row | None:
    """Use up the code and return its row. A wrong code counts against each code that it could have been."""
    token_hash, code = call.text("token_hash"), call.text("token").strip()
    if token_hash:
        return _taken(call, [token_hash], token_types)
    if not code:
        raise invalid("Verify requires either a token or a token hash")
    email = users.address_in(call)
    tried: dict[str, Any] = {"address": email, "token_types": token_types}
    list(queries.codes_to_try(call.connection, **tried))
    plain = _hashed(call, email, code)
    taken = _taken(call, [plain, f"pkce_{plain}"], token_types)
    if taken is None:
        queries.count_wrong_try(call.connection, **tried)
        queries.end_codes(call.connection, **tried, most_tries=MOST_TRIES)
    return taken


def _taken(call: Call, token_hashes: list[str], token_types: list[str]) -> Row | None:
    row: Row | None = queries.take_code(
        call.connection,
        token_hashes=token_hashes,
        token_types=token_types,
        made_after=call.server.now() - timedelta(seconds=call.server.options.code_seconds),
    )
    return row


def prove(call: Call, user: Row, code: Row) -> Row:
    """Confirm that the address to which the code was sent belongs to its user."""
    if code["token_type"] != EMAIL_CHANGE:
        return users.confirm(call, user)
    return change_address(call, user, code["relates_to"])


def change_address(call: Call, user: Row, email: str) -> Row:
    """Change the user's address. Raises a 422 if somebody has the new one."""
    taken = users.find(call, email)
    if taken and taken["id"] != user["id"]:
        raise AuthRefusal(422, "email_exists", "A user with this email address has already been registered")
    queries.set_email(call.connection, user_id=user["id"], email=email, now=call.server.now())
    changed: dict[str, Any] = {**user, "email": email}
    return users.confirm(call, changed)
