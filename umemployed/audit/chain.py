"""What makes tampering with the record show: seals, a chain, and anchors.

- Every entry carries a **seal**, an HMAC of its content with ``AUDIT_KEYS``, which the database does not have:
  nobody can edit or invent an entry with SQL alone.
- A deferred trigger appends a **link** for every entry when its transaction commits: a number without gaps and
  SHA-256 over the link before, the entry's id and its seal. So no entry can be taken out or moved. The lock that
  orders the links is held for the commit alone.
- An **anchor** seals the newest link every minute, and is also written into the file storage. So the end of
  the chain cannot be cut off, unless the database and the storage are both written over.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime

    from umemployed.audit.models import AuditEntry


def content_of(entry: AuditEntry) -> bytes:
    """Return an entry's content in the one spelling that is sealed."""
    parts = [
        str(entry.public_id),
        entry.action,
        entry.actor_id,
        entry.actor_public_id and str(entry.actor_public_id),
        entry.target,
        entry.details,
        entry.address and str(ipaddress.ip_address(entry.address)),
        entry.request_id,
        _moment(entry.at),
    ]
    return json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()


def seal_of(content: bytes, *, key: str | None = None) -> str:
    """Return the seal of a content, with the newest key unless another is given."""
    return hmac.digest((key or settings.AUDIT_KEYS[0]).encode(), content, "sha256").hex()


def is_sealed(content: bytes, seal: str) -> bool:
    """Say whether one of our keys, old or new, made this seal."""
    return any(hmac.compare_digest(seal_of(content, key=key), seal) for key in settings.AUDIT_KEYS)


def link_digest(before: str, seq: int, entry_id: int, seal: str) -> str:
    """Return what the trigger computes for a link."""
    return hashlib.sha256(f"{before}:{seq}:{entry_id}:{seal}".encode()).hexdigest()


def anchor_content(seq: int, digest: str, at: datetime, before: str) -> bytes:
    """Return what an anchor seals: a link's number and digest, the moment, and the seal of the anchor before."""
    parts: list[Any] = ["anchor", seq, digest, _moment(at), before]
    return json.dumps(parts, separators=(",", ":")).encode()


def _moment(at: datetime) -> int:
    """Return microseconds since 1970, exactly."""
    seconds = int(at.replace(microsecond=0).timestamp())
    return seconds * 1_000_000 + at.microsecond
