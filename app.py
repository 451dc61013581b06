"""The server's entry point: `streamlit run app.py`. Nothing here blocks; the shell shows the progress."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from genjobs.console.shell import base_path, heap, streamlit_patches
from genjobs.runtime import from_environment, install, runtime
from genjobs.web import demo
from genjobs.web.guard import Guard
from genjobs.web.routes import routes

logger = logging.getLogger(__name__)

# Streamlit copies secrets.toml over the environment before the lifespan begins, so the settings are read now.
install(from_environment())


@asynccontextmanager
async def running(_app: st.App) -> AsyncIterator[None]:
    """Start the console with the server rather than with the first visitor."""
    runtime().start()
    streamlit_patches.install()
    over = threading.Event()
    heap.freeze_in_background(over)
    if token := runtime().demo_token:
        encrypted = bool(option("sslCertFile"))
        logger.warning(demo.warning(token, option("address"), option("port"), encrypted=encrypted))
    yield
    over.set()
    runtime().close()


def option(name: str) -> Any:
    """A server option from Streamlit's own configuration."""
    return st.get_option(f"server.{name}")


def guard() -> Middleware:
    """The guard, with Streamlit's options.

    Streamlit's own host check is turned off: it covers sockets only, and once a name is listed it refuses
    even `localhost`.
    """
    middleware = Middleware(Guard, hosts=option("allowedHosts"), origins=option("corsAllowedOrigins"))
    config.set_option("server.allowedHosts", [])
    return middleware


base_path.refuse(option("baseUrlPath"))

SHELL = Path(heap.__file__).with_name("script.py")

app = st.App(SHELL, routes=routes(runtime), middleware=[guard()], lifespan=running)
