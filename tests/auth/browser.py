"""A console's routes behind a real server, without Streamlit, and browsers that post its forms."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from genjobs.auth.sessions import Clock
from genjobs.domain.people import SignedIn
from genjobs.runtime import Runtime
from genjobs.settings.connection import Connection
from genjobs.settings.loading import Settings
from genjobs.web import cookies
from genjobs.web.guard import Guard
from genjobs.web.routes import routes


@dataclass
class Browser:
    """A cookie jar that posts the forms of one console as a browser does."""

    origin: str
    runtime: Runtime
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.origin, timeout=20)

    def post(self, action: str, headers: dict[str, str] | None = None, /, **fields: str) -> httpx.Response:
        """Post a form; `headers` replace those by which a browser names the page that it came from."""
        sent = {"Sec-Fetch-Site": "same-origin", "Origin": self.origin} if headers is None else headers
        return self.client.post(f"/session/{action}", data=fields, headers=sent)

    @property
    def session_id(self) -> str | None:
        return cookies.session_id(self.client.cookies, secure=False)

    @property
    def person(self) -> SignedIn | None:
        """Who the console thinks sits there."""
        return self.runtime.sessions().current(self.session_id)

    @property
    def email(self) -> str:
        """The address that the next form would be filled with."""
        return self.runtime.form_memory.unseal(cookies.entered(self.client.cookies)).email


@dataclass
class Console:
    """A running console; `origin` is its address."""

    origin: str
    runtime: Runtime
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        """Another browser, with nothing in its jar."""
        self.browsers.append(Browser(self.origin, self.runtime))
        return self.browsers[-1]


def hosted(url: str, key: str, home: Path, clock: Clock = time.time, secret: str | None = None) -> Runtime:
    """A runtime that takes the stack at `url` for a hosted project and keeps its sessions in `home`."""
    return Runtime(Settings(Connection(url, key), "test", home, secret), clock)


@contextmanager
def running_console(
    runtime: Runtime, trusted_proxies: str = "127.0.0.1", hosts: tuple[str, ...] = ()
) -> Iterator[Console]:
    """The routes of `runtime` behind the guard, which also answers to `hosts`; started and waited for."""
    runtime.start()
    runtime.wait()
    app = Starlette(routes=routes(lambda: runtime), middleware=[Middleware(Guard, hosts=hosts)])
    console = Console("", runtime)
    try:
        with served(app, trusted_proxies) as origin:
            console.origin = origin
            yield console
    finally:
        for browser in console.browsers:
            browser.client.close()
        runtime.close()


@contextmanager
def served(app: Starlette, trusted_proxies: str = "127.0.0.1") -> Iterator[str]:
    """The address of a server of `app`, which believes these proxies."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="warning", forwarded_allow_ips=trusted_proxies
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def led_to(answer: httpx.Response) -> str:
    """The address that an answer leads to; fails when it leads nowhere."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def query_of(answer: httpx.Response) -> dict[str, str]:
    """The query of the address that an answer leads to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(led_to(answer)).query).items()}
