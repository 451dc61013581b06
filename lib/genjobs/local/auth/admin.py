"""Endpoints for the holder of a secret key: managing users."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Any

from starlette.responses import JSONResponse, Response

from genjobs.local.auth import codes, passwords, users
from genjobs.local.auth.context import Call, Row, queries
from genjobs.local.auth.durations import duration
from genjobs.local.auth.refusals import AuthRefusal, invalid

PAGE_SIZE, MOST_A_PAGE = 50, 1000
LONGEST_NUMBER = 9
NO_PHONES = "The local auth server keeps no telephone numbers"
Endpoint = Callable[[Call], Response]


def admin_only(endpoint: Endpoint) -> Endpoint:
    """Refuse callers whose token is not a service_role's."""

    def checked(call: Call) -> Response:
        if not call.bearer:
            raise AuthRefusal(401, "no_authorization", "This endpoint requires a valid Bearer token")
        if call.server.signer.verified(call.bearer).get("role") not in ("service_role", "supabase_admin"):
            raise AuthRefusal(403, "not_admin", "User not allowed")
        return endpoint(call)

    return checked


def create_user(call: Call) -> Response:
    users.refuse_phone(call, NO_PHONES)
    email, password, ban = users.address_in(call), call.text("password"), _ban(call)
    if password:
        passwords.check(password, call.server.options.minimum_password)
    user_id = _chosen_id(call)
    user = users.add(
        call,
        email,
        password,
        confirmed=call.body.get("email_confirm") is True,
        user_metadata=call.mapping("user_metadata"),
        app_metadata=call.mapping("app_metadata"),
        role=call.text("role") or "authenticated",
        user_id=user_id,
        by_admin=True,
    )
    if user is None:
        raise _taken(call, email)
    if ban:
        _set(call, user, queries.ban, until=call.server.now() + ban)
    return _shown(call, user["id"])


def _chosen_id(call: Call) -> str | None:
    """The id that the caller chose for the user; None if the server chooses."""
    if not call.text("id"):
        return None
    try:
        chosen = uuid.UUID(call.text("id"))
    except ValueError as error:
        raise invalid("ID must conform to the uuid v4 format") from error
    if not chosen.int:
        raise invalid("ID cannot be a nil uuid")
    return str(chosen)


def _taken(call: Call, email: str) -> AuthRefusal:
    if users.find(call, email):
        return AuthRefusal(422, "email_exists", "A user with this email address has already been registered")
    return AuthRefusal(422, "user_already_exists", "A user with this ID exists already")


def list_users(call: Call) -> Response:
    page, size = _number(call, "page", 1), min(_number(call, "per_page", PAGE_SIZE), MOST_A_PAGE)
    total: int = queries.count_users(call.connection)
    found = queries.list_users(call.connection, size=size, skipped=(page - 1) * size)
    body = {"users": [users.view(call, user) for user in list(found)], "aud": "authenticated"}
    return JSONResponse(body, headers={"X-Total-Count": str(total), "Link": _links(page, size, total)})


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or len(text) > LONGEST_NUMBER or int(text) < 1:
        raise invalid(f"Bad Pagination Parameters: {name} must be a number from 1 to {'9' * LONGEST_NUMBER}")
    return int(text)


def _links(page: int, size: int, total: int) -> str:
    last = max(1, ceil(total / size))
    wanted = {"next": page + 1, "last": last} if page < last else {"last": last}
    return ", ".join(
        f'</admin/users?page={number}&per_page={size}>; rel="{name}"' for name, number in wanted.items()
    )


def read_user(call: Call) -> Response:
    return _shown(call, _known(call)["id"])


def change_user(call: Call) -> Response:
    users.refuse_phone(call, NO_PHONES)
    user, ban = _known(call), _ban(call)
    users.merge(
        call, user, user_metadata=call.mapping("user_metadata"), app_metadata=call.mapping("app_metadata")
    )
    if call.text("password"):
        passwords.check(call.text("password"), call.server.options.minimum_password)
        _set(
            call,
            user,
            queries.set_password,
            encrypted_password=call.server.passwords.hashed(call.text("password")),
        )
    if call.text("role"):
        _set(call, user, queries.set_role, role=call.text("role"))
    if ban is not None:
        _set(call, user, queries.ban, until=call.server.now() + ban if ban else None)
    if call.text("email") and users.address_in(call) != user["email"]:
        user = codes.change_address(call, user, users.address_in(call))
    if call.body.get("email_confirm") is True:
        users.confirm(call, user)
    return _shown(call, user["id"])


def delete_user(call: Call) -> Response:
    if call.body.get("should_soft_delete") is True:
        raise invalid("The local auth server deletes users for good only: leave should_soft_delete out")
    queries.delete_user(call.connection, user_id=_known(call)["id"])
    return JSONResponse({})


def _known(call: Call) -> Row:
    try:
        user_id = uuid.UUID(call.path["user_id"])
    except ValueError as error:
        raise AuthRefusal(404, "validation_failed", "user_id must be an UUID") from error
    user = users.by_id(call, str(user_id))
    if user is None:
        raise AuthRefusal(404, "user_not_found", "User not found")
    return user


def _set(call: Call, user: Row, query: Any, **values: Any) -> None:
    query(call.connection, user_id=user["id"], now=call.server.now(), **values)


def _ban(call: Call) -> timedelta | None:
    """The duration of a ban, zero if it is lifted; None if the call does not mention a ban."""
    text = call.text("ban_duration")
    if not text:
        return None
    try:
        return duration("0" if text == "none" else text)
    except ValueError as error:
        raise invalid(f"invalid format for ban duration: {error}") from error


def _shown(call: Call, user_id: str) -> Response:
    return JSONResponse(users.view(call, queries.user_by_id(call.connection, user_id=user_id)))
