"""The sign-in screen as a browser with these cookies gets it, at this machine or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import PropertyMock, patch

from starlette.datastructures import Headers
from streamlit.runtime.context import ContextProxy, StreamlitHeaders
from streamlit.testing.v1 import AppTest

from genjobs.paths import PACKAGE
from genjobs.runtime import Runtime, install
from genjobs.web.here import marked

SHELL = PACKAGE / "console" / "shell" / "script.py"
HERE, ELSEWHERE = ("127.0.0.1", 40_000), ("203.0.113.7", 40_000)


@contextmanager
def sitting(cookies: Mapping[str, str] | None = None, peer: tuple[str, int] = HERE) -> Iterator[None]:
    """The block runs as if for a browser at `peer`, with these cookies."""
    scope = marked({"type": "websocket", "client": peer, "headers": [(b"host", b"localhost:8501")]})
    headers = StreamlitHeaders(Headers(scope=scope).items())
    with patch.object(ContextProxy, "headers", PropertyMock(return_value=headers)):
        if cookies is None:
            yield
            return
        with patch.object(ContextProxy, "cookies", PropertyMock(return_value=dict(cookies))):
            yield


@contextmanager
def installed(runtime: Runtime) -> Iterator[None]:
    """`runtime` is this process's one."""
    install(runtime)
    try:
        yield
    finally:
        install(None)


def drawn(
    view: str = "",
    cookies: Mapping[str, str] | None = None,
    peer: tuple[str, int] = HERE,
    script: Path = SHELL,
    notice: str = "",
) -> AppTest:
    """One run of the shell, after a form that led back with `notice` if there is one."""
    test = AppTest.from_file(str(script), default_timeout=120)
    if view:
        test.query_params["sign-in"] = view
    if notice:
        test.query_params["notice"] = notice
    with sitting(cookies or {}, peer):
        test.run()
    assert not test.exception
    return test


def forms_in(test: AppTest) -> str:
    """The HTML of all forms."""
    return "".join(element.proto.body for element in test.get("html"))


def codes_in(test: AppTest) -> list[str]:
    """The codes of the messages that are shown."""
    return [code.value for code in test.code]
