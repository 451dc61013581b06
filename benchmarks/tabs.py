"""A browser tab without a browser: it speaks Streamlit's own WebSocket protocol."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import httpx
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
ANSWER_SECONDS = 0.5
"""The run of a tick that draws something begins within so many seconds."""
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
        self._buttons: dict[str, tuple[str, str]] = {}
        self._due: dict[str, tuple[float, float]] = {}
        self._is_drawing = False

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

    def has(self, key: str) -> bool:
        """Whether there is a button of that key."""
        return key in self._buttons

    async def press(self, key: str) -> float:
        """Seconds from a click on the button of that key until its fragment, or the script, has finished."""
        widget, fragment = self._buttons[key]
        pressed = WidgetState(id=widget, trigger_value=True)
        return await self.rerun(fragment, pressed)

    async def rest(self, seconds: float) -> None:
        """Sit there for so long: ask at the page's own ticks, and read what comes; most have no answer."""
        until, asked = time.monotonic() + seconds, 0.0
        while (now := time.monotonic()) < until:
            for fragment, (due, every) in list(self._due.items()):
                if due <= now:
                    self._due[fragment], asked = (now + every, every), now
                    await self._ask(fragment, is_tick=True)
            await self._listen(min([until, *(due for due, _ in self._due.values())]))
        await self._listen(asked + ANSWER_SECONDS)
        while self._is_drawing:
            await self._receive([])

    async def rerun(self, fragment: str = "", pressed: WidgetState | None = None) -> float:
        """Seconds from asking for a run until the script has finished; Broken where it shows an error."""
        began = time.perf_counter()
        await self._ask(fragment, pressed)
        if not fragment:
            self._due, self._kept = {}, set()
        headings: list[str] = []
        self._is_drawing = True
        while self._is_drawing:
            await self._receive(headings)
        if not fragment and self._title not in (None, *headings):
            raise Broken(f"{self._page} came without its title: {headings}")
        return time.perf_counter() - began

    async def _ask(self, fragment: str, pressed: WidgetState | None = None, is_tick: bool = False) -> None:
        request = self._request()
        request.rerun_script.fragment_id, request.rerun_script.is_auto_rerun = fragment, is_tick
        request.rerun_script.widget_states.widgets.extend([pressed] if pressed else [])
        await self._socket.send(request.SerializeToString())

    async def _listen(self, until: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                while True:
                    await self._receive([])

    async def _receive(self, headings: list[str]) -> None:
        message = ForwardMsg()
        message.ParseFromString(await self._socket.recv(decode=False))
        if message.WhichOneof("type") == "new_session":
            self._is_drawing = True
        elif message.WhichOneof("type") == "script_finished" and message.script_finished in ENDED:
            self._is_drawing = False
        self._take(message, headings)

    def _request(self) -> BackMsg:
        request = BackMsg()
        state = request.rerun_script
        state.query_string, state.page_script_hash = self._query, self._hash
        state.page_name = "" if self._hash else self._page
        state.cached_message_hashes.extend(self._kept)
        state.context_info.timezone, state.context_info.color_scheme = "Europe/Berlin", "light"
        state.widget_states.widgets.extend(self._chosen.values())
        return request

    def _take(self, message: ForwardMsg, headings: list[str]) -> None:
        kind = message.WhichOneof("type")
        if message.metadata.cacheable or kind == "ref_hash":
            self._kept.add(message.hash or message.ref_hash)
        if kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            every = message.auto_rerun.interval
            self._due[message.auto_rerun.fragment_id] = (time.monotonic() + every, every)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._due.pop(fragment, None)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._draw(message.delta.new_element, headings, message.delta.fragment_id)

    def _draw(self, element: Any, headings: list[str], fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "heading":
            headings.append(element.heading.body)
        elif kind == "button":
            key = element.button.id.split("-", 2)[-1]  # $$ID-<hash>-<key>
            self._buttons[key] = (element.button.id, fragment)
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
