"""Which answers any page may read: the boards, which companies show on pages of their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

BOARDS = "/api/v1/boards/"


def is_open_to_any_origin(request: HttpRequest, **_: Any) -> bool:
    """Say whether a browser may read this from anywhere: public reads without credentials, and their preflights."""
    return request.path_info.startswith(BOARDS) and request.method in {"GET", "HEAD", "OPTIONS"}
