from __future__ import annotations

import re

from django.contrib.staticfiles import finders
from rest_framework.test import APIClient

from umemployed.realtime.asyncapi import PATH, asyncapi_text
from umemployed.realtime.protocol import CloseCode


def test_the_page_tells_every_socket_and_close_code(api: APIClient) -> None:
    answer = api.get("/realtime/")
    page = answer.content.decode()
    assert answer.status_code == 200
    for address in ("/ws/chat/", "/ws/notifications/", *(str(int(code)) for code in CloseCode)):
        assert address in page


def test_nothing_on_the_page_comes_from_elsewhere_or_runs_inline(api: APIClient) -> None:
    answer = api.get("/realtime/")
    page = answer.content.decode()
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page) == []
    assert re.findall(r"<script(?![^>]*src=)|\son\w+=|style=|javascript:", page) == []
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    for name in re.findall(r'/static/(realtime/[\w.]+)"', page):
        assert finders.find(name)


def test_the_document_is_served_as_committed(api: APIClient) -> None:
    assert api.get("/realtime/asyncapi.yaml").content.decode() == asyncapi_text()
    assert PATH.exists()
