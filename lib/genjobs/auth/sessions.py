"""Opens, looks up, renews and closes the sessions of people signed in.

A browser holds a random id of 256 bits; the store knows only its hash. Tokens are renewed before they expire,
never twice at once: threads and processes wait for a file lock, which is released if its holder dies.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeGuard

from filelock import FileLock, Timeout

from genjobs.auth.endings import Endings
from genjobs.auth.error_codes import error_of
from genjobs.auth.server import AuthServer
from genjobs.auth.session_store import Session, SessionStore
from genjobs.auth.tokens import Tokens
from genjobs.domain.errors import ConsoleError, Forbidden, InvalidInput, NotSignedIn
from genjobs.domain.people import SignedIn
from genjobs.settings.loading import IDLE_HOURS, SESSION_DAYS

Scope = Literal["local", "global"]
Clock = Callable[[], float]

NEEDED_SECONDS = 30.0
RENEW_AHEAD_SECONDS = 90.0
_ASK_EVERY_SECONDS = 60.0
_RECOVERY_SECONDS = 900.0
_ID_LENGTH = 43
_LOCKS = 64
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """A session ends after `idle` without use, and at the latest at the age of `absolute`."""

    idle: timedelta = timedelta(hours=IDLE_HOURS)
    absolute: timedelta = timedelta(days=SESSION_DAYS)


class SessionService:
    """The sessions of one console with one auth server. `clock` gives seconds since 1970."""

    def __init__(
        self,
        store: SessionStore,
        server: AuthServer,
        locks: Path,
        limits: Limits,
        clock: Clock = time.time,
    ) -> None:
        self.server = server
        self._store = store
        self._locks = locks
        self._limits = limits
        self._clock = clock
        self._endings = Endings()
        locks.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()

    @property
    def absolute_limit(self) -> timedelta:
        """The maximum age of a session."""
        return self._limits.absolute

    def open(self, tokens: Tokens, *, visitor: str | None = None, recovering: bool = False) -> str:
        """Open a session for the owner of `tokens`; returns the id for the browser's cookie."""
        now = self._clock()
        self.sweep()
        return self._insert(
            Session(
                key=b"",
                tokens=tokens,
                created_at=now,
                seen_at=now,
                expires_at=now + tokens.expires_in,
                visitor=visitor,
                recovering=recovering,
            )
        )

    def current(self, session_id: object, *, used: bool = True) -> SignedIn | None:
        """The person of a session, with a token valid for another 30 seconds; None if the session has ended.

        Asks the auth server at most once a minute whether it still accepts the person; with `used` false it
        does not ask, and the use does not count. Raises Unavailable if the token must be renewed and the auth
        server does not answer: the session stays.
        """
        session = self._living(session_id)
        if session is None or session.recovering:
            return None
        fresh = self._fresh(session)
        return None if fresh is None or (used and self._was_ended(fresh)) else _person(fresh)

    def why_ended(self, session_id: object) -> str | None:
        """The code of why a session ended; None if there is no session, or it has not ended."""
        if not _is_id(session_id) or self._living(session_id):
            return None
        return self._endings.why(_key(session_id))

    def recovering(self, session_id: object) -> SignedIn | None:
        """The person who may set a new password after a valid code, and has not done so yet; else None."""
        session = self._living(session_id)
        if session is None or not session.recovering:
            return None
        fresh = self._fresh(session)
        return None if fresh is None else _person(fresh)

    def set_password(self, session_id: object, password: str) -> str:
        """Set a new password for the person of a recovering session; returns the id of a new session.

        Their other sessions end, here and at the auth server. Raises NotSignedIn if the session has ended.
        """
        session = self._living(session_id)
        fresh = self._fresh(session) if session and session.recovering else None
        if fresh is None:
            raise error_of("no_recovery")
        self.server.set_password(fresh.tokens, password, visitor=fresh.visitor)
        self._store.delete_user(fresh.tokens.user_id)
        return self._insert(replace(fresh, recovering=False))

    def close(self, session_id: object, scope: Scope = "local") -> None:
        """End a session; with `global`, all of that person's, here and at the auth server.

        It is always closed on this console. Raises Unavailable if the auth server could not be told.
        """
        session = self._living(session_id)
        if session is None:
            return
        try:
            fresh = self._fresh(session)
            if fresh is not None:
                self.server.sign_out(fresh.tokens.access_token, scope)
        finally:
            self._store.delete(session.key)
            if scope == "global":
                self._store.delete_user(session.tokens.user_id)

    def close_store(self) -> None:
        """Close the session store; the sessions stay in it."""
        self._store.close()

    def sweep(self) -> int:
        """Delete the sessions that are past their limits; returns the number deleted."""
        now = self._clock()
        return self._store.sweep(
            now - self._limits.idle.total_seconds(), now - self._limits.absolute.total_seconds()
        )

    def _insert(self, session: Session) -> str:
        session_id = secrets.token_urlsafe(32)
        self._store.insert(replace(session, key=_key(session_id)))
        return session_id

    def _living(self, session_id: object) -> Session | None:
        if not _is_id(session_id):
            return None
        session = self._store.find(_key(session_id))
        if session is None:
            return None
        now = self._clock()
        if self._has_ended(session, now):
            self._store.delete(session.key)
            return None
        return session

    def _has_ended(self, session: Session, now: float) -> bool:
        idle, age = now - session.seen_at, now - session.created_at
        oldest = _RECOVERY_SECONDS if session.recovering else self._limits.absolute.total_seconds()
        return idle >= self._limits.idle.total_seconds() or age >= oldest

    def _was_ended(self, session: Session) -> bool:
        """Whether the auth server ended it. Only one caller per minute asks, before the session is used."""
        now = self._clock()
        if now - session.seen_at < _ASK_EVERY_SECONDS:
            return False
        if not self._store.touch(session.key, now, _ASK_EVERY_SECONDS):
            return False
        code = self.server.refusal(session.tokens.access_token)
        if code is not None:
            self._end(session.key, code)
        return code is not None

    def _end(self, key: bytes, code: str) -> None:
        self._endings.note(key, code)
        self._store.delete(key)

    def _fresh(self, session: Session) -> Session | None:
        left = session.expires_at - self._clock()
        if left > RENEW_AHEAD_SECONDS:
            return session
        if left < NEEDED_SECONDS:
            return self._renew(session, wait=20.0)
        try:
            return self._renew(session, wait=0.0)
        except ConsoleError as error:
            logger.warning("A session was not renewed yet: %s", error.message)
            return session

    def _renew(self, session: Session, wait: float) -> Session | None:
        path = self._locks / f"renew-{session.key[0] % _LOCKS:02d}.lock"
        lock = FileLock(path, mode=0o600, thread_local=False)
        try:
            with lock.acquire(timeout=wait, poll_interval=0.02):
                return self._renew_alone(session.key)
        except Timeout as error:
            raise error_of("renewal_waits") from error

    def _renew_alone(self, key: bytes) -> Session | None:
        """Called under the lock: another caller may have renewed or closed the session during the wait."""
        session = self._store.find(key)
        if session is None or session.expires_at - self._clock() > RENEW_AHEAD_SECONDS:
            return session
        asked_at = self._clock()
        try:
            tokens = self.server.refresh(session.tokens.refresh_token, visitor=session.visitor)
        except (NotSignedIn, Forbidden, InvalidInput) as error:
            self._end(key, error.code)
            return None
        renewed = replace(session, tokens=tokens, expires_at=asked_at + tokens.expires_in)
        return renewed if self._store.replace_tokens(renewed) else None


def _is_id(session_id: object) -> TypeGuard[str]:
    return isinstance(session_id, str) and len(session_id) == _ID_LENGTH and session_id.isascii()


def _key(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode()).digest()


def _person(session: Session) -> SignedIn:
    tokens = session.tokens
    return SignedIn(tokens.user_id, tokens.email, tokens.access_token, tokens.console_role)
