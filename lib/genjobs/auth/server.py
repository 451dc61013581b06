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
_REFUSED = (401, 403)
_ALREADY_OUT = ("bad_jwt", "session_not_found", "user_not_found", "user_banned")
_TOLD_TO_NOBODY = ("otp_disabled", "over_email_send_rate_limit")
"""The one is answered only about addresses without an account, the other only about those with one."""
logger = logging.getLogger(__name__)


class AuthServer:
    """Signs people in with the project behind `connection`, through `pool`.

    With `secret_key` a call tells the server the `visitor` (an IP address) it is made for, so that its limits
    count visitors and not the console; the key goes nowhere else. Every method raises a ConsoleError.
    """

    def __init__(self, connection: Connection, pool: httpx.Client, secret_key: str | None = None) -> None:
        self._connection = connection
        self._pool = pool
        self._secret_key = secret_key

    def sign_in(self, email: str, password: str, *, visitor: str | None = None) -> Tokens:
        """Sign in with a password; NotSignedIn when it is wrong or the address is not confirmed."""
        with mapped():
            answer = self._client(visitor).sign_in_with_password({"email": email, "password": password})
        return _tokens(answer)

    def sign_up(self, email: str, password: str, *, visitor: str | None = None) -> Tokens | None:
        """Make an account; None when a code must confirm it first, also where the address has an account."""
        with mapped(), _telling_nobody():
            answer = self._client(visitor).sign_up({"email": email, "password": password})
            return _tokens(answer) if answer.session else None
        return None

    def send_code(self, email: str, *, visitor: str | None = None) -> None:
        """Send a one-time code, at most one a minute, none to an unknown address: no answer tells which."""
        with mapped(), _telling_nobody():
            self._client(visitor).sign_in_with_otp({"email": email, "options": {"should_create_user": False}})

    def verify_code(
        self, email: str, code: str, kind: Literal["email", "recovery"], *, visitor: str | None = None
    ) -> Tokens:
        """Sign in with the code of a message: `recovery` for a forgotten password, else `email`."""
        with mapped():
            answer = self._client(visitor).verify_otp({"email": email, "token": code, "type": kind})
        return _tokens(answer)

    def send_recovery(self, email: str, *, visitor: str | None = None) -> None:
        """Send a code that allows to set a new password, by the rules of `send_code`."""
        with mapped(), _telling_nobody():
            self._client(visitor).reset_password_for_email(email)

    def set_password(self, tokens: Tokens, password: str, *, visitor: str | None = None) -> None:
        """Give the owner of `tokens` a new password; the server ends that person's other sessions."""
        with mapped():
            client = self._client(visitor)
            client.set_session(tokens.access_token, tokens.refresh_token)
            client.update_user({"password": password})

    def refresh(self, refresh_token: str, *, visitor: str | None = None) -> Tokens:
        """New tokens for a refresh token, which is used up; NotSignedIn when the session is gone."""
        with mapped():
            answer = self._client(visitor).refresh_session(refresh_token)
        return _tokens(answer)

    def refusal(self, access_token: str) -> str | None:
        """The code by which the server refuses the owner of a token from now on; None when it does not.

        It has two seconds. None also when it fails or does not answer: a server that is out of reach signs
        nobody out.
        """
        headers = {**self._headers(None), "Authorization": f"Bearer {access_token}"}
        try:
            answer = self._pool.get(
                f"{self._connection.url}/auth/v1/user", headers=headers, timeout=_PATIENCE
            )
        except httpx.HTTPError as error:
            logger.warning("The auth server did not say whether a session still holds: %r", error)
            return None
        return code_of(answer) if answer.status_code in _REFUSED else None

    def sign_out(self, access_token: str, scope: Literal["local", "global"]) -> None:
        """End the session of a token, or all of its owner's; one that has ended already is fine."""
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

    def _headers(self, visitor: str | None) -> dict[str, str]:
        if self._secret_key and _is_address(visitor):
            return {"apikey": self._secret_key, "Sb-Forwarded-For": str(visitor)}
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
