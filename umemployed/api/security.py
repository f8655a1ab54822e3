"""Security events: one JSON object a line, for whatever watches the house (OWASP ASVS 16.3).

Two writers. ``audit.record`` tells what was recorded, once it is committed; the handler of problems tells what was
refused (``refused:…``): a credential that is no good, a right that is missing, a limit that is reached. Every line has
the same members: ``event``, ``at`` (UTC), ``actor`` (public id, or null), ``address``, ``request_id``, and what the
writer adds. No names, addresses of mail, tokens or bodies; the route is told as its pattern.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from umemployed.api.context import current_address, current_request_id
from umemployed.api.errors import ApiError, Unauthenticated

logger = logging.getLogger("umemployed.security")


def tell(event: str, *, at: datetime | None = None, actor: Any = None, **more: Any) -> None:
    """Write one event; ``more`` is JSON-ready and says nothing that a log must not hold."""
    if not logger.isEnabledFor(logging.INFO):
        return
    line = {
        "event": event,
        "at": (at or datetime.now(UTC)).isoformat(),
        "actor": actor and str(actor),
        "address": current_address(),
        "request_id": current_request_id(),
        **more,
    }
    logger.info(json.dumps(line))


def tell_refusal(request: HttpRequest, error: ApiError, *, actor: Any = None) -> None:
    """Tell that a request was refused, if its error is one that guards something.

    Whoever shows no credential at all is not an attack, only somebody who has to sign in.
    """
    merely_anonymous = type(error) is Unauthenticated and "Authorization" not in request.headers
    if not error.is_security_event or merely_anonymous:
        return
    route = request.resolver_match.route if request.resolver_match else ""
    tell(
        f"refused:{error.code}",
        actor=actor,
        method=request.method,
        route=route,
        status=error.status_code,
    )
