"""Headers that break the reading of a request, at the real WSGI door."""

from __future__ import annotations

import io
import logging
import random

import pytest
from django.test import RequestFactory

from umemployed.api.requests import is_readable
from umemployed.wsgi import application

pytestmark = pytest.mark.django_db
BROKEN = ["a/b; x*=bogus''%41", "a/b; x*=utf-8''%00", "a/b; x*0*=a''b; x*=c; x*0=d", 'a/b; x="' + "\\" * 99]


def ask(path: str, **headers: object) -> int:
    """Return the status that the WSGI application answers."""
    environ = RequestFactory().get(path).environ | headers
    return application.get_response(application.request_class(environ)).status_code


@pytest.mark.parametrize("codec", ["hex", "rot13", "undefined", "idna", "punycode", "no-such", "utf-7"])
@pytest.mark.parametrize("shape", ["application/json; charset={}", "application/json; charset*=utf-8''{}"])
def test_the_query_is_utf8_whatever_the_client_claims(codec, shape):
    assert ask("/api/v1/jobs/?q=%41%5cud800%2B2AA-", CONTENT_TYPE=shape.format(codec)) == 200


@pytest.mark.parametrize("header", BROKEN)
def test_a_media_type_that_cannot_be_parsed_is_nobodys_fault_but_the_clients(header):
    assert ask("/api/v1/jobs/", CONTENT_TYPE=header) == 200
    assert ask("/api/v1/jobs/", HTTP_ACCEPT=header) in {200, 406}
    assert ask("/errors/", HTTP_ACCEPT=header) == 200
    body = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "2", "wsgi.input": io.BytesIO(b"{}")}
    assert ask("/api/v1/auth/verify-email/", CONTENT_TYPE=header, **body) == 415


def test_no_media_type_raises_anything_else():
    pick = random.Random(7)
    for _ in range(3000):
        is_readable("a/b;" + "".join(pick.choice("ax*=0'\"\\;, %/12é\x01") for _ in range(pick.randrange(40))))


def test_a_cookie_may_not_spell_a_nul():
    assert ask("/admin/", HTTP_COOKIE='sessionid="abcdefgh\\000ijkl"') == 400


def test_a_body_of_unknown_length_is_refused_and_not_taken_for_an_empty_one():
    chunked = {"REQUEST_METHOD": "POST", "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json"}
    assert ask("/api/v1/auth/verify-email/", **chunked, CONTENT_LENGTH="") == 400


def test_the_server_logs_no_query_of_a_socket(caplog):
    logging.getLogger("uvicorn.error").warning('%s - "WebSocket %s" [accepted]', "127.0.0.1:1", "/ws/chat/?token=eyJ")
    assert [record.getMessage() for record in caplog.records] == ['127.0.0.1:1 - "WebSocket /ws/chat/" [accepted]']


def test_a_browser_elsewhere_may_send_and_read_what_our_conventions_need(client, settings):
    ours = {"origin": settings.CORS_ALLOWED_ORIGINS[0], "access-control-request-method": "PATCH"}
    allowed = client.options("/api/v1/jobs/", headers=ours)["Access-Control-Allow-Headers"]
    assert {"authorization", "idempotency-key", "if-match"} <= set(allowed.split(", "))
    shown = client.get("/api/v1/jobs/", headers=ours)["Access-Control-Expose-Headers"]
    assert {"ETag", "RateLimit", "X-Request-ID"} <= set(shown.split(", "))
