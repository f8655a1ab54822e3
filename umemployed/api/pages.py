"""Pages beside the API: the tour, the errors explained, the documentation, and how we are."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import redis
from csp.decorators import csp_update
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView

from umemployed.api import problems
from umemployed.api.document import JSON, YAML, committed
from umemployed.api.errors import CATALOGUE, ApiError
from umemployed.api.methods import reads_only
from umemployed.api.preconditions import conditional


def wants_json(request: HttpRequest) -> bool:
    """Say whether the reader prefers JSON to a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


# --- The tour ------------------------------------------------------------------------------------
def demo_logins() -> list[dict[str, str]]:
    """Return the demo logins, which exist only in the embedded stack."""
    path = settings.VAR_DIR / "demo.json"
    if settings.ENVIRONMENT != "embedded" or not path.exists():
        return []
    return json.loads(path.read_text())


@reads_only
def tour(request: HttpRequest) -> HttpResponse:
    """Show a newcomer where to go."""
    return render(request, "api/tour.html", {"logins": demo_logins(), "local": settings.LOCAL})


# --- Errors explained ----------------------------------------------------------------------------
def explained(error: type[ApiError]) -> dict[str, Any]:
    """Return what the page of an error says."""
    return {
        "code": error.code,
        "type": problems.type_of(error.code),
        "status": error.status_code,
        "title": str(error.title),
        "cause": str(error.cause),
        "cure": str(error.cure),
        "example": {**problems.problem(error()), "request_id": "0b7f3a52c1d94e0f9a6b8c7d6e5f4a3b"},
    }


@reads_only
def error_list(request: HttpRequest) -> HttpResponse:
    """List every error that the API can answer."""
    known = [explained(error) for error in sorted(CATALOGUE.values(), key=lambda e: (e.status_code, e.code))]
    if wants_json(request):
        return JsonResponse({"errors": known})
    return render(request, "api/errors.html", {"errors": known})


@reads_only
def error_page(request: HttpRequest, code: str) -> HttpResponse:
    """Explain one error: cause, cure, example."""
    if code not in CATALOGUE:
        raise Http404
    error = explained(CATALOGUE[code])
    if wants_json(request):
        return JsonResponse(error)
    example = json.dumps(error["example"], indent=2, ensure_ascii=False)
    return render(request, "api/error.html", {"error": error, "example": example})


# --- How we are ----------------------------------------------------------------------------------
@never_cache
@reads_only
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process lives; asks nobody else."""
    return JsonResponse({"status": "alive"})


@cache
def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise ImproperlyConfigured("unapplied migrations")  # raised, so that only the good answer is kept
    return True


def check_database() -> None:
    """Raise DatabaseError unless PostgreSQL answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_redis() -> None:
    """Raise RedisError unless Redis answers within a second."""
    for url in {settings.CACHE_URL, settings.BROKER_URL, settings.CHANNELS_URL}:
        with redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as client:
            client.ping()


CHECKS: dict[str, Callable[[], Any]] = {
    "database": check_database,
    "migrations": _migrations_are_applied,
    "redis": check_redis,
}

# Services of others, as ``{"ok": …}``, by what we know already: nobody is asked, and nothing waits for their answer.
OUTSIDE: dict[str, Callable[[], dict[str, Any]]] = {}


def condition_of(check: Callable[[], Any]) -> dict[str, Any]:
    """Return the outcome of one check and how long it took."""
    started = time.perf_counter()
    try:
        check()
        outcome: dict[str, Any] = {"ok": True}
    except (DatabaseError, redis.RedisError, ImproperlyConfigured) as error:
        outcome = {"ok": False, "reason": type(error).__name__}
    return {**outcome, "milliseconds": round((time.perf_counter() - started) * 1000, 1)}


@never_cache
@reads_only
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can serve, and name what is down; bounded by the clients' timeouts.

    What is ``outside`` is told and judged by nobody: a process that cannot send mails answers as well as before.
    """
    checks = {name: condition_of(check) for name, check in CHECKS.items()}
    ready = all(check["ok"] for check in checks.values())
    outside = {name: tell() for name, tell in OUTSIDE.items()} if ready else {}
    answer = {"status": "ready" if ready else "not ready", "checks": checks, "outside": outside}
    return JsonResponse(answer, status=200 if ready else 503)


# --- The documentation ---------------------------------------------------------------------------
@reads_only
def schema_document(request: HttpRequest) -> HttpResponse:
    """Serve the committed OpenAPI document, which a test holds to the code, as YAML or (``?format=json``) JSON.

    Nothing is made in a request: reading every view takes seconds, the committed bytes microseconds.
    """
    asked = {"json": JSON, "yaml": YAML}.get(request.GET.get("format", ""))
    media_type = asked or request.get_preferred_type([YAML, JSON, "application/yaml", "application/json"]) or YAML
    body, tag = committed(JSON if media_type.endswith("json") else YAML)
    response = HttpResponse(body, content_type=f"{media_type}; charset=utf-8", headers={"ETag": tag})
    response["Cache-Control"] = "public, max-age=300"
    response["Content-Disposition"] = (
        f'inline; filename="umemployed.{"json" if media_type.endswith("json") else "yaml"}"'
    )
    return conditional(request, response, None)


# Both readers style themselves from script; nothing but our own origin is ever asked.
INLINE_STYLE = {"style-src": ["'unsafe-inline'"]}


@method_decorator(reads_only, name="dispatch")
@method_decorator(csp_update(INLINE_STYLE), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files."""

    template_name = "api/swagger.html"


@method_decorator(reads_only, name="dispatch")
@method_decorator(csp_update({**INLINE_STYLE, "worker-src": ["blob:"]}), name="dispatch")
class RedocView(SpectacularRedocView):
    """ReDoc from our own static files."""

    template_name = "api/redoc.html"
