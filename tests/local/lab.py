"""The gateway and the auth server in this process, over a real database, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
from argon2 import PasswordHasher
from supabase import Client, ClientOptions, create_client

from genjobs.local import gateway
from genjobs.local.api_keys import ApiKeys
from genjobs.local.auth.app import application
from genjobs.local.auth.context import AuthServer, open_pool
from genjobs.local.auth.passwords import Passwords
from genjobs.local.auth.tokens import Signer
from genjobs.local.home import Home
from genjobs.local.keys import Keys
from genjobs.local.options import AuthOptions
from genjobs.local.outbox import Mail, read
from genjobs.local.ports import listening_socket
from genjobs.local.serving import serve
from tests.clusters import Cluster, Database
from tests.stacks import UNLIMITED

GENEROUS = AuthOptions(mail_spacing_seconds=0, token_limit=UNLIMITED, other_limit=UNLIMITED)
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PASSWORD = "correct horse"


@dataclass
class Clock:
    """Stands still until it is moved."""

    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        return self.time

    def seconds(self) -> float:
        return self.time.timestamp()

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Lab:
    """`http` is a client of the gateway at `url`."""

    url: str
    keys: Keys
    clock: Clock
    http: httpx.Client
    outbox: Path
    database: Database

    def client(self, key: str | None = None) -> Client:
        """A supabase client with a session of its own."""
        options = ClientOptions(httpx_client=self.http, auto_refresh_token=False, persist_session=False)
        return create_client(self.url, key or self.keys.publishable_key, options)

    def admin(self) -> Client:
        return self.client(self.keys.secret_key)

    def user(self, email: str = "ana@test.example", password: str = PASSWORD) -> str:
        """A confirmed user; gives the id."""
        made = self.admin().auth.admin.create_user(
            {"email": email, "password": password, "email_confirm": True}
        )
        return made.user.id

    def signed_in(self, email: str = "ana@test.example", password: str = PASSWORD) -> Client:
        client = self.client()
        client.auth.sign_in_with_password({"email": email, "password": password})
        return client

    def signed_in_bystander(self) -> Client:
        """Somebody else, whom what happens to Ana must not touch."""
        self.user("bystander@test.example")
        return self.signed_in("bystander@test.example")

    def mails(self, email: str) -> list[Mail]:
        return read(self.outbox, email)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """A raw call of the auth server without the version header."""
        return self.http.post(
            f"/auth/v1/{path}", json=body, headers={"apikey": self.keys.publishable_key, **headers}
        )

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement run as the database's superuser."""
        with psycopg.connect(self.database.admin_dsn, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def sql_elsewhere(self, statement: str) -> None:
        """Run a statement about the lab's own database, whose name replaces {}, from another one."""
        elsewhere = self.database.admin_dsn.rpartition("/")[0] + "/postgres"
        with psycopg.connect(elsewhere, autocommit=True) as connection:
            connection.execute(statement.format(self.database.name))


@contextmanager
def running_lab(cluster: Cluster, database: Database, home: Path, options: AuthOptions) -> Iterator[Lab]:
    keys, clock = Keys.of(Home.at(home)), Clock()
    admin_url = cluster.server.dsn(
        "supabase_auth_admin", cluster.passwords.supabase_auth_admin, database.name
    )
    mail = home / "outbox.jsonl"
    listener = listening_socket([0])
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with open_pool(admin_url, timeout=2) as pool, httpx.Client(base_url=url) as http:
        signer = Signer.of(keys, f"{url}/auth/v1")
        server = AuthServer(pool, signer, options, mail, CHEAP, clock.now, clock.seconds)
        app = gateway.application(ApiKeys(keys), application(server), lambda: None)
        serving = serve(app, listener)
        try:
            yield Lab(url, keys, clock, http, mail, database)
        finally:
            serving.stop()
