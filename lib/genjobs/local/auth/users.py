"""Users: creating and finding them, and their format for clients."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from genjobs.local.auth.context import Call, Row, queries
from genjobs.local.auth.refusals import AuthRefusal, invalid

_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")
MOST_ADDRESS = 255


def address_in(call: Call, field: str = "email") -> str:
    """The e-mail address of a call, in lower case. Refuses an invalid one."""
    email = call.text(field).strip().lower()
    if not _ADDRESS.fullmatch(email) or len(email) > MOST_ADDRESS:
        raise invalid("Unable to validate email address: invalid format")
    return email


def refuse_phone(call: Call, message: str, status: int = 400) -> None:
    """Refuse a call that is about a telephone number."""
    if call.text("phone"):
        raise AuthRefusal(status, "phone_provider_disabled", message)


def find(call: Call, email: str) -> Row | None:
    """The user with that address, locked until the call ends."""
    user: Row | None = queries.user_by_email(call.connection, email=email)
    return user


def by_id(call: Call, user_id: str) -> Row | None:
    user: Row | None = queries.user_by_id(call.connection, user_id=user_id)
    return user


def add(
    call: Call,
    email: str,
    password: str | None,
    *,
    confirmed: bool,
    user_metadata: dict[str, Any],
    app_metadata: dict[str, Any] | None = None,
    role: str = "authenticated",
    user_id: str | None = None,
    by_admin: bool = False,
) -> Row | None:
    """Create a user with an e-mail identity; None if the address or the id is already taken.

    On sign-up the metadata repeat the identity's data; for a user created `by_admin` they do not.
    """
    now = call.server.now()
    identifier = user_id or str(uuid.uuid4())
    identity = _identity(identifier, email, confirmed)
    user: Row | None = queries.add_user(
        call.connection,
        user_id=identifier,
        role=role,
        email=email,
        encrypted_password=call.server.passwords.hashed(password) if password else None,
        confirmed_at=now if confirmed else None,
        app_metadata=Jsonb({"provider": "email", "providers": ["email"], **(app_metadata or {})}),
        user_metadata=Jsonb(user_metadata if by_admin else {**user_metadata, **identity}),
        now=now,
    )
    if user:
        queries.add_identity(call.connection, user_id=identifier, identity_data=Jsonb(identity), now=now)
    return user


def _identity(user_id: str, email: str, confirmed: bool) -> dict[str, Any]:
    return {"sub": user_id, "email": email, "email_verified": confirmed, "phone_verified": False}


def confirm(call: Call, user: Row) -> Row:
    """Mark the user's address as confirmed, also in the metadata if they mention it."""
    now, proven = call.server.now(), {"email": user["email"], "email_verified": True}
    queries.confirm_email(call.connection, user_id=user["id"], now=now)
    queries.mark_identity(call.connection, user_id=user["id"], email=user["email"], verified=True, now=now)
    told = {name: value for name, value in proven.items() if name in (user["raw_user_meta_data"] or {})}
    merge(call, user, user_metadata=told)
    return queries.user_by_id(call.connection, user_id=user["id"])  # type: ignore[no-any-return]


def merge(
    call: Call, user: Row, *, user_metadata: dict[str, Any], app_metadata: dict[str, Any] | None = None
) -> None:
    """Merge into a user's metadata; a null removes a key."""
    queries.merge_metadata(
        call.connection,
        user_id=user["id"],
        user_metadata=Jsonb(user_metadata),
        app_metadata=Jsonb(app_metadata or {}),
        now=call.server.now(),
    )


def refuse_banned(call: Call, user: Row, status: int) -> None:
    if user["banned_until"] and user["banned_until"] > call.server.now():
        raise AuthRefusal(status, "user_banned", "User is banned")


def view(call: Call, user: Row) -> dict[str, Any]:
    """A user in the clients' format."""
    identities = queries.identities_of(call.connection, user_id=user["id"])
    shown = {
        "id": str(user["id"]),
        "aud": user["aud"] or "authenticated",
        "role": user["role"] or "authenticated",
        "email": user["email"] or "",
        "phone": user["phone"] or "",
        "app_metadata": user["raw_app_meta_data"] or {},
        "user_metadata": user["raw_user_meta_data"] or {},
        "is_anonymous": user["is_anonymous"],
        "identities": [_identity_view(identity) for identity in identities],
        "created_at": moment(user["created_at"] or call.server.now()),
    }
    pending = {"new_email": user["email_change"]} if user["email_change"] else {}
    times = {name: moment(user[name]) for name in _TIMES if user[name]}
    return {**shown, **pending, **times}


_TIMES = (
    "email_confirmed_at",
    "confirmed_at",
    "last_sign_in_at",
    "updated_at",
    "confirmation_sent_at",
    "recovery_sent_at",
    "email_change_sent_at",
    "banned_until",
)


def _identity_view(identity: Row) -> dict[str, Any]:
    times = {name: moment(identity[name]) for name in ("last_sign_in_at", "created_at", "updated_at")}
    return {
        "identity_id": str(identity["id"]),
        "id": identity["provider_id"],
        "user_id": str(identity["user_id"]),
        "identity_data": identity["identity_data"],
        "provider": identity["provider"],
        "email": identity["email"],
        **times,
    }


def moment(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
