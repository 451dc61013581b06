"""A browser tab without a browser: it speaks Streamlit's own WebSocket protocol."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import httpx
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
SESSION = "genjobs_session"
CHOICES = ("selectbox", "radio", "button_group", "multiselect")


class Broken(Exception):
    """The page did not come, or came with an error."""


def sign_in(address: str, email: str) -> str:
    """The cookie of a demo person who signs in by one click."""
    answer = httpx.post(
        f"http://{address}/session/demo",
        data={"email": email, "next": "/"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    session = answer.cookies.get(SESSION)
    if not session:
        raise Broken(f"{email} cannot sign in: {answer.status_code} {answer.headers.get('location')}")
    return f"{SESSION}={session}"


class Tab:
    """One tab on one page; `title` is the heading without which the page counts as broken, if it has one."""

    def __init__(self, socket: ClientConnection, page: str, query: str, title: str | None) -> None:
        self._socket, self._page, self._query, self._title = socket, page, query, title
        self._hash = ""
        self._kept: set[str] = set()
        self._choices: dict[str, Any] = {}
        self._chosen: dict[str, WidgetState] = {}

    @classmethod
    async def open(cls, address: str, cookie: str, page: str, query: str, title: str | None) -> Self:
        """Load a page and wait until its script has finished."""
        headers = {"Cookie": cookie, "Origin": f"http://{address}"}
        socket = await connect(
            f"ws://{address}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers=headers,
            max_size=None,
        )
        tab = cls(socket, page, query, title)
        await tab.rerun()
        return tab

    async def close(self) -> None:
        """Close the tab."""
        await self._socket.close()

    async def choose(self, label: str, values: Sequence[str]) -> float:
        """Seconds from a choice in the widget of that label until the script has finished."""
        widget = self._choices[label]
        self._chosen[widget.id] = _state(widget, values)
        if widget.query_param_key:
            query = {**parse_qs(self._query), widget.query_param_key: list(values)}
            self._query = urlencode(query, doseq=True)
        return await self.rerun()

    async def rerun(self) -> float:
        """Seconds from asking for a run until the script has finished; Broken where it shows an error."""
        began = time.perf_counter()
        await self._socket.send(self._request().SerializeToString())
        kept: set[str] = set()
        headings: list[str] = []
        message = ForwardMsg()
        while not (message.WhichOneof("type") == "script_finished" and message.script_finished in ENDED):
            message.ParseFromString(await self._socket.recv(decode=False))
            self._take(message, kept, headings)
        self._kept = kept
        if self._title not in (None, *headings):
            raise Broken(f"{self._page} came without its title: {headings}")
        return time.perf_counter() - began

    def _request(self) -> BackMsg:
        request = BackMsg()
        state = request.rerun_script
        state.query_string, state.page_script_hash = self._query, self._hash
        state.page_name = "" if self._hash else self._page
        state.cached_message_hashes.extend(self._kept)
        state.context_info.timezone, state.context_info.color_scheme = "Europe/Berlin", "light"
        state.widget_states.widgets.extend(self._chosen.values())
        return request

    def _take(self, message: ForwardMsg, kept: set[str], headings: list[str]) -> None:
        kind = message.WhichOneof("type")
        if message.metadata.cacheable or kind == "ref_hash":
            kept.add(message.hash or message.ref_hash)
        if kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._draw(message.delta.new_element, headings)

    def _draw(self, element: Any, headings: list[str]) -> None:
        kind = element.WhichOneof("type")
        if kind == "heading":
            headings.append(element.heading.body)
        elif kind in CHOICES:
            choice = getattr(element, kind)
            self._choices[choice.label] = choice
        elif kind == "exception" or (kind == "alert" and element.alert.format == Alert.ERROR):
            raise Broken(f"{self._page} shows an error: {element}")


def _state(widget: Any, values: Sequence[str]) -> WidgetState:
    state = WidgetState(id=widget.id)
    if widget.DESCRIPTOR.name in ("Selectbox", "Radio"):
        state.string_value = values[0]
    else:
        state.string_array_value.data.extend(values)
    return state
