"""The auth server as a Starlette application: routes, transactions, limits."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genjobs.local import outbox
from genjobs.local.auth import account, admin, bodies
from genjobs.local.auth.context import AuthServer, Call
from genjobs.local.auth.limits import Buckets
from genjobs.local.auth.refusals import VERSION_HEADER, AuthRefusal, invalid

Endpoint = Callable[[Call], Response]
log = logging.getLogger(__name__)


def application(server: AuthServer) -> Starlette:
    """The auth server, to be mounted under /auth/v1.

    The gateway in front of it sets the client's `address` in the scope's state.
    """
    return Starlette(
        routes=[*_public_routes(server), *_account_routes(server), *_admin_routes(server)],
        exception_handlers={HTTPException: _no_such_route, Exception: _unexpected},
    )


def _no_such_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    message = f"The local auth server has no {request.method} {request.scope['path']}"
    refusal = AuthRefusal(status, "not_found", message)
    return refusal.response(request.headers.get(VERSION_HEADER))


def _unexpected(request: Request, _: Exception) -> Response:
    refusal = AuthRefusal(500, "unexpected_failure", "The auth server failed: see the supervisor's log")
    return refusal.response(request.headers.get(VERSION_HEADER))


def _public_routes(server: AuthServer) -> list[Route]:
    def health(_: Request) -> Response:
        return JSONResponse({"name": "GoTrue", "version": "local", "description": "A local auth server"})

    def settings(_: Request) -> Response:
        return JSONResponse(
            {
                "external": {"email": True, "phone": False, "anonymous_users": False},
                "disable_signup": not server.options.signups,
                "mailer_autoconfirm": server.options.autoconfirm,
                "phone_autoconfirm": False,
                "sms_provider": "",
                "saml_enabled": False,
            }
        )

    def key_set(_: Request) -> Response:
        return JSONResponse(server.signer.public_keys, headers={"Cache-Control": "public, max-age=600"})

    return [
        Route("/health", health),
        Route("/settings", settings),
        Route("/.well-known/jwks.json", key_set),
    ]


def _account_routes(server: AuthServer) -> list[Route]:
    def limited(path: str, endpoint: Endpoint, method: str = "POST") -> Route:
        limit = server.options.token_limit if path == "/token" else server.options.other_limit
        return Route(path, _served(server, endpoint, Buckets(limit, server.clock)), methods=[method])

    return [
        limited("/signup", account.sign_up),
        limited("/token", account.token),
        limited("/otp", account.one_time_code),
        limited("/verify", account.verify),
        limited("/recover", account.recover),
        limited("/resend", account.resend),
        limited("/user", account.change_user, "PUT"),
        Route("/user", _served(server, account.read_user), methods=["GET"]),
        Route("/logout", _served(server, account.log_out), methods=["POST"]),
    ]


def _admin_routes(server: AuthServer) -> list[Route]:
    def route(path: str, method: str, endpoint: Endpoint) -> Route:
        return Route(path, _served(server, admin.admin_only(endpoint)), methods=[method])

    return [
        route("/admin/users", "POST", admin.create_user),
        route("/admin/users", "GET", admin.list_users),
        route("/admin/users/{user_id}", "GET", admin.read_user),
        route("/admin/users/{user_id}", "PUT", admin.change_user),
        route("/admin/users/{user_id}", "DELETE", admin.delete_user),
    ]


def _served(
    server: AuthServer, endpoint: Endpoint, buckets: Buckets | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """`endpoint` with its rate limit, in its own transaction and thread; refusals become responses."""

    async def serve(request: Request) -> Response:
        try:
            if buckets is not None:
                buckets.take(address_of(request))
            raw = await bodies.read(request)
            return await run_in_threadpool(_in_transaction, server, endpoint, request, raw)
        except (AuthRefusal, psycopg.Error, PoolTimeout, ClientDisconnect) as error:
            return _refusal(error).response(request.headers.get(VERSION_HEADER))

    return serve


def _refusal(error: Exception) -> AuthRefusal:
    """The answer to a failed call. Raises unexpected errors again."""
    if isinstance(error, AuthRefusal):
        return error
    if isinstance(error, ClientDisconnect):
        return AuthRefusal(400, "bad_json", "The client disconnected before its body was complete")
    if isinstance(error, psycopg.DataError):
        return invalid(f"A value cannot be stored: {error}")
    if isinstance(error, psycopg.IntegrityError):
        return AuthRefusal(409, "conflict", "What this depends on was changed at the same moment: try again")
    if isinstance(error, (psycopg.OperationalError, PoolTimeout)):
        log.warning("the auth server has no database: %s", error)
        return AuthRefusal(503, "unexpected_failure", "The database behind the auth server is down")
    raise error


def address_of(request: Request) -> str:
    """The client's address: as the gateway says, else the peer's."""
    told: str | None = request.scope.get("state", {}).get("address")
    return told or (request.client.host if request.client else "127.0.0.1")


def _in_transaction(server: AuthServer, endpoint: Endpoint, request: Request, raw: bytes) -> Response:
    body = bodies.parsed(raw)
    refused = None
    with server.pool.connection() as connection:
        call = _call(server, connection, request, body)
        try:
            response = endpoint(call)
        except AuthRefusal as refusal:
            if not refusal.keep:
                raise
            refused = refusal
    if refused:
        raise refused
    for mail in call.mails:
        outbox.send(server.outbox, mail)
    return response


def _call(server: AuthServer, connection: Any, request: Request, body: dict[str, Any]) -> Call:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return Call(
        server=server,
        connection=connection,
        body=body,
        query=request.query_params,
        path=request.path_params,
        bearer=token.strip() if scheme.lower() == "bearer" else "",
        address=address_of(request),
        user_agent=request.headers.get("User-Agent", ""),
    )
