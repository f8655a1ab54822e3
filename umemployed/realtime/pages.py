"""The page about the sockets: the dialect, every frame, and a playground. All assets are our own."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from umemployed.api.methods import reads_only
from umemployed.realtime import protocol
from umemployed.realtime.asyncapi import asyncapi_text, document, sockets

CLOSE_CODES = {
    protocol.CloseCode.RESTART: "The server restarts. Come back after the jitter named in hello, and resume.",
    protocol.CloseCode.BAD_FRAME: "A frame that cannot even be answered. Mend the client.",
    protocol.CloseCode.UNAUTHENTICATED: "The ticket or session does not stand. Refresh, take a new ticket.",
    protocol.CloseCode.ACCESS_LOST: "What you may see has changed. Read the state again, then come back.",
    protocol.CloseCode.TIMEOUT: "Nothing heard from you for a minute. Come back and resume.",
    protocol.CloseCode.TOO_LARGE: "A frame over 64 KiB. Send less at once.",
    protocol.CloseCode.SLOW_DOWN: "Too many commands or connections. Wait a minute.",
    protocol.CloseCode.SLOW_CONSUMER: "You read more slowly than we write. Come back and resume.",
}


@cache
def _text() -> str:
    return asyncapi_text()


def _tables() -> list[dict[str, Any]]:
    """Return each socket with its operations, as the page shows them."""
    served = sockets()
    whole = document(served)
    return [
        {
            "name": name,
            "address": address,
            "operations": [
                {"type": key.split(".", 2)[2], "action": operation["action"], "summary": operation["summary"]}
                for key, operation in whole["operations"].items()
                if key.startswith(f"{name}.")
            ],
        }
        for name, address in sorted(served.items())
    ]


@reads_only
def protocol_page(request: HttpRequest) -> HttpResponse:
    """Explain the sockets and let a newcomer play."""
    codes = [{"code": int(code), "meaning": meaning} for code, meaning in CLOSE_CODES.items()]
    return render(request, "realtime/page.html", {"sockets": _tables(), "codes": codes})


@reads_only
def asyncapi_document(request: HttpRequest) -> HttpResponse:
    """Serve the AsyncAPI document of the running code."""
    return HttpResponse(_text(), content_type="application/yaml; charset=utf-8")
