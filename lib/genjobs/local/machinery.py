"""The running parts of a stack: started in order, restarted when one dies, stopped in reverse."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from genjobs import migrations
from genjobs.domain.errors import ConsoleError, TimedOut, Unavailable
from genjobs.local import (
    cluster,
    demo,
    demo_loading,
    gateway,
    loopback,
    orphans,
    outbox,
    people,
    postgrest,
    serving,
)
from genjobs.local.api_keys import ApiKeys
from genjobs.local.auth.app import application as auth_application
from genjobs.local.auth.context import AuthServer, DatabasePool, bring_up_to_date, open_pool
from genjobs.local.auth.tokens import Signer
from genjobs.local.backoff import Backoff
from genjobs.local.files import write_private
from genjobs.local.gathering import Gathered
from genjobs.local.home import Home
from genjobs.local.options import StackOptions
from genjobs.local.ports import LOOPBACK, listening_socket
from genjobs.local.postgres import PostgresServer
from genjobs.local.postgrest import PostgrestServer

PORTS_TRIED = 10
READY_SECONDS = 30.0
log = logging.getLogger(__name__)


class Machinery:
    """The parts of one supervisor. Use it from the thread that lives longest: the parts end with it."""

    def __init__(self, home: Home, options: StackOptions, on_step: Callable[[str], None]) -> None:
        self.home, self.options, self.on_step = home, options, on_step
        self.postgres: PostgresServer | None = None
        self.postgrest: PostgrestServer | None = None
        self.auth: AuthServer | None = None
        self.http: serving.HttpServer | None = None
        self.backoff = {"postgres": Backoff(), "postgrest": Backoff()}

    def bring_up(self, gathered: Gathered) -> dict[str, Any]:
        """Start every part and wait until all answer. Returns the state that consoles read."""
        self.keys, self.program = gathered.keys, gathered.postgrest
        orphans.end(self.home.postgrest_pid, "postgrest")
        self.on_step("Starting PostgreSQL")
        server = self._start_postgres()
        self.on_step("Bringing the schema up to date")
        cluster.settle(server, self.keys)  # an older genjobs may have made the data
        migrations.bring_up(self._database_url("postgres"), self.on_step)
        pool = open_pool(self._database_url("supabase_auth_admin"))
        bring_up_to_date(pool)  # before PostgREST, which reads the schema anew after each change of it
        self._start_postgrest()
        http, auth = self._open_gateway(pool)
        if self.options.demo:
            people.settle(auth, self.keys.demo_password)
            self._load_demo()
        self.on_step("Waiting for all parts to answer")
        self._wait_until_answering(http.url)
        return self._state(http)

    def _start_postgres(self) -> PostgresServer:
        self.backoff["postgres"].started()
        self.postgres = cluster.start(self.home)
        return self.postgres

    def _start_postgrest(self) -> None:
        self.backoff["postgrest"].started()
        self.postgrest = postgrest.start(
            self.program,
            self._database_url("authenticator"),
            self.keys.verification_key_set(),
            self.home.logs / "postgrest.log",
        )
        write_private(self.home.postgrest_pid, str(self.postgrest.process.pid).encode())

    def _database_url(self, role: str) -> str:
        if self.postgres is None:
            raise RuntimeError("PostgreSQL has not been started")
        return self.postgres.dsn(role, getattr(self.keys.role_passwords, role))

    def _open_gateway(self, pool: DatabasePool) -> tuple[serving.HttpServer, AuthServer]:
        first = self.options.port
        listener = listening_socket([*range(first, first + PORTS_TRIED), 0] if first else [0])
        issuer = f"http://{LOOPBACK}:{listener.getsockname()[1]}/auth/v1"
        outbox.trim(self.home.outbox)
        self.auth = AuthServer(pool, Signer.of(self.keys, issuer), self.options.auth, self.home.outbox)
        app = gateway.application(ApiKeys(self.keys), auth_application(self.auth), self._rest_url)
        self.http = serving.serve(app, listener)
        return self.http, self.auth

    def _load_demo(self) -> None:
        """Extend complete demo data at once; a first load, or the rest of one, runs in the background."""
        database_url = self._database_url("postgres")
        if demo.is_complete(database_url):
            self.on_step("Bringing the demo data up to date")
            demo.load(database_url, datetime.now(UTC))
        else:
            demo_loading.begin(self.home, database_url, self.options.demo_jobs_a_day)

    def _rest_url(self) -> str | None:
        server = self.postgrest
        return server.url if server and server.running() else None

    def _wait_until_answering(self, url: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        self._wait_for_postgrest()
        for address in (f"{url}/auth/v1/settings", f"{url}/rest/v1/"):
            while not self._answers(address):
                if time.monotonic() > deadline:
                    raise TimedOut(f"{address} did not answer within {READY_SECONDS:.0f} s.")
                time.sleep(0.02)

    def _wait_for_postgrest(self) -> None:
        """Start it again if another program took the port that was found free for it."""
        for tries_left in reversed(range(PORTS_TRIED)):
            try:
                postgrest.wait_until_ready(self._running_postgrest())
                return
            except Unavailable as error:
                if not tries_left or "Address in use" not in error.message:
                    raise
                self._start_postgrest()

    def _running_postgrest(self) -> PostgrestServer:
        if self.postgrest is None:
            raise RuntimeError("PostgREST has not been started")
        return self.postgrest

    def _answers(self, address: str) -> bool:
        try:
            answer = loopback.get(address, {"apikey": self.keys.publishable_key}, seconds=5)
        except OSError:
            return False
        return answer.status == 200

    def _state(self, http: serving.HttpServer) -> dict[str, Any]:
        shown = ("publishable_key", "secret_key", "anon_key", "service_role_key")
        crowd = people.demo_people(self.keys.demo_password) if self.options.demo else ()
        return {
            "url": http.url,
            **{name: getattr(self.keys, name) for name in shown},
            "database_url": self._database_url("postgres"),
            "demo_people": [asdict(person) for person in crowd],
            "outbox": str(self.home.outbox),
            "options": replace(self.options, port=http.port).to_json(),
            "pid": os.getpid(),
        }

    def mend(self) -> None:
        """Restart parts that have died, no faster than their back-off allows."""
        if self.postgres and not self.postgres.running() and self.backoff["postgres"].is_due():
            self._again("PostgreSQL", self._restart_postgres)
        if self.postgrest and not self.postgrest.running() and self.backoff["postgrest"].is_due():
            self._again("PostgREST", self._start_postgrest)

    def _restart_postgres(self) -> None:
        self.backoff["postgres"].started()
        if self.postgres:
            self.postgres = cluster.start(self.home, self.postgres.port)

    def _again(self, name: str, start: Callable[[], None]) -> None:
        log.warning("%s ended; restarting it", name)
        try:
            start()
        except (ConsoleError, OSError) as error:
            log.error("%s could not be started: %s", name, error)

    def take_down(self) -> None:
        """Stop every part that was started; returns when all are gone."""
        if self.http:
            self.http.stop()
        if self.postgrest:
            self.postgrest.stop()
        if self.auth:
            self.auth.pool.close()
        if self.postgres:
            self.postgres.stop()
