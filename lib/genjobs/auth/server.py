"""The auth server of the project, as the sign-in screen needs it.

Each call has a client of its own that keeps no session and starts no timer; only the pool is shared.
"""

from __future__ import annotations

import ipaddress
import logging
from contextlib import AbstractContextManager
from typing import Literal

import httpx
from supabase_auth import SyncGoTrueClient
from supabase_auth.types import AuthResponse
from supabase_auth.types import Session as AuthSession

from genjobs.auth.tokens import Tokens
from genjobs.auth.translation import code_of, mapped, passed_over
from genjobs.domain.errors import UnexpectedError
from genjobs.settings.connection import Connection

_PATIENCE = 2.0
_VISITOR = "Sb-Forwarded-For"
"""A header that the server believes only from the secret key."""
_REFUSED = (401, 403)
_ALREADY_OUT = ("bad_jwt", "session_not_found", "user_not_found", "user_banned")
_TOLD_TO_NOBODY = ("otp_disabled", "over_email_send_rate_limit")
"""The one occurs only for addresses without an account, the other only for those with one."""
logger = logging.getLogger(__name__)


class AuthServer:
    """Signs people in with the project behind `connection`, through `pool`.

    With `secret_key`, a call tells the server for which `visitor` (an IP address) it is made, so that limits
    apply to each visitor and not to the console; the key is used for nothing else. Every method may raise a
    ConsoleError.
    """

    def __init__(self, connection: Connection, pool: httpx.Client, secret_key: str | None = None) -> None:
        self._connection = connection
        self._pool = pool
        self._secret_key = secret_key

    def sign_in(self, email: str, password: str, *, visitor: str | None = None) -> Tokens:
        """Sign in with a password. Raises NotSignedIn if it is wrong or the address is not confirmed."""
        with self._mapped(visitor):
            answer = self._client(visitor).sign_in_with_password({"email": email, "password": password})
        return _tokens(answer)

    def sign_up(self, email: str, password: str, *, visitor: str | None = None) -> Tokens | None:
        """Create an account; None if a code must confirm it first, or if the address already has one."""
        with self._mapped(visitor), _telling_nobody():
            answer = self._client(visitor).sign_up({"email": email, "password": password})
            return _tokens(answer) if answer.session else None
        return None

    def send_code(self, email: str, *, visitor: str | None = None) -> None:
        """Send a one-time code, at most one per minute; an unknown address gets none, without an error."""
        with self._mapped(visitor), _telling_nobody():
            self._client(visitor).sign_in_with_otp({"email": email, "options": {"should_create_user": False}})

    def verify_code(
        self, email: str, code: str, kind: Literal["email", "recovery"], *, visitor: str | None = None
    ) -> Tokens:
        """Sign in with an e-mailed code; `kind` is `recovery` for a forgotten password, else `email`."""
        with self._mapped(visitor):
            answer = self._client(visitor).verify_otp({"email": email, "token": code, "type": kind})
        return _tokens(answer)

    def send_recovery(self, email: str, *, visitor: str | None = None) -> None:
        """Send a code for setting a new password, by the rules of `send_code`."""
        with self._mapped(visitor), _telling_nobody():
            self._client(visitor).reset_password_for_email(email)

    def set_password(self, tokens: Tokens, password: str, *, visitor: str | None = None) -> None:
        """Set a new password for the owner of `tokens`; the server ends that person's other sessions."""
        with self._mapped(visitor):
            client = self._client(visitor)
            client.set_session(tokens.access_token, tokens.refresh_token)
            client.update_user({"password": password})

    def refresh(self, refresh_token: str, *, visitor: str | None = None) -> Tokens:
        """New tokens for a refresh token, usable once. Raises NotSignedIn if the session no longer exists."""
        with self._mapped(visitor):
            answer = self._client(visitor).refresh_session(refresh_token)
        return _tokens(answer)

    def refusal(self, access_token: str) -> str | None:
        """The code with which the server now refuses the owner of a token; None if it accepts them.

        Waits two seconds at most. None also if the server fails or does not answer: an unreachable server
        must not sign anyone out.
        """
        headers = {**self._headers(None), "Authorization": f"Bearer {access_token}"}
        try:
            answer = self._pool.get(
                f"{self._connection.url}/auth/v1/user", headers=headers, timeout=_PATIENCE
            )
        except httpx.HTTPError as error:
            logger.warning("The auth server did not say whether a session is still valid: %r", error)
            return None
        return code_of(answer) if answer.status_code in _REFUSED else None

    def sign_out(self, access_token: str, scope: Literal["local", "global"]) -> None:
        """End the session of a token, or all of its owner's; a session that has already ended is no error."""
        with mapped(), passed_over(lambda error: error.code in _ALREADY_OUT):
            self._client(None).admin.sign_out(access_token, scope)

    def _client(self, visitor: str | None) -> SyncGoTrueClient:
        return SyncGoTrueClient(
            url=f"{self._connection.url}/auth/v1",
            headers=self._headers(visitor),
            http_client=self._pool,
            auto_refresh_token=False,
            persist_session=False,
            flow_type="implicit",
        )

    def _mapped(self, visitor: str | None) -> AbstractContextManager[None]:
        return mapped(secret=_VISITOR in self._headers(visitor))

    def _headers(self, visitor: str | None) -> dict[str, str]:
        if self._secret_key and _is_address(visitor):
            return {"apikey": self._secret_key, _VISITOR: str(visitor)}
        return {"apikey": self._connection.key}


def _telling_nobody() -> AbstractContextManager[None]:
    return passed_over(lambda error: error.code in _TOLD_TO_NOBODY)


def _is_address(visitor: str | None) -> bool:
    try:
        return ipaddress.ip_address(visitor or "") is not None
    except ValueError:
        return False


def _tokens(answer: AuthResponse) -> Tokens:
    session: AuthSession | None = answer.session
    if session is None:
        raise UnexpectedError("The auth server signed in without a session.", hint="Try again.")
    role = session.user.app_metadata.get("console_role")
    return Tokens(
        access_token=session.access_token,
        refresh_token=session.refresh_token,
        expires_in=float(session.expires_in),
        user_id=session.user.id,
        email=session.user.email or "",
        console_role=role if isinstance(role, str) else None,
    )
