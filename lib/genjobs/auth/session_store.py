"""Sessions on disk: SQLite, one row a session, found by the hash of its id, the tokens sealed.

A reader of the file learns who is signed in and since when, but can obtain neither a session nor a token.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiosql
from cryptography.fernet import InvalidToken
from filelock import FileLock

from genjobs.auth.encryption import load_or_make_key
from genjobs.auth.tokens import Tokens
from genjobs.domain.errors import Unavailable
from genjobs.paths import SQL

_QUERIES = SQL / "console" / "sessions.sql"


@dataclass(frozen=True)
class Session:
    """A stored session; times are seconds since 1970 on the console's clock.

    `expires_at` is when the access token expires. `visitor` is the address that signed in. A `recovering`
    session may set a new password and nothing else.
    """

    key: bytes
    tokens: Tokens
    created_at: float
    seen_at: float
    expires_at: float
    visitor: str | None = None
    recovering: bool = False


class SessionStore:
    """The sessions of one project. Threads and processes may share the file. Raises Unavailable."""

    def __init__(self, directory: Path, project: str) -> None:
        self._project = project
        self._path = directory / "sessions.sqlite3"
        self._lock = threading.Lock()
        self._queries: Any = aiosql.from_path(_QUERIES, "sqlite3", mandatory_parameters=False)
        with self._mapped():
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(directory / "open.lock", timeout=10, mode=0o600):
                self._fernet = load_or_make_key(directory / "sessions.key")
                self._database = _open(self._path)
                self._queries.create_tables(self._database)

    def insert(self, session: Session) -> None:
        """Keep a new session."""
        self._write(
            "insert_session",
            key=session.key,
            user_id=session.tokens.user_id,
            created_at=session.created_at,
            seen_at=session.seen_at,
            sealed=self._seal(session),
        )

    def find(self, key: bytes) -> Session | None:
        """The session of `key`; None if there is none or it cannot be unsealed."""
        with self._mapped():
            row = self._queries.find_session(self._database, key=key, project=self._project)
        return None if row is None else self._unseal(key, *row)

    def replace_tokens(self, session: Session) -> bool:
        """Replace the stored tokens by those of `session`; False if it was closed in the meantime."""
        return self._write("replace_tokens", key=session.key, sealed=self._seal(session)) == 1

    def touch(self, key: bytes, seen_at: float, spacing: float) -> bool:
        """Note that the session was used, unless a use less than `spacing` seconds ago is already noted.

        Of several concurrent callers, in any thread or process, only one gets True.
        """
        return self._write("touch_session", key=key, seen_at=seen_at, before=seen_at - spacing) == 1

    def delete(self, key: bytes) -> None:
        """Forget a session."""
        self._write("delete_session", key=key)

    def delete_user(self, user_id: str, keep: bytes = b"") -> int:
        """Delete all sessions of a person but the one of `keep`; returns the number deleted."""
        return self._write("delete_sessions_of_user", user_id=user_id, keep=keep)

    def sweep(self, seen_before: float, created_before: float) -> int:
        """Delete the sessions last used, or opened, before these times; returns the number deleted."""
        return self._write("delete_ended_sessions", seen_before=seen_before, created_before=created_before)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _write(self, query: str, **values: object) -> int:
        with self._mapped():
            return int(getattr(self._queries, query)(self._database, project=self._project, **values))

    def _seal(self, session: Session) -> bytes:
        inside = asdict(session) | {"key": session.key.hex()}
        del inside["created_at"], inside["seen_at"]
        return self._fernet.encrypt(json.dumps(inside).encode())

    def _unseal(self, key: bytes, created_at: float, seen_at: float, sealed: bytes) -> Session | None:
        try:
            inside = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            return None
        if inside.pop("key") != key.hex():
            return None
        tokens = Tokens(**inside.pop("tokens"))
        return Session(key=key, tokens=tokens, created_at=created_at, seen_at=seen_at, **inside)

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            raise Unavailable(
                f"The session store {self._path} cannot be used: {error}.",
                hint="Check its disk and its permissions. If you remove it, everyone must sign in again.",
                code="session_store",
            ) from error


def _open(path: Path) -> sqlite3.Connection:
    """SQLite gives the files that it adds beside this one the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
    database = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = normal")
    return database
