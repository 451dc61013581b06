"""Endpoints for a person: signing up and in, confirming an address, reading and changing the account."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.responses import JSONResponse, Response

from genjobs.local.auth import codes, passwords, sessions, users
from genjobs.local.auth.context import Call, Row, queries
from genjobs.local.auth.refusals import AuthRefusal, invalid


def sign_up(call: Call) -> Response:
    if not call.server.options.signups:
        raise AuthRefusal(422, "signup_disabled", "Signups not allowed for this instance")
    email, password = _credentials(call)
    autoconfirm = call.server.options.autoconfirm
    if not autoconfirm:
        codes.space(call, email, "signup")
    added = users.add(call, email, password, confirmed=autoconfirm, user_metadata=call.mapping("data"))
    if added is None:
        return _sign_up_again(call, email)
    if autoconfirm:
        return JSONResponse(sessions.open_for(call, added, "password"))
    return _asked_to_confirm(call, added)


def _credentials(call: Call) -> tuple[str, str]:
    """The e-mail address and password of a sign-up."""
    if not call.text("email") and not call.text("phone"):
        raise AuthRefusal(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
    password = call.text("password")
    if not password:
        raise invalid("Signup requires a valid password")
    passwords.check(password, call.server.options.minimum_password)
    users.refuse_phone(call, "Phone signups are disabled")
    return users.address_in(call), password


def _asked_to_confirm(call: Call, user: Row) -> Response:
    codes.send(call, user, "signup", user["email"])
    return JSONResponse(users.view(call, queries.user_by_id(call.connection, user_id=user["id"])))


def _sign_up_again(call: Call, email: str) -> Response:
    """For a known address: outsiders cannot tell that it is known, unless sign-up needs no confirmation."""
    known = users.find(call, email)
    if known is None or call.server.options.autoconfirm:
        raise AuthRefusal(422, "user_already_exists", "User already registered")
    if known["email_confirmed_at"]:
        return JSONResponse(_invented(call, email))
    return _asked_to_confirm(call, known)


def _invented(call: Call, email: str) -> dict[str, Any]:
    now = users.moment(call.server.now())
    return {
        "id": str(uuid.uuid4()),
        "aud": "authenticated",
        "role": "authenticated",
        "email": email,
        "phone": "",
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": call.mapping("data"),
        "is_anonymous": False,
        "identities": [],
        "confirmation_sent_at": now,
        "created_at": now,
        "updated_at": now,
    }


def token(call: Call) -> Response:
    grant = call.query.get("grant_type", "")
    if grant == "password":
        return JSONResponse(_password_grant(call))
    if grant == "refresh_token":
        return JSONResponse(sessions.refresh(call))
    if grant == "pkce":
        raise AuthRefusal(404, "flow_state_not_found", "invalid flow state, no valid flow state found")
    raise invalid(f"unsupported_grant_type {grant!r}")


def _password_grant(call: Call) -> dict[str, Any]:
    users.refuse_phone(call, "Phone logins are disabled", 422)
    email, password = call.text("email").strip().lower(), call.text("password")
    if not email:
        raise invalid("missing email or phone")
    user = users.find(call, email)
    if (
        not call.server.passwords.matches(password, user["encrypted_password"] if user else None)
        or user is None
    ):
        raise AuthRefusal(400, "invalid_credentials", "Invalid login credentials")
    users.refuse_banned(call, user, 400)
    if not user["email_confirmed_at"]:
        raise AuthRefusal(400, "email_not_confirmed", "Email not confirmed")
    return sessions.open_for(call, user, "password")


def log_out(call: Call) -> Response:
    sessions.end(call)
    return Response(status_code=204)


def one_time_code(call: Call) -> Response:
    users.refuse_phone(call, "Unsupported phone provider")
    email = users.address_in(call)
    codes.space(call, email, "signup", "magiclink")
    user = users.find(call, email) or _newcomer(call, email)
    kind = "magiclink" if user["email_confirmed_at"] else "signup"
    codes.send(call, user, kind, email)
    return JSONResponse({})


def _newcomer(call: Call, email: str) -> Row:
    options = call.server.options
    if call.body.get("create_user", True) is False or not options.signups:
        raise AuthRefusal(422, "otp_disabled", "Signups not allowed for otp")
    data = call.mapping("data")
    user = users.add(call, email, None, confirmed=options.autoconfirm, user_metadata=data)
    if user is None:
        raise AuthRefusal(409, "conflict", "Somebody else signed up with this address at this moment")
    return user


def recover(call: Call) -> Response:
    """The same answer whether or not the user exists, however often it is requested."""
    email = users.address_in(call)
    codes.space(call, email, "recovery")
    user = users.find(call, email)
    if user:
        codes.send(call, user, "recovery", email)
    return JSONResponse({})


def resend(call: Call) -> Response:
    """The same answer whether or not such a mail is pending."""
    users.refuse_phone(call, "Phone logins are disabled")
    kind, email = call.text("type"), users.address_in(call)
    if kind not in ("signup", "email_change"):
        raise invalid("Missing one of these types: signup, email_change")
    codes.space(call, email, kind)
    user = users.find(call, email)
    if user and kind == "signup" and not user["email_confirmed_at"]:
        codes.send(call, user, kind, email)
    if user and kind == "email_change" and user["email_change"]:
        codes.send(call, user, kind, user["email_change"])
    return JSONResponse({})


def verify(call: Call) -> Response:
    users.refuse_phone(call, "Phone logins are disabled")
    user, code = codes.take(call)
    return JSONResponse(sessions.open_for(call, codes.prove(call, user, code), "otp"))


def read_user(call: Call) -> Response:
    user, _ = sessions.current(call)
    users.refuse_banned(call, user, 403)
    return JSONResponse(users.view(call, user))


def change_user(call: Call) -> Response:
    user, session_id = sessions.current(call)
    users.refuse_banned(call, user, 403)
    users.refuse_phone(call, "Phone logins are disabled")
    if call.text("password"):
        _change_password(call, user, session_id)
    if call.mapping("data"):
        users.merge(call, user, user_metadata=call.mapping("data"))
    if call.text("email"):
        _change_email(call, user)
    changed = queries.user_by_id(call.connection, user_id=user["id"])
    return JSONResponse(users.view(call, changed))


def _change_password(call: Call, user: Row, session_id: str) -> None:
    password, current = call.text("password"), call.text("current_password")
    passwords.check(password, call.server.options.minimum_password)
    if current and not call.server.passwords.matches(current, user["encrypted_password"]):
        raise AuthRefusal(400, "current_password_invalid", "Current password is not valid")
    if call.server.passwords.matches(password, user["encrypted_password"]):
        message = "New password should be different from the old password."
        raise AuthRefusal(422, "same_password", message)
    queries.set_password(
        call.connection,
        user_id=user["id"],
        encrypted_password=call.server.passwords.hashed(password),
        now=call.server.now(),
    )
    queries.delete_other_sessions(call.connection, user_id=user["id"], session_id=session_id)


def _change_email(call: Call, user: Row) -> None:
    email = users.address_in(call)
    if email == user["email"]:
        return
    if call.server.options.autoconfirm:
        codes.change_address(call, user, email)
        return
    if users.find(call, email):
        raise AuthRefusal(422, "email_exists", "A user with this email address has already been registered")
    codes.space(call, user["email"], "email_change")
    queries.propose_email(call.connection, user_id=user["id"], email=email, now=call.server.now())
    codes.send(call, user, "email_change", email)
