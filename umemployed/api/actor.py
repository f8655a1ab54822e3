"""Who asks, as a type: the signed-in person of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.request import Request

from umemployed.api.errors import Unauthenticated

if TYPE_CHECKING:
    # The stubs' name for AUTH_USER_MODEL, which the ground must not import.
    from django.contrib.auth.models import _User as Person


def actor_of(request: Request | HttpRequest) -> Person:
    """Return the person who signed in. Raises Unauthenticated (401) where nobody did."""
    if not request.user.is_authenticated:
        raise Unauthenticated()
    return request.user
