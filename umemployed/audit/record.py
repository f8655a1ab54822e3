"""The one writer of the audit record."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from umemployed.api.context import current_address, current_request_id
from umemployed.api.security import tell
from umemployed.audit.models import AuditEntry


def name_of(target: models.Model | None) -> str:
    """Name a row for the record, e.g. ``companies.membership:0190…``."""
    if target is None:
        return ""
    return f"{target._meta.label_lower}:{getattr(target, 'public_id', target.pk)}"


def record(
    action: str, *, actor: models.Model | None, target: models.Model | None = None, **details: Any
) -> AuditEntry:
    """Write one entry in the caller's transaction, so that it exists exactly when the act does.

    ``details`` must be JSON-ready and free of secrets. Address and request id come from the request
    that runs now.
    """
    entry = AuditEntry.objects.create(
        action=action,
        actor_id=getattr(actor, "pk", None),
        actor_public_id=getattr(actor, "public_id", None),
        target=name_of(target),
        details=details,
        address=current_address(),
        request_id=current_request_id(),
    )
    transaction.on_commit(lambda: tell_entry(entry))
    return entry


def tell_entry(entry: AuditEntry) -> None:
    """Tell whatever watches the house: who, what, from where, and the ids to look it up by."""
    reason = {"reason": entry.details["reason"]} if "reason" in entry.details else {}
    tell(
        entry.action,
        at=entry.at,
        actor=entry.actor_public_id,
        address=entry.address,
        request_id=entry.request_id,
        target=entry.target,
        entry=str(entry.public_id),
        **reason,
    )
