"""Sessions: opening one, refreshing it with rotating tokens, ending it."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import Any

from genjobs.local.auth import users
from genjobs.local.auth.context import Call, Row, queries
from genjobs.local.auth.refusals import AuthRefusal, invalid
from genjobs.local.auth.tokens import AUDIENCE

SHORTEST_TOKEN = 12


def open_for(call: Call, user: Row, method: str) -> dict[str, Any]:
    """Open a session of `user`, signed in by `method` (password or otp), in the clients' format."""
    now, session_id = call.server.now(), str(uuid.uuid4())
    queries.add_session(
        call.connection,
        session_id=session_id,
        user_id=user["id"],
        now=now,
        user_agent=call.user_agent,
        address=call.address,
    )
    queries.add_method(call.connection, session_id=session_id, method=method, now=now)
    queries.note_sign_in(call.connection, user_id=user["id"], now=now)
    return _issue(call, user["id"], session_id, _new_token(call, user["id"], session_id, parent=None))


def refresh(call: Call) -> dict[str, Any]:
    """Exchange a refresh token for new tokens. If it was used before, it may be stolen: the session ends."""
    token = _presented(call)
    session = queries.session_for_refresh(call.connection, session_id=token["session_id"])
    if session is None:
        raise AuthRefusal(400, "session_not_found", "Invalid Refresh Token: Session Not Found")
    if session["not_after"] and session["not_after"] < call.server.now():
        raise AuthRefusal(400, "session_expired", "Invalid Refresh Token: Session Expired")
    _refuse_banned_owner(call, token)
    token = queries.refresh_token(call.connection, token=token["token"])
    successor = _successor(call, token) if token["revoked"] else None
    queries.note_refresh(
        call.connection,
        session_id=session["id"],
        now=call.server.now(),
        user_agent=call.user_agent,
        address=call.address,
    )
    return _issue(call, token["user_id"], session["id"], successor or _rotate(call, token))


def _presented(call: Call) -> Row:
    text = call.text("refresh_token")
    if not text:
        raise invalid("refresh_token required")
    if len(text) < SHORTEST_TOKEN:
        raise invalid("Invalid Refresh Token: Token Too Short")
    token: Row | None = queries.refresh_token(call.connection, token=text)
    if token is None:
        raise AuthRefusal(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
    return token


def _refuse_banned_owner(call: Call, token: Row) -> None:
    owner = users.by_id(call, token["user_id"])
    if owner is not None:
        users.refuse_banned(call, owner, 400)


def _successor(call: Call, used: Row) -> str | None:
    """The active token if `used` is its parent, as when the client never got the answer to its refresh."""
    active = queries.active_refresh_token(call.connection, session_id=used["session_id"])
    if active and active["parent"] == used["token"]:
        return str(active["token"])
    grace = timedelta(seconds=call.server.options.reuse_seconds)
    if used["updated_at"] + grace >= call.server.now():
        return None
    queries.revoke_session(call.connection, session_id=used["session_id"], now=call.server.now())
    message = "Invalid Refresh Token: Already Used"
    raise AuthRefusal(400, "refresh_token_already_used", message, keep=True)


def _rotate(call: Call, token: Row) -> str:
    queries.revoke_refresh_token(call.connection, token=token["token"], now=call.server.now())
    return _new_token(call, token["user_id"], token["session_id"], parent=token["token"])


def _new_token(call: Call, user_id: str, session_id: str, parent: str | None) -> str:
    token = secrets.token_urlsafe(18)
    queries.add_refresh_token(
        call.connection,
        token=token,
        user_id=user_id,
        session_id=session_id,
        parent=parent,
        now=call.server.now(),
    )
    return token


def _issue(call: Call, user_id: str, session_id: str, refresh_token: str) -> dict[str, Any]:
    user = users.view(call, queries.user_by_id(call.connection, user_id=user_id))
    issued, seconds = call.server.now(), call.server.options.token_seconds
    return {
        "access_token": call.server.signer.sign(_claims(call, user, session_id), issued, seconds),
        "token_type": "bearer",
        "expires_in": seconds,
        "expires_at": int(issued.timestamp()) + seconds,
        "refresh_token": refresh_token,
        "user": user,
    }


def _claims(call: Call, user: dict[str, Any], session_id: str) -> dict[str, Any]:
    methods = queries.methods_of(call.connection, session_id=session_id)
    carried = ("email", "phone", "app_metadata", "user_metadata", "role", "is_anonymous")
    return {
        **{name: user[name] for name in carried},
        "sub": user["id"],
        "aud": AUDIENCE,
        "aal": "aal1",
        "amr": [
            {"method": method["authentication_method"], "timestamp": int(method["created_at"].timestamp())}
            for method in methods
        ],
        "session_id": str(session_id),
    }


def current(call: Call) -> tuple[Row, str]:
    """The user of the call's token, and the session's id. Refuses calls without a session."""
    if not call.bearer:
        raise AuthRefusal(401, "no_authorization", "This endpoint requires a valid Bearer token")
    claims = call.server.signer.verified(call.bearer)
    user = users.by_id(call, _uuid_claim(claims, "sub"))
    if user is None:
        raise AuthRefusal(403, "user_not_found", "User from sub claim in JWT does not exist")
    session_id = _uuid_claim(claims, "session_id")
    if queries.session_by_id(call.connection, session_id=session_id) is None:
        raise AuthRefusal(403, "session_not_found", "Session from session_id claim in JWT does not exist")
    return user, session_id


def _uuid_claim(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not value:
        raise AuthRefusal(403, "bad_jwt", f"invalid claim: missing {name} claim")
    try:
        return str(uuid.UUID(str(value)))
    except ValueError as error:
        raise AuthRefusal(403, "bad_jwt", f"invalid claim: {name} claim must be a UUID") from error


def end(call: Call) -> None:
    """Sign out: `scope` says whether everywhere (global, the default), here (local) or elsewhere (others)."""
    user, session_id = current(call)
    scope = call.query.get("scope", "global")
    if scope == "global":
        queries.delete_all_sessions(call.connection, user_id=user["id"])
    elif scope == "local":
        queries.delete_session(call.connection, session_id=session_id)
    elif scope == "others":
        queries.delete_other_sessions(call.connection, user_id=user["id"], session_id=session_id)
    else:
        raise invalid(f"Unsupported logout scope {scope!r}")
