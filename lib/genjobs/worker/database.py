"""The queue directly in PostgreSQL, as service_role."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from genjobs.domain.errors import ConsoleError, InvalidInput, SchemaBehind, SettingsError, Unavailable
from genjobs.domain.queue import QueueHealth
from genjobs.paths import SQL
from genjobs.settings.database_url import readable
from genjobs.worker.jobs import Answer, Ending, Job, is_refusal
from genjobs.worker.notes import Progress

_FOLDER = SQL / "worker"
_CONNECTION: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""A server that has gone without a word is noticed within some 15 s."""

SILENT_SECONDS = 30.0
"""A server that has not answered by then hangs: it ends a statement itself after the 20 s of `role.sql`."""

_WRONG_LOGIN = re.compile(
    r"password authentication failed|no password supplied|wrong password|tenant(/| or )user\b.*not found",
    re.IGNORECASE,
)
"""How PostgreSQL, libpq and Supabase's pooler refuse a login: libpq gives no code for it."""
LOGINS = 3
"""So many are tried: the pooler may know a new password only some seconds later."""


class DatabaseQueue:
    """Claims and finishes jobs over one connection, which is reopened if lost. Use one object per thread."""

    def __init__(self, database_url: str) -> None:
        self._url = readable(database_url)
        self._connection: psycopg.Connection[DictRow] | None = None
        self._refused = 0

    def claim(self, worker_id: str, limit: int, lease_seconds: int, modes: Sequence[str] | None) -> list[Job]:
        """Claim up to `limit` jobs; they are running from now on and belong to this worker.

        Raises Unavailable if the database cannot be reached or is busy, InvalidInput if it cannot read a
        value, SchemaBehind if it has no queue or an older one, SettingsError if the first logins are
        refused or the role may not claim.
        """
        chosen = None if modes is None else list(modes)
        return [Job.from_row(row) for row in self._ask("claim", worker_id, limit, lease_seconds, chosen)]

    def finish(self, endings: Sequence[Ending]) -> list[Answer]:
        """Finish jobs; returns an answer for each, in order. Raises as `claim`."""
        rows = self._ask(
            "finish",
            [one.job.id for one in endings],
            [one.job.lease_token for one in endings],
            [one.status for one in endings],
            [one.cost_cents for one in endings],
            [one.error for one in endings],
            [one.is_final for one in endings],
            [one.retry_seconds for one in endings],
        )
        return [Answer(row["outcome"], row["reason"], row["retried_as"]) for row in rows]

    def heartbeat(
        self, worker_id: str, lease_seconds: int, held: Sequence[Job], progress: Mapping[str, Progress]
    ) -> set[str]:
        """Report that the worker is alive and, by job id, new progress of its jobs.

        Returns the ids of jobs that it no longer holds. Raises as `claim`.
        """
        told = [progress.get(job.id, Progress()) for job in held]
        ids, tokens = [job.id for job in held], [job.lease_token for job in held]
        percents, messages = [one.percent for one in told], [one.message for one in told]
        rows = self._ask("heartbeat", worker_id, lease_seconds, ids, tokens, percents, messages)
        return {row["lost_job_id"] for row in rows}

    def health(self) -> QueueHealth:
        """Figures of the whole queue. Raises as `claim`."""
        [row] = self._ask("health")
        return QueueHealth.from_row(row)

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds` for a notification of new jobs; returns whether one came.

        The database notifies a worker whose last claim returned fewer jobs than requested, but may miss some,
        so poll now and then as well. A lost connection is noticed by the next call.
        """
        if self._connection is None or self._connection.closed:
            time.sleep(seconds)
            return False
        try:
            return any(self._connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error:
            self._connection.close()
            return False

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _ask(self, name: str, *values: object) -> list[dict[str, Any]]:
        try:
            connection = self._open()
            with _cut_off_if_silent(connection):
                return connection.execute((_FOLDER / f"{name}.sql").read_bytes(), values).fetchall()
        except psycopg.Error as error:
            if name == "finish" and is_refusal(error.sqlstate):
                raise InvalidInput(f"The database refused to finish a job: {_said(error)}") from error
            raise self._refusal(error) from error

    def _refusal(self, error: psycopg.Error) -> ConsoleError:
        """A login that is refused again and again is given up, unless it was accepted before."""
        if self._connection is None and _WRONG_LOGIN.search(_said(error)):
            self._refused += 1
        if self._refused >= LOGINS:
            return SettingsError(
                f"The database refused the login: {_said(error)}",
                hint="Check the user and the password in the database URL.",
            )
        return _meaning(error)

    def _open(self) -> psycopg.Connection[DictRow]:
        if self._connection is None or self._connection.closed:
            self._connection = _prepared(self._url)
        return self._connection


def _prepared(database_url: str) -> psycopg.Connection[DictRow]:
    """A connection as service_role; none is left open if it cannot be prepared."""
    connection = psycopg.connect(
        database_url, autocommit=True, prepare_threshold=None, row_factory=dict_row, **_CONNECTION
    )
    try:
        with _cut_off_if_silent(connection):
            connection.execute((_FOLDER / "role.sql").read_bytes())
    except psycopg.Error:
        connection.close()
        raise
    return connection


@contextmanager
def _cut_off_if_silent(connection: psycopg.Connection[DictRow]) -> Iterator[None]:
    """Shut the connection down if the block takes over SILENT_SECONDS; psycopg then raises its error."""
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        timer = threading.Timer(SILENT_SECONDS, line.shutdown, [socket.SHUT_RDWR])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _meaning(error: psycopg.Error) -> ConsoleError:
    said = _said(error)
    if isinstance(error, psycopg.DataError):
        return InvalidInput(f"The database cannot read a value: {said}", code=error.sqlstate or "")
    if error.sqlstate in ("42883", "42703") and not error.diag.context:  # not inside of somebody's trigger
        return SchemaBehind(
            f"The database has no queue of this version yet: {error.diag.message_primary}.",
            hint="Run: genjobs migrate --database-url …",
            code=error.sqlstate,
        )
    if error.sqlstate == "42501":
        return SettingsError(
            "This role may not claim jobs.", hint="Connect as postgres or as service_role.", code="42501"
        )
    return Unavailable(f"The database did not answer: {said}", code=error.sqlstate or "")


def _said(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
