"""ETag, If-None-Match and If-Match (RFC 9110 §13).

The ETag of a versioned object is ``"<version>.<hash of the body>"``. A read is answered 304 when the
whole tag matches; an edit compares only the version, so that a tag read in another language, or
weakened by a proxy that compresses, still names the version that its reader saw.
"""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from umemployed.api.errors import Conflict, Invalid, PreconditionFailed, PreconditionRequired

TAG = re.compile(r'(?:W/)?"(\d{1,18})(?:\.[0-9a-f]*)?"')


class Versioned(Protocol):
    """A row with a version that every edit raises by one."""

    version: int


class StaleVersion(Conflict):
    """A state change named a version that is no longer the current one; ``current_version`` is added."""

    code = "stale_version"
    title = _("The object has changed")
    cause = _("The `version` in the body is not the object's current version.")
    cure = _("Read the object again, look at its state and `actions`, and send its `version`.")


def expected_version(request: Request) -> int:
    """Return the version that the client saw, from ``If-Match``.

    Raises PreconditionRequired when the header is missing, or is ``*``, which would mean "whatever it
    is now" and so switch the protection off; Invalid when it is not one of our tags.
    """
    header = request.headers.get("If-Match", "").strip()
    if header in {"", "*"}:
        raise PreconditionRequired()
    match = TAG.fullmatch(header)
    if match is None:
        raise Invalid(_("`If-Match` must be one ETag of this object, in its quotes, as the server sent it."))
    return int(match.group(1))


def check_version(row: Versioned, expected: int) -> None:
    """Raise PreconditionFailed unless ``row`` (locked by the caller) still is the expected version."""
    if row.version != expected:
        raise PreconditionFailed(current_version=row.version)


def tag_of(body: bytes, version: int | None = None) -> str:
    """Return the entity tag of a rendered body."""
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def conditional(request: Request | HttpRequest, response: HttpResponse, version: int | None) -> HttpResponse:
    """Tag a rendered 200, and answer 304 instead when the client has exactly this body already."""
    tag = tag_of(response.content, version)
    response.headers.setdefault("ETag", tag)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if known != ["*"] and not any(etag.removeprefix("W/") == tag for etag in known):
        return response
    kept = {name: response[name] for name in ("Vary", "Cache-Control", "Link") if name in response}
    unchanged = HttpResponse(status=304, headers={"ETag": tag, **kept})
    del unchanged["Content-Type"]
    return unchanged
