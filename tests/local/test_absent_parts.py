"""What the local stack does not have, as client libraries report it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets.sync.client as ws
from realtime import RealtimeSubscribeStates
from realtime.types import RealtimePostgresChangesListenEvent
from storage3.exceptions import StorageApiError
from supabase import Client, acreate_client, create_client
from supabase_functions.errors import FunctionsHttpError
from websockets.exceptions import InvalidStatus

from genjobs.local.stack import StackInfo
from tests.coroutines import run

SUBSCRIBING_SECONDS = 20


@pytest.fixture
def client(info: StackInfo) -> Client:
    return create_client(info.url, info.secret_key)


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.storage.list_buckets(),
        lambda client: client.storage.from_("images").upload("a.txt", b"a"),
        lambda client: client.storage.from_("images").list(),
        lambda client: client.storage.from_("images").create_signed_url("a.txt", 60),
    ],
)
def test_the_storage_client_shows_it(client: Client, ask: Callable[[Client], Any]) -> None:
    with pytest.raises(StorageApiError) as error:
        ask(client)
    assert error.value.message.startswith("Storage is not part of the local stack")
    assert (error.value.code, error.value.status) == ("not_in_local_stack", "404")


def test_the_functions_client_shows_it(client: Client) -> None:
    with pytest.raises(FunctionsHttpError) as error:
        client.functions.invoke("hello", {"body": {"name": "Ana"}})
    assert error.value.message.startswith("Edge functions are not part of the local stack")
    assert error.value.status == 404


def test_a_realtime_subscription_ends_with_the_reason(info: StackInfo) -> None:
    told = run(asyncio.wait_for(_subscribed(info), SUBSCRIBING_SECONDS))
    state, error = told[0]
    assert state == RealtimeSubscribeStates.CHANNEL_ERROR
    assert "Realtime is not part of the local stack" in str(error)


async def _subscribed(info: StackInfo) -> list[tuple[RealtimeSubscribeStates, Exception | None]]:
    """What a subscriber to the jobs is told."""
    told: list[tuple[RealtimeSubscribeStates, Exception | None]] = []
    client = await acreate_client(info.url, info.publishable_key)
    channel = client.channel("jobs").on_postgres_changes(
        RealtimePostgresChangesListenEvent.All,
        schema="public",
        table="generation_jobs",
        callback=lambda _: None,
    )
    await channel.subscribe(lambda state, error: told.append((state, error)))
    await client.realtime.close()
    return told


def test_a_broadcast_over_http_ends_with_the_reason(info: StackInfo) -> None:
    async def broadcast() -> None:
        client = await acreate_client(info.url, info.publishable_key)
        await client.channel("jobs").http_send("greeting", {"hello": "you"})

    with pytest.raises(Exception, match="Realtime is not part of the local stack"):
        run(broadcast())


def socket_url(info: StackInfo, path: str = "realtime/v1/websocket", key: str | None = None) -> str:
    return f"{info.url.replace('http', 'ws')}/{path}?apikey={key or info.publishable_key}&vsn=2.0.0"


def test_both_forms_of_the_realtime_protocol_are_answered(info: StackInfo) -> None:
    with ws.connect(socket_url(info)) as socket:
        socket.send(json.dumps(["1", "2", "realtime:jobs", "phx_join", {}]))
        join_ref, ref, topic, event, payload = json.loads(socket.recv(timeout=10))
        assert (join_ref, ref, topic, event) == ("1", "2", "realtime:jobs", "phx_reply")
        assert payload["status"] == "error"
        assert payload["response"]["reason"].startswith("Realtime is not part")
        socket.send(json.dumps([None, "3", "phoenix", "heartbeat", {}]))
        assert json.loads(socket.recv(timeout=10))[4] == {"status": "ok", "response": {}}
        socket.send(json.dumps({"topic": "realtime:jobs", "event": "phx_leave", "payload": {}, "ref": "4"}))
        assert json.loads(socket.recv(timeout=10)) == {
            "topic": "realtime:jobs",
            "event": "phx_reply",
            "payload": {"status": "ok", "response": {}},
            "ref": "4",
        }


@pytest.mark.parametrize(
    "noise", ["", "{", "[]", "[1]", "7", '"\\ud800"', '{"event": ["phx_join"]}', "[" * 100_000, b"\xff\x00"]
)
def test_what_is_no_message_is_passed_over(info: StackInfo, noise: str | bytes) -> None:
    with ws.connect(socket_url(info)) as socket:
        socket.send(noise)
        socket.send('{"topic": "\\ud800", "event": "phx_join", "payload": {}, "ref": "\\ud800"}')
        assert json.loads(socket.recv(timeout=10))["payload"]["status"] == "error"


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("realtime/v1/websocket", "sb_publishable_guessed", 401),
        ("realtime/v1/elsewhere", None, 404),
        ("auth/v1/signup", None, 404),
    ],
)
def test_other_sockets_are_refused_with_words(
    info: StackInfo, path: str, key: str | None, status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused, ws.connect(socket_url(info, path, key)):
        pass
    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body)["message"]


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/storage/v1", 404),
        ("/storage/v1/bucket", 404),
        ("/functions/v1/hello", 404),
        ("/graphql/v1", 404),
        ("/realtime/v1/api/broadcast", 400),
        ("/", 404),
        ("/nowhere/at/all", 404),
        ("/%00", 404),
    ],
)
def test_other_addresses_answer_in_json(info: StackInfo, method: str, path: str, status: int) -> None:
    answer = httpx.request(method, f"{info.url}{path}", headers={"apikey": info.anon_key})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, "not_in_local_stack")
    assert "not part of the local stack" in body["message"]


def test_a_method_that_nothing_serves_is_refused_in_json(info: StackInfo) -> None:
    answer = httpx.request("TRACE", f"{info.url}/rest/v1/projects", headers={"apikey": info.anon_key})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_no_key_of_a_sockets_address_is_logged(info: StackInfo) -> None:
    for path in ("realtime/v1/websocket", "nowhere"):
        for key in (info.publishable_key, info.secret_key, "sb_secret_guessed"):
            with (
                pytest.raises((InvalidStatus, TimeoutError)),
                ws.connect(socket_url(info, path, key)) as socket,
            ):
                socket.recv(timeout=0)
    written = "".join(log.read_text(errors="replace") for log in logs(info.outbox.parent))
    assert not [word for word in ("apikey", "sb_secret_", "sb_publishable_", "websocket") if word in written]


def logs(home: Path) -> list[Path]:
    return list((home / "logs").iterdir())
