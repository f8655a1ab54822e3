"""What a posting's text is found by when another one resembles it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from jobs.models.job import Job


class JobFingerprint(models.Model):
    """The bands of a posting's text (``jobs.similarity``), kept by ``jobs.services.duplicates`` from submission on.

    A table of its own: the index over bands would make every move of a posting's state dearer.
    """

    job = models.OneToOneField(Job, models.CASCADE, primary_key=True, related_name="fingerprint", verbose_name=_("job"))
    bands = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("fingerprint")
        verbose_name_plural = _("fingerprints")
        ordering = ["-pk"]
        indexes = [GinIndex(fields=["bands"], name="jobfingerprint_bands")]

    def __str__(self) -> str:
        return f"{self.job_id}"
