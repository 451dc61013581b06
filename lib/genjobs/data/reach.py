"""The probe: asks every few seconds whether the database answers, once for all pages of a process."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from genjobs.domain.reach import Reach, after
from genjobs.settings.connection import Connection

EVERY_SECONDS = 4.0
AGAIN_SECONDS = 1.0
"""Between two probes while the database is out of reach."""
PATIENCE_SECONDS = 4.0
REST_SECONDS = 60.0
REFUSED_KEPT = 64
SIGN_IN_AGAIN = 401
SERVER_FAILS = 500
PATH = "/rest/v1/generation_jobs"
QUERY = {"select": "id", "limit": "0"}


class Probe:
    """Sends a query that reads no rows but must pass through the gateway and the API to the database.

    It runs while somebody asks, and stops when nobody has asked for a minute; for those who only glance, it
    looks once a minute. Out of reach means: no connection, no answer within four seconds, or a server error
    (5xx). `connection` is called for each probe and must not raise.
    """

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection
        self._reach = Reach()
        self._token = ""
        self._refused: deque[str] = deque(maxlen=REFUSED_KEPT)
        self._asked = self._glanced = self._looked = -REST_SECONDS
        self._sent: datetime | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._soon, self._over = threading.Event(), threading.Event()

    def reach(self, access_token: str = "") -> Reach:
        """The current state; never waits.

        The next probes use `access_token`, if given, while it is valid: without one, the database would log
        each refused request.
        """
        if access_token and access_token not in self._refused:
            self._token = access_token
        self._asked = time.monotonic()
        self._begin()
        return self._now()

    def glance(self) -> Reach:
        """The current state for a monitor, which never stops asking; never waits.

        It may be a minute old: a monitor has no access token, and the database logs what it refuses.
        """
        self._glanced = time.monotonic()
        self._begin()
        return self._now()

    def _now(self) -> Reach:
        sent, now = self._sent, datetime.now(UTC)
        if sent and (now - sent).total_seconds() > PATIENCE_SECONDS:
            return after(self._reach, answers=False, at=sent)
        return self._reach

    def look_soon(self) -> None:
        """Probe at once instead of some seconds from now."""
        self.reach()
        self._soon.set()

    def note(self, *, answers: bool) -> None:
        """Accept a report from a caller who knows the state, such as the starter of the database."""
        with self._lock:
            self._reach = after(self._reach, answers, datetime.now(UTC))

    def end(self) -> None:
        """Stop probing."""
        self._over.set()
        self._soon.set()

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="database-probe", daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        with httpx.Client(timeout=PATIENCE_SECONDS) as http:
            while not self._over.is_set():
                if self._is_due(time.monotonic()):
                    self._look(http)
                self._soon.wait(EVERY_SECONDS if self._reach.answers else AGAIN_SECONDS)
                self._soon.clear()

    def _is_due(self, now: float) -> bool:
        is_old = now - self._looked >= REST_SECONDS
        return now - self._asked < REST_SECONDS or (is_old and now - self._glanced < REST_SECONDS)

    def _look(self, http: httpx.Client) -> None:
        self._looked = time.monotonic()
        self._sent = sent = datetime.now(UTC)
        answers = self._answers(http)
        with self._lock:
            self._reach = after(self._reach, answers, datetime.now(UTC) if answers else sent)
            self._sent = None

    def _answers(self, http: httpx.Client) -> bool:
        token = self._token
        try:
            status = self._ask(http, token)
            if status == SIGN_IN_AGAIN and token:
                self._refuse(token)
                status = self._ask(http, "")
        except httpx.HTTPError:
            return False
        return status < SERVER_FAILS

    def _refuse(self, token: str) -> None:
        """Drop an expired token, unless a newer one has come; an idle page would pass the same one again."""
        self._refused.append(token)
        if self._token == token:
            self._token = ""

    def _ask(self, http: httpx.Client, token: str) -> int:
        to = self._connection()
        headers = {"apikey": to.key, "Authorization": f"Bearer {token or to.key}"}
        return http.get(f"{to.url}{PATH}", params=QUERY, headers=headers).status_code
