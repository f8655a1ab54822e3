from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import override_settings

from umemployed.api import limits
from umemployed.api.errors import TooManyRequests, Unavailable

ENTRIES = "/api/v1/entries/"


@pytest.fixture
def ten(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "ten": {"limit": 10, "seconds": 60}}


@pytest.fixture
def no_redis(settings, monkeypatch):
    """Point the limits at a port where nobody listens."""
    settings.CACHE_URL = "redis://127.0.0.1:1/0"
    clear = (limits._client.cache_clear, limits._script.cache_clear)
    for forget in clear:
        forget()
    monkeypatch.setattr(limits, "_silent_until", 0.0)
    yield
    for forget in clear:
        forget()
    limits._silent_until = 0.0


@pytest.mark.race
def test_of_five_hundred_at_once_exactly_ten_pass(ten):
    def one(_):
        try:
            limits.spend("ten", "user:1")
        except TooManyRequests:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(one, range(500))) == 10


def test_a_refusal_for_one_identity_is_not_counted_for_the_other(ten):
    for _ in range(10):
        limits.spend("ten", "address:a")
    with pytest.raises(TooManyRequests):
        limits.spend("ten", "address:a", "account:b")
    assert limits.spend("ten", "account:b").left == 9


def test_the_window_slides(settings):
    settings.RATE_LIMITS = {"brief": {"limit": 1, "seconds": 1}}
    limits.spend("brief", "x")
    with pytest.raises(TooManyRequests) as refused:
        limits.spend("brief", "x")
    assert refused.value.headers["Retry-After"] == "1"
    limits._client().delete(f"{settings.RATE_LIMIT_PREFIX}:brief:x")
    assert limits.spend("brief", "x").left == 0


def test_without_redis_reads_pass_and_closed_doors_stay_closed(no_redis):
    assert limits.spend("read", "x") is None
    with pytest.raises(Unavailable):
        limits.spend("login", "x")


def test_many_spendings_are_judged_one_after_the_other(ten):
    spendings = [("user:a", str(n)) for n in range(12)] + [("user:b", "0"), ("user:a", "3")]
    assert limits.spend_each("ten", spendings) == [True] * 10 + [False] * 2 + [True, True]
    assert limits.spend_each("ten", [("user:a", "new")]) == [False]


def test_without_redis_many_spendings_pass_or_are_refused_as_one_is(no_redis):
    assert limits.spend_each("read", [("x", ""), ("y", "")]) == [True, True]
    with pytest.raises(Unavailable):
        limits.spend_each("login", [("x", ""), ("y", "")])


@pytest.mark.django_db
@pytest.mark.urls("umemployed.api.tests.urls")
def test_an_answer_says_what_is_left_and_the_last_one_when_to_come_back(api, settings):
    settings.RATE_LIMITS = {"read": {"limit": 2, "seconds": 60}}
    assert api.get(ENTRIES)["RateLimit"].startswith('"read";r=1;t=')
    assert api.get(ENTRIES)["RateLimit-Policy"] == '"read";q=2;w=60'
    refused = api.get(ENTRIES)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit"].startswith('"read";r=0')


@pytest.mark.django_db
@pytest.mark.urls("umemployed.api.tests.urls")
def test_a_stranger_cannot_leave_his_bucket_by_inventing_proxies(api, settings):
    settings.RATE_LIMITS = {"read": {"limit": 5, "seconds": 60}}
    statuses = [
        api.get(ENTRIES, headers={"X-Forwarded-For": f"10.9.{n // 250}.{n % 250}"}).status_code for n in range(50)
    ]
    assert statuses.count(200) == 5


@pytest.mark.django_db
@pytest.mark.urls("umemployed.api.tests.urls")
def test_without_redis_the_api_still_reads(api, no_redis):
    with override_settings():
        assert api.get(ENTRIES).status_code == 200
