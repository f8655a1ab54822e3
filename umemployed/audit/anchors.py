"""Anchors: the newest link, sealed now and then, in the database and outside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone

from umemployed.audit.chain import anchor_content, seal_of
from umemployed.audit.models import AuditAnchor, AuditLink

FOLDER = "audit-anchors"
LOCK = 0x617564697461  # "audita": one anchor at a time


def drop_anchor() -> AuditAnchor | None:
    """Seal the newest link and return the anchor; None when nothing was recorded since the last one.

    The copy in the storage is written after the commit; what is missing there is written the next time.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        anchor = _next_anchor()
    _copy_out()
    return anchor


def _next_anchor() -> AuditAnchor | None:
    tip, last = AuditLink.objects.order_by("-seq").first(), AuditAnchor.objects.order_by("-seq").first()
    if tip is None or (last is not None and last.seq >= tip.seq):
        return None
    at, before = timezone.now(), last.seal if last else ""
    seal = seal_of(anchor_content(tip.seq, tip.digest, at, before))
    return AuditAnchor.objects.create(seq=tip.seq, digest=tip.digest, at=at, seal=seal)


def _copy_out() -> None:
    """Write the anchors that the storage lacks; the newest file says how far it has come."""
    known = max((seq for seq, _ in copied_names()), default=0)
    for anchor in AuditAnchor.objects.filter(seq__gt=known).order_by("seq"):
        text = json.dumps({"seq": anchor.seq, "digest": anchor.digest, "seal": anchor.seal})
        storages["files"].save(f"{FOLDER}/{anchor.seq:020d}.json", ContentFile(text.encode()))


def copied_names() -> Iterator[tuple[int, str]]:
    """Yield (link number, name) of each anchor in the storage."""
    try:
        names = storages["files"].listdir(FOLDER)[1]
    except FileNotFoundError:  # a local storage has no folder before its first file
        return
    for name in sorted(names):
        yield int(name.partition(".")[0]), f"{FOLDER}/{name}"


def newest_copies(count: int) -> list[dict[str, Any]]:
    """Return the newest anchors of the storage, oldest first."""
    found = list(copied_names())[-count:]
    copies = []
    for _, name in found:
        with storages["files"].open(name) as file:
            copies.append(json.load(file))
    return copies
