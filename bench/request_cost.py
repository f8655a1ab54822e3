"""What a request costs before it does much: the WSGI application called directly, without server or client.

The floor is a bare Django view, called without middleware, routes or REST framework. As in production, each
request that uses the connection first asks whether it still lives. Three rows take apart what it costs that access
can be ended at once (docs/decisions/0207): the signature alone, the person alone, and all of it in one statement.
"""

from __future__ import annotations

import io
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import Row, interleave, prepare, report, table

ROUNDS = 200


def main() -> None:
    """Measure and report."""
    prepare()
    from django.conf import settings
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.utils import timezone

    from accounts.authentication import session_of
    from accounts.models import User
    from accounts.tests.factories import make_session, make_user
    from accounts.tokens import make_access_token, read_access_token
    from umemployed.wsgi import application

    settings.RATE_LIMIT_PREFIX = f"um:bench:{uuid.uuid4().hex}"
    settings.RATE_LIMITS = {name: {**limit, "limit": 1_000_000} for name, limit in settings.RATE_LIMITS.items()}
    request = RequestFactory().get("/")
    user = make_user(email=f"bench-{uuid.uuid4().hex}@example.com")
    token = make_access_token(make_session(user=user), issued_at=timezone.now())
    rows = interleave(
        [
            Row("a bare view (floor)", lambda: bytes(HttpResponse(request.path))),
            Row("the token's signature and claims", lambda: read_access_token(token)),
            Row("the person by primary key, which every request needs", lambda: User.objects.get(pk=user.pk)),
            Row("the token, its session's row and the person", lambda: session_of(token)),
            Row("GET /healthz", caller(application, "/healthz")),
            Row("GET /api/v1/jobs/suggest/?q=a", caller(application, "/api/v1/jobs/suggest/", "q=a")),
            Row("GET /api/v1/me/, signed in", caller(application, "/api/v1/me/", token=token)),
        ],
        rounds=ROUNDS,
    )
    report("request_cost", table(rows))


def caller(application: Any, path: str, query: str = "", token: str = "") -> Callable[[], bytes]:
    """Return a call of the application with a fresh request; anything but 200 is an error."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
    }
    if token:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    def start_response(status: str, headers: list[tuple[str, str]]) -> None:
        if status != "200 OK":
            raise RuntimeError(f"{path}: {status}")

    def call() -> bytes:
        response = application({**environ, "wsgi.input": io.BytesIO()}, start_response)
        body = b"".join(response)
        response.close()
        return body

    return call


if __name__ == "__main__":
    main()
