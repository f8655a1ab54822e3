"""What is decided about those who are left when a job closes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    """What a disposition does with one applicant."""

    REJECT = "reject", _("reject")
    KEEP = "keep", _("leave undecided")


class DispositionStatus(models.TextChoices):
    """Where the work stands."""

    RUNNING = "running", _("running")
    DONE = "done", _("done")


class ItemStatus(models.TextChoices):
    """What became of one applicant in it."""

    PENDING = "pending", _("pending")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
