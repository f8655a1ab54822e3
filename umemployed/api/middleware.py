"""What surrounds every request: its name and address, the gate of the API, and the headers of the answer."""

from __future__ import annotations

import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import cache

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from umemployed.api import problems
from umemployed.api.context import set_address, set_request_id
from umemployed.api.errors import Invalid, PayloadTooLarge
from umemployed.api.logs import loggable

logger = logging.getLogger("umemployed.requests")
Answer = Callable[[HttpRequest], HttpResponseBase]
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
API = "/api/"


def has_nul(request: HttpRequest) -> bool:
    """Say whether path, query or a cookie (whose quoting can spell any character) holds a NUL."""
    query = (text for name, values in request.GET.lists() for text in (name, *values))
    return any("\0" in text for text in (request.path_info, *query, *request.COOKIES.values()))


class PermanentRedirect308(HttpResponsePermanentRedirect):
    """The permanent redirect that keeps method and body (RFC 9110 §15.4.9)."""

    status_code = 308


@cache
def trusted_networks() -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Return our own proxies' networks."""
    return tuple(ipaddress.ip_network(text, strict=False) for text in settings.TRUSTED_PROXIES)


def is_ours(text: str) -> bool:
    """Say whether an address belongs to one of our proxies; nonsense does not."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in trusted_networks())


def client_address(request: HttpRequest) -> str | None:
    """Return who really asks: the rightmost forwarded address that is not a proxy of ours.

    ``X-Forwarded-For`` is looked at only when the peer is ours, and read from the right, because
    everything left of our own proxy's entry was written by the client.
    """
    return trusted_address(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def trusted_address(peer: str, forwarded: str) -> str | None:
    """Return the rightmost address that is not a proxy of ours, or None where that is none."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while is_ours(peer) and hops:
        peer = hops.pop()
    try:
        return str(ipaddress.ip_address(peer))
    except ValueError:
        return None


class RequestContextMiddleware:
    """Name the request and its client for logs, audit and limits; echo the name; log the answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request under its id."""
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        believed = is_ours(request.META.get("REMOTE_ADDR", "")) and SANE_ID.fullmatch(given)
        request_id = given if believed else uuid.uuid4().hex
        set_request_id(request_id)
        set_address(client_address(request))
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        # The path only, without secrets: a query string may hold what does not belong in logs.
        milliseconds, path = (time.perf_counter() - started) * 1000, loggable(request.path)
        logger.info("%s %s %s %.0fms %s", request.method, path, response.status_code, milliseconds, request_id)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a database that is away, wherever it was noticed, as 503 and not as a bug."""
        error = problems.as_api_error(exception)
        return problems.page(request, error) if error is not None and error.status_code == 503 else None


class ApiGateMiddleware:
    """Judge what needs no view: the missing slash, the size of the body, NUL in query and cookies."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse at the gate, or serve and add what every answer of the API carries."""
        response = self.refusal(request) or self.get_response(request)
        if request.path_info.startswith(API):
            self.finish(request, response)
        return response

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """Return the answer that ends the request here, or None."""
        path = request.path_info
        if path.startswith(API) and not path.endswith("/") and is_valid_path(f"{path}/"):
            query = request.META.get("QUERY_STRING", "")
            return PermanentRedirect308(f"{request.path}/" + (f"?{query}" if query else ""))
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or "0"
        if "json" in (request.content_type or "") and length.isdecimal() and int(length[:20]) > limit:
            return problems.page(request, PayloadTooLarge(limit=limit))
        if has_nul(request):
            return problems.page(request, Invalid(_("A NUL character is not text.")))
        if path.startswith(API) and "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            return problems.page(request, Invalid(_("Send the body whole, with its Content-Length.")))
        return None

    @staticmethod
    def finish(request: HttpRequest, response: HttpResponseBase) -> None:
        """Add the limits' headers and what caches must know."""
        standing = getattr(request, "rate_limit", None)
        for name, value in standing.headers().items() if standing else ():
            response.headers.setdefault(name, value)
        patch_vary_headers(response, ["Authorization", "Accept", "Accept-Language"])
        private = "Authorization" in request.headers or request.method not in {"GET", "HEAD"}
        if private and not {"no-store", "private"} & set(re.split(r"[,\s]+", response.get("Cache-Control", ""))):
            # Also what is public to strangers: a cache that forgets Vary would hand one person's copy to another.
            response["Cache-Control"] = "no-store"
        elif response.status_code >= 400:
            response.headers.setdefault("Cache-Control", "no-store")
        else:
            response.headers.setdefault("Cache-Control", "no-cache")


class PolicyMiddleware(CSPMiddleware):
    """Content-Security-Policy; the admin's own interface needs more than our pages do."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Widen the policy under /admin/ only: its Alpine components evaluate expressions in attributes."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/") and not report_only:
            parts.replace = {**settings.ADMIN_CONTENT_SECURITY_POLICY, **(parts.replace or {})}
        return parts
