"""Rate limits: exact sliding windows, counted in Redis by one Lua script, so that no race lets one more in.

Policies stand in ``settings.RATE_LIMITS``: ``{scope: {"limit": 10, "seconds": 300, "closed": True}}``. A
view names its ``throttle_scope``; without one its reads count as ``read`` and its writes as ``write``.
A request counts for the account that is signed in, else for the trusted client address. A service that
must count by something else (the address that a login names) calls ``spend()`` itself.

When Redis is down, an open scope lets the request pass and a closed one (sign-in and the like) refuses
it with 503.
"""

from __future__ import annotations

import logging
import math
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis
from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from umemployed.api.context import current_address
from umemployed.api.errors import TooManyRequests, Unavailable

logger = logging.getLogger(__name__)
SILENCE_SECONDS = 1.0  # after a failure, do not make every request wait for a dead Redis
_silent_until = 0.0

# KEYS: one sorted set per identity. ARGV: window in ms, limit, a member.
# Either every identity has room and the request is entered for all, or it is entered for none.
# A member that every set has already takes no room: it is allowed, and moves to now.
# Returns {1 if allowed, how many are left, ms until the window has room or moves}.
WINDOW = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local span, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local left, wait = limit, 0
for _, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - span)
  local room = limit - redis.call('ZCARD', key)
  if redis.call('ZSCORE', key, ARGV[3]) then room = room + 1 end
  if room < left then left = room end
  local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if oldest[2] then wait = math.max(wait, oldest[2] + span - now) end
end
if left <= 0 then return {0, 0, wait} end
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[3])
  redis.call('PEXPIRE', key, span)
end
if wait == 0 then wait = span end
return {1, left - 1, wait}
"""


@dataclass(frozen=True)
class Standing:
    """Where an identity stands in a scope: what is left, and seconds until the window moves."""

    scope: str
    limit: int
    seconds: int
    allowed: bool
    left: int
    wait: int

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.limit};w={self.seconds}',
            "RateLimit": f'"{self.scope}";r={self.left};t={self.wait}',
        }


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.CACHE_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


@cache
def _script() -> Any:
    return _client().register_script(WINDOW)


def spend(scope: str, *identities: str, member: str = "") -> Standing | None:
    """Count one request of ``scope`` for every identity; returns None when Redis is down and the scope is open.

    ``member`` names what is counted where it is not requests but different things (people written to): a thing
    that was counted within the window is not counted again.

    Raises TooManyRequests when any of them has used its limit up (then none is counted), and
    Unavailable when Redis is down and the scope is closed. One round trip.
    """
    keys = [f"{settings.RATE_LIMIT_PREFIX}:{scope}:{identity}" for identity in identities]
    standing = _count(scope, [(keys, member)])[0]
    if standing is not None and not standing.allowed:
        raise TooManyRequests(headers={**standing.headers(), "Retry-After": str(max(1, standing.wait))})
    return standing


def spend_each(scope: str, spendings: Sequence[tuple[str, str]]) -> list[bool]:
    """Count each (identity, member) as ``spend`` does, in this order, and say which were allowed.

    Raises Unavailable when Redis is down and the scope is closed. One round trip, and one to see that the script
    is there.
    """
    calls = [([f"{settings.RATE_LIMIT_PREFIX}:{scope}:{identity}"], member) for identity, member in spendings]
    return [standing is None or standing.allowed for standing in _count(scope, calls)]


def _count(scope: str, calls: Sequence[tuple[list[str], str]]) -> list[Standing | None]:
    """Run the script for each (keys, member); all are None when Redis is down and the scope is open."""
    global _silent_until
    policy = settings.RATE_LIMITS[scope]
    limit, seconds = policy["limit"], policy["seconds"]
    if time.monotonic() < _silent_until:
        refuse_if_closed(policy)
        return [None] * len(calls)
    try:
        results = _run([(keys, [seconds * 1000, limit, member or uuid.uuid4().hex]) for keys, member in calls])
    except redis.RedisError as error:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        logger.warning("Rate limits cannot be counted (%s).", type(error).__name__)
        refuse_if_closed(policy)
        return [None] * len(calls)
    return [
        Standing(scope, limit, seconds, bool(allowed), left, math.ceil(wait / 1000)) for allowed, left, wait in results
    ]


def _run(calls: list[tuple[list[str], list[Any]]]) -> list[tuple[int, int, int]]:
    if len(calls) == 1:
        keys, arguments = calls[0]
        return [_script()(keys=keys, args=arguments)]
    with _client().pipeline(transaction=False) as pipeline:
        for keys, arguments in calls:
            _script()(keys=keys, args=arguments, client=pipeline)
        return pipeline.execute()


def refuse_if_closed(policy: dict[str, Any]) -> None:
    """Raise Unavailable where the scope would rather refuse than let pass uncounted."""
    if policy.get("closed"):
        raise Unavailable(headers={"Retry-After": "5"})


def scope_of(view: Any, method: str | None) -> str:
    """Return the scope that a request to this view counts in."""
    return getattr(view, "throttle_scope", None) or ("read" if method in SAFE_METHODS else "write")


class ScopeThrottle(BaseThrottle):
    """DRF's door to the limits; the standing is kept on the request for the headers of the answer."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request; raises instead of returning False."""
        identity = f"user:{request.user.pk}" if request.user.is_authenticated else f"address:{current_address()}"
        standing = spend(scope_of(view, request.method), identity)
        if standing is not None:
            request._request.rate_limit = standing  # type: ignore[attr-defined]  # our middleware reads it
        return True

    def wait(self) -> None:
        """Nothing to add: the error carries Retry-After."""
