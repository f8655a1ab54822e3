"""From a socket's path to its consumer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from channels.routing import URLRouter
from django.urls import URLPattern, re_path

from umemployed.realtime.entry import has_allowed_origin

Application = Callable[..., Awaitable[None]]


async def nowhere(scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[dict[str, Any]], Any]) -> None:
    """Refuse a path that no socket has: 404 (403 first for a foreign origin, and where 404 cannot be sent)."""
    await receive()
    if has_allowed_origin(scope) and "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close"})


def socket_router(patterns: Iterable[URLPattern]) -> Application:
    """Return the ASGI application that serves all sockets of the house."""
    return URLRouter([*patterns, re_path(r"", nowhere)])
