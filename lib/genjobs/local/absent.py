"""Answers for the parts of a hosted project that the local stack does not have."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from genjobs.local.refusals import refusal

CODE = "not_in_local_stack"
PARTS = {
    "storage": "Storage is",
    "functions": "Edge functions are",
    "graphql": "GraphQL is",
    "realtime": "Realtime is",
}
HINT = "To try it, set SUPABASE_URL and SUPABASE_KEY to use a hosted project."


def routes(methods: list[str]) -> list[BaseRoute]:
    """Routes that answer for each missing part, over HTTP and over WebSockets."""
    return [
        WebSocketRoute("/realtime/v1/websocket", tell_subscribers),
        WebSocketRoute("/{path:path}", refuse_socket),
        *(
            Route(f"/{part}/v1{rest}", tell, methods=methods)
            for part in PARTS
            for rest in ("", "/{path:path}")
        ),
    ]


def message(part: str) -> str:
    return f"{PARTS[part]} not part of the local stack, which serves /auth/v1 and /rest/v1."


async def tell(request: Request) -> Response:
    """A 404 that names the part; for realtime a 400, because its clients take a 404 for an old server."""
    part = request.scope["path"].split("/")[1]
    status, error = 400 if part == "realtime" else 404, CODE if part == "storage" else None
    return refusal(status, CODE, message(part), HINT, error=error)


async def refuse_socket(socket: WebSocket) -> None:
    path = socket.scope["path"]
    await socket.send_denial_response(refusal(404, CODE, f"{path} is not part of the local stack."))


async def tell_subscribers(socket: WebSocket) -> None:
    """Refuse each subscription at once, with the reason; heartbeats are answered."""
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        while (event := await socket.receive())["type"] != "websocket.disconnect":
            reply = reply_to(event.get("text") or "")
            if reply:
                await socket.send_text(reply)


def reply_to(text: str) -> str | None:
    """The answer to a message of Phoenix's protocol, in its first form (an object) or second (an array)."""
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(sent, dict):
        payload = _payload(sent.get("event"))
        reply = {name: sent.get(name) for name in ("topic", "ref")}
        return payload and json.dumps({**reply, "event": "phx_reply", "payload": payload})
    if isinstance(sent, list) and len(sent) == 5:
        payload = _payload(sent[3])
        return payload and json.dumps([*sent[:3], "phx_reply", payload])
    return None


def _payload(event: object) -> Any:
    if event == "phx_join":
        return {"status": "error", "response": {"reason": message("realtime")}}
    return {"status": "ok", "response": {}} if event in ("heartbeat", "phx_leave") else None
