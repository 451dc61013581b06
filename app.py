"""The server's entry: `streamlit run app.py`. Nothing here waits; the shell shows how far the start is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from genjobs import console
from genjobs.console.shell import heap
from genjobs.runtime import from_environment, install, runtime
from genjobs.web.guard import Guard
from genjobs.web.routes import routes

# Streamlit copies secrets.toml over the environment before the lifespan begins, so the settings are read now.
install(from_environment())


@asynccontextmanager
async def running(_app: st.App) -> AsyncIterator[None]:
    """Start the console with the server rather than with the first visitor."""
    heap.freeze_in_background()
    runtime().start()
    yield
    runtime().shut()


def guard() -> Middleware:
    """The guard, with Streamlit's options.

    Streamlit checks hosts for sockets only, and refuses even `localhost` once a name is listed: that is off.
    """
    hosts, origins = (st.get_option(f"server.{name}") for name in ("allowedHosts", "corsAllowedOrigins"))
    config.set_option("server.allowedHosts", [])
    return Middleware(Guard, hosts=hosts, origins=origins)


SHELL = Path(console.__file__).with_name("shell") / "script.py"

app = st.App(SHELL, routes=routes(runtime), middleware=[guard()], lifespan=running)
