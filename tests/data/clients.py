"""The client for people's own code, waiting or awaited, as one function that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from inspect import isawaitable
from typing import Any

from genjobs import AsyncClient, Client
from genjobs.local.stack import StackInfo
from tests.coroutines import run
from tests.data.people import Person

Ask = Callable[..., Any]
KINDS = ("blocking", "asynchronous")


def token_of(person: Person) -> str:
    return person.client.options.headers["Authorization"].removeprefix("Bearer ")


def asking(info: StackInfo, kind: str, person: Person) -> Ask:
    """`ask("get", job_id)` is what the client's method `get` answers to this person; streams are lists."""
    url, key, token = info.url, info.publishable_key, token_of(person)
    if kind == "blocking":

        def ask(method: str, *values: Any, **more: Any) -> Any:
            with Client(url, key, token=token) as client:
                answer = getattr(client, method)(*values, **more)
                return list(answer) if method == "watch" else answer

        return ask

    async def fresh() -> str:
        return token

    async def awaited(method: str, *values: Any, **more: Any) -> Any:
        async with AsyncClient(url, key, token=fresh) as client:
            answer = getattr(client, method)(*values, **more)
            if isinstance(answer, AsyncIterator):
                return [item async for item in answer]
            return await answer if isawaitable(answer) else answer

    return lambda method, *values, **more: run(awaited(method, *values, **more))
