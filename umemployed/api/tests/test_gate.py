"""The gate: bodies, slashes, addresses, headers."""

from __future__ import annotations

import json

import pytest
from django.test import RequestFactory

from umemployed.api import middleware

pytestmark = [pytest.mark.django_db, pytest.mark.urls("umemployed.api.tests.urls")]
MONEY = "/api/v1/money/"


def send(api, raw):
    return api.generic("POST", MONEY, raw, content_type="application/json")


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b'{"note": NaN}',
        b'{"note": -Infinity}',
        b'{"note": 1e999}',
        b'{"note": 1234567890123456789012}',
        b'{"note": "\\u0000"}',
        b'{"note": "\\ud800"}',
        b'{"\\u0000": 1}',
        b'{"note": "a", "note": "b"}',
        b'{"note": "\xff"}',
        b"[" * 33 + b"]" * 33,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 5000,
        b"null",
        b"[]",
        b'"text"',
        b"7",
    ],
)
def test_what_is_not_plain_json_is_400(api, raw):
    answer = send(api, raw)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_over_a_mebibyte_is_413(api):
    answer = send(api, b'{"note": "' + b"x" * 1024 * 1024 + b'"}')
    assert answer.status_code == 413
    assert answer.json()["limit"] == 1024 * 1024


def test_a_body_that_is_not_json_is_415(api):
    assert api.generic("POST", MONEY, b"<a/>", content_type="text/xml").status_code == 415


def test_a_missing_slash_is_308_and_keeps_the_query(api):
    answer = api.post("/api/v1/money?a=1", {})
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/money/?a=1")
    assert api.get("/api/v1/nowhere").status_code == 404


def test_nul_in_the_query_is_400(api):
    assert api.get("/api/v1/entries/?action=%00").status_code == 400


def test_money_is_text_with_a_currency(api):
    price = {"amount": "350000.5", "currency": "XAF"}
    assert send(api, json.dumps({"price": price}).encode()).json()["price"] == {**price, "amount": "350000.50"}


@pytest.mark.parametrize(
    "price",
    [
        {"amount": 1, "currency": "XAF"},
        {"amount": "1", "currency": "XXX"},
        {"amount": "-1", "currency": "XAF"},
        {"amount": "1.001", "currency": "XAF"},
        {"amount": "NaN", "currency": "XAF"},
        {"amount": "1E+400", "currency": "XAF"},
        {"amount": "1", "currency": ["XAF"]},
        {"amount": "1"},
        {"amount": "1", "currency": "XAF", "tip": "2"},
        "1 XAF",
        1,
    ],
)
def test_money_of_another_shape_is_400_at_its_field(api, price):
    answer = send(api, json.dumps({"price": price}).encode())
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "price"


def test_every_answer_has_an_id_and_a_policy_and_no_id_of_a_stranger_is_believed(api):
    answer = api.get("/api/v1/entries/", headers={"X-Request-ID": "chosen-by-a-stranger"})
    assert len(answer["X-Request-ID"]) == 32
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


def test_answers_to_people_are_not_stored_by_caches(alice, as_user, api):
    assert as_user(alice).get("/api/v1/entries/")["Cache-Control"] == "no-store"
    assert api.get("/api/v1/entries/")["Cache-Control"] == "no-cache"


@pytest.fixture
def our_proxy(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    middleware.trusted_networks.cache_clear()
    yield
    middleware.trusted_networks.cache_clear()


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "1.1.1.1", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", None),
        ("10.0.0.1", "::1", "::1"),
    ],
)
def test_only_our_own_proxies_are_believed(our_proxy, peer, forwarded, expected):
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=peer)
    assert middleware.client_address(request) == expected


def test_a_request_id_from_our_proxy_is_kept(our_proxy, api):
    answer = api.get("/api/v1/entries/", headers={"X-Request-ID": "trace-12345678"}, REMOTE_ADDR="10.0.0.1")
    assert answer["X-Request-ID"] == "trace-12345678"
