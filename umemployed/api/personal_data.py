"""What the REST layer holds about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from umemployed.api.models import IdempotencyRecord
from umemployed.privacy.registry import Basis, Delete, Kept, declare

declare(
    IdempotencyRecord,
    of=lambda person: IdempotencyRecord.objects.filter(owner=f"user:{person.pk}"),
    holds=_("our answers to what you sent with an `Idempotency-Key`, encrypted, for a day"),
    basis=Basis.CONTRACT,
    kept=Kept.DAYS,
    forget=Delete(),
    exported=False,
)
