"""What the audit record holds about people: ids and the address that a request came from, never a text."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from umemployed.audit.models import AuditAnchor, AuditEntry, AuditLink
from umemployed.privacy.registry import Basis, Keep, Kept, declare, nothing

nothing(AuditLink, AuditAnchor, because=_("Digests that chain the record; nobody is named."))
declare(
    AuditEntry,
    of=lambda person: QuerySet(AuditEntry).filter(actor=person.pk),
    holds=_("what you did that mattered, when and from which address; ids only"),
    basis=Basis.LAW,
    kept=Kept.SECURITY,
    forget=Keep(
        _("The record of security cannot be changed by anybody; it names you by a number that leads nowhere any more.")
    ),
    hide=("seal",),
)
