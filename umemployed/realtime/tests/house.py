"""The whole house, with the tests' own socket beside the true ones."""

from __future__ import annotations

from typing import Any

from django.urls import path

from umemployed import asgi  # sets Django up, which the imports below need
from umemployed.realtime.routing import socket_router
from umemployed.realtime.tests.play import PlayConsumer

_play = socket_router([path("ws/play/", PlayConsumer.as_asgi())])


async def application(scope: Any, receive: Any, send: Any) -> None:
    await (_play if scope["path"] == "/ws/play/" else asgi.application)(scope, receive, send)
