"""The words of erasures, exports and consents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasureStatus(models.TextChoices):
    WAITING = "waiting", _("waiting, can be cancelled")
    EXECUTING = "executing", _("being carried out")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


ERASURE_TRANSITIONS: dict[ErasureStatus, frozenset[ErasureStatus]] = {
    ErasureStatus.WAITING: frozenset({ErasureStatus.EXECUTING, ErasureStatus.CANCELLED}),
    ErasureStatus.EXECUTING: frozenset({ErasureStatus.DONE}),
    ErasureStatus.DONE: frozenset(),
    ErasureStatus.CANCELLED: frozenset(),
}
UNDECIDED = (ErasureStatus.WAITING, ErasureStatus.EXECUTING)


class Cause(models.TextChoices):
    ASKED = "asked", _("the person asked")
    INACTIVE = "inactive", _("nobody used the account")
    REPLAYED = "replayed", _("replayed after a restore")


class ExportStatus(models.TextChoices):
    RUNNING = "running", _("being prepared")
    READY = "ready", _("ready")
    EXPIRED = "expired", _("expired")
    FAILED = "failed", _("failed")


EXPORT_TRANSITIONS: dict[ExportStatus, frozenset[ExportStatus]] = {
    ExportStatus.RUNNING: frozenset({ExportStatus.READY, ExportStatus.FAILED}),
    ExportStatus.READY: frozenset({ExportStatus.EXPIRED}),
    ExportStatus.EXPIRED: frozenset(),
    ExportStatus.FAILED: frozenset(),
}


class Purpose(models.TextChoices):
    """What one can say yes or no to. The first two come with the account; the others are nobody's business else."""

    TERMS = "terms", _("the terms of use")
    PRIVACY = "privacy", _("the notice on personal data")
    TALENT_SEARCH = "talent_search", _("to be found by recruiters")
    MARKETING = "marketing", _("news of ours by mail")


REQUIRED = frozenset({Purpose.TERMS, Purpose.PRIVACY})
