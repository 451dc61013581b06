"""A call to the auth server, and what every call can use."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosql
from psycopg import Connection, OperationalError
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from genjobs.local.auth.limits import MailSpacing
from genjobs.local.auth.passwords import Passwords
from genjobs.local.auth.refusals import invalid
from genjobs.local.auth.tokens import Signer
from genjobs.local.bootstrap import SQL_FOLDER
from genjobs.local.options import AuthOptions
from genjobs.local.outbox import Mail

Row = dict[str, Any]
DatabaseConnection = Connection[Row]
DatabasePool = ConnectionPool[DatabaseConnection]
POOL_SECONDS = 5.0
AWAY_SECONDS, RETRY_SECONDS = 30.0, 0.1

queries: Any = aiosql.from_path(SQL_FOLDER / "auth", "psycopg", mandatory_parameters=False)


class _PatientConnection(DatabaseConnection):
    """Tries ten times a second while PostgreSQL is down: the pool itself would wait longer and longer."""

    @classmethod
    def connect(cls, *place: Any, **options: Any) -> Any:
        """A connection. Raises OperationalError if there was none for half a minute."""
        until = time.monotonic() + AWAY_SECONDS
        while True:
            try:
                return super().connect(*place, **options)
            except OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(RETRY_SECONDS)


def open_pool(database_url: str, timeout: float = POOL_SECONDS) -> DatabasePool:
    """Connections as supabase_auth_admin, reopened after PostgreSQL restarts.

    A call waits for one for `timeout` seconds.
    """
    return ConnectionPool(
        database_url,
        connection_class=_PatientConnection,
        kwargs={"row_factory": dict_row},
        min_size=1,
        max_size=8,
        timeout=timeout,
        check=ConnectionPool.check_connection,
        open=True,
    )


def bring_up_to_date(pool: DatabasePool) -> None:
    """Add to the server's own tables what a database of an older version lacks."""
    with pool.connection() as connection:
        connection.execute((SQL_FOLDER / "bootstrap" / "40_auth_server.sql").read_bytes())


@dataclass(frozen=True)
class AuthServer:
    """The server's parts. `now` gives aware UTC times, `clock` seconds that never go back."""

    pool: DatabasePool
    signer: Signer
    options: AuthOptions
    outbox: Path
    passwords: Passwords = field(default_factory=Passwords)
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    clock: Callable[[], float] = field(default=time.monotonic)
    mail_spacing: MailSpacing = field(init=False)

    def __post_init__(self) -> None:
        spacing = MailSpacing(self.options.mail_spacing_seconds, self.clock)
        object.__setattr__(self, "mail_spacing", spacing)


@dataclass(frozen=True)
class Call:
    """One request, inside one transaction. `bearer` is its token, or an empty string.

    `mails` are sent when the transaction is committed.
    """

    server: AuthServer
    connection: DatabaseConnection
    body: Mapping[str, Any]
    query: Mapping[str, str]
    path: Mapping[str, str]
    bearer: str
    address: str
    user_agent: str
    mails: list[Mail] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A text field of the body; absent and null read as empty. Refuses other types."""
        value = self.body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise invalid(f"{name} must be a text")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        """A JSON object of the body; absent and null read as empty. Refuses other types."""
        value = self.body.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise invalid(f"{name} must be a JSON object")
        return value


def internal_call(server: AuthServer, connection: DatabaseConnection) -> Call:
    """A call that does not come from a client."""
    return Call(server, connection, {}, {}, {}, bearer="", address="127.0.0.1", user_agent="")
