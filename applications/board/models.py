"""Who watches which board."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models import Job

MOST_WATCHED = 20


class BoardWatch(models.Model):
    """A person follows a job's board; what happens there enters their stream, connected or not, until they stop."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    job = models.ForeignKey(Job, models.CASCADE, related_name="+", verbose_name=_("job"))
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("watch of a board")
        verbose_name_plural = _("watches of boards")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "job"], name="boardwatch_once_per_job")]
        indexes = [models.Index(fields=["job", "user"], name="boardwatch_of_job")]

    def __str__(self) -> str:
        return f"{self.user_id} watches {self.job_id}"
