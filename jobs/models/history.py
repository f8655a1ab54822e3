"""What a posting said, version by version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models.job import Job


class JobVersion(models.Model):
    """What the public read from one version on; rows are only ever inserted.

    ``number`` is the posting's version at that moment. Versions that changed nothing visible (a pause,
    a closing) have no row: the newest row not above a version is what it said.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="versions", verbose_name=_("job"))
    number = models.PositiveIntegerField(_("version"))
    snapshot = models.JSONField(_("content"))
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("job version")
        verbose_name_plural = _("job versions")
        ordering = ["-number", "-pk"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="jobversion_once_per_number")]

    def __str__(self) -> str:
        return f"{self.job_id} v{self.number}"
