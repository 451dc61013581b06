"""One-time codes: made, mailed, taken once."""

from __future__ import annotations

import hashlib
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
SENT_AT = {
    CONFIRMATION: "confirmation_sent_at",
    RECOVERY: "recovery_sent_at",
    EMAIL_CHANGE: "email_change_sent_at",
}
SUBJECTS = {
    "signup": "Confirm your sign-up",
    "magiclink": "Your sign-in code",
    "recovery": "Reset your password",
    "email_change": "Confirm your new address",
}


def send(call: Call, user: Row, kind: str, to: str) -> None:
    """Mail a fresh code of `kind` (a key of SUBJECTS). Raises a 429 when the last one is too young."""
    token_type = {"signup": CONFIRMATION, "email_change": EMAIL_CHANGE}.get(kind, RECOVERY)
    _refuse_haste(call, user, token_type)
    code = f"{secrets.randbelow(1_000_000):06d}"
    prefix = "pkce_" if call.text("code_challenge") else ""
    token_hash = prefix + _hashed(to, code)
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


def _refuse_haste(call: Call, user: Row, token_type: str) -> None:
    last = user[SENT_AT[token_type]]
    if last is None:
        return
    spacing = timedelta(seconds=call.server.options.mail_spacing_seconds)
    left = (last + spacing - call.server.now()).total_seconds()
    if left > 0:
        message = f"For security purposes, you can only request this after {int(left) + 1} seconds."
        raise AuthRefusal(429, "over_email_send_rate_limit", message)


def _hashed(email: str, code: str) -> str:
    return hashlib.sha224((email + code).encode()).hexdigest()


def take(call: Call) -> tuple[Row, Row]:
    """The user whom the call's code or hash proves, and the code's row. Any doubt is a 403 otp_expired."""
    kind = call.text("type")
    if kind not in TOKEN_TYPES:
        raise invalid(f"Unsupported verification type {kind!r}: expected one of {', '.join(TOKEN_TYPES)}")
    limit = timedelta(seconds=call.server.options.code_seconds)
    code = queries.take_code(
        call.connection,
        token_hashes=_accepted_hashes(call),
        token_types=TOKEN_TYPES[kind],
        made_after=call.server.now() - limit,
    )
    user = users.by_id(call, code["user_id"]) if code else None
    if code is None or user is None:
        raise AuthRefusal(403, "otp_expired", "Token has expired or is invalid")
    users.refuse_banned(call, user, 403)
    return user, code


def _accepted_hashes(call: Call) -> list[str]:
    token_hash, code = call.text("token_hash"), call.text("token")
    if token_hash:
        return [token_hash]
    if not code:
        raise invalid("Verify requires either a token or a token hash")
    plain = _hashed(users.address_in(call), code.strip())
    return [plain, f"pkce_{plain}"]


def prove(call: Call, user: Row, code: Row) -> Row:
    """What taking a code means for its user: the address it was sent to is theirs."""
    if code["token_type"] != EMAIL_CHANGE:
        return users.confirm(call, user)
    return change_address(call, user, code["relates_to"])


def change_address(call: Call, user: Row, email: str) -> Row:
    """Give the user another address. Raises a 422 when somebody has it."""
    taken = users.find(call, email)
    if taken and taken["id"] != user["id"]:
        raise AuthRefusal(422, "email_exists", "A user with this email address has already been registered")
    queries.set_email(call.connection, user_id=user["id"], email=email, now=call.server.now())
    changed: dict[str, Any] = {**user, "email": email}
    users.merge(call, changed, user_metadata={"email": email})
    return users.confirm(call, changed)
