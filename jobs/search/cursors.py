"""Where a walk through the pages stands: signed, of one query, enough to continue whatever was published since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from jobs.search.query import SearchQuery
from umemployed.api.errors import Invalid

SIGNER = signing.Signer(salt="jobs.search.cursor")


def write_cursor(
    query: SearchQuery, row: tuple[Any, ...], since: int, *, backward: bool, walk: Walk | None = None
) -> str:
    """Return a signed cursor: the row at the edge (job, ordinal, key), and the moment by which freshness is judged."""
    _job_id, ordinal, key = row[:3]
    rest = [walk.top, *walk.cuts] if walk else []
    return SIGNER.sign_object([query.fingerprint(), key, ordinal, since, int(backward), *rest])


def read_cursor(cursor: str | None, query: SearchQuery) -> dict[str, Any] | None:
    """Return what a cursor holds; raise Invalid unless we made it for this very query."""
    if not cursor:
        return None
    try:
        fingerprint, key, ordinal, since, backward, *rest = SIGNER.unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid.on_field("cursor", _("This cursor was not made by this server."), code="bad_cursor") from None
    if fingerprint != query.fingerprint():
        raise Invalid.on_field("cursor", _("This cursor belongs to another search."), code="bad_cursor")
    walk = Walk(rest[0], tuple(rest[1:])) if rest else None
    return {"key": key, "ord": ordinal, "since": since, "backward": bool(backward), "walk": walk}


@dataclass(frozen=True)
class Walk:
    """How a walk by relevance through many postings was begun, so that each page judges by the same rule.

    Postings after ``top`` are not part of it. ``cuts`` has for each tier the oldest posting that is ranked: 0
    where all of the tier are, ``NOBODY`` where none is. Whatever no tier ranks follows, newest first.
    """

    top: int
    cuts: tuple[int, ...]


NOBODY = 2_147_483_647
