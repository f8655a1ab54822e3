"""Saved and hidden postings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import PublicModel

if TYPE_CHECKING:
    from accounts.models import User


class ShelfQuerySet(models.QuerySet):
    """Rows of one person's shelf."""

    def for_user(self, user: User) -> Self:
        """One's own."""
        return self.filter(user_id=user.pk)


class SavedJob(PublicModel):
    """A posting that somebody wants to find again. ``title`` is what it was called then, for when it is gone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_jobs", verbose_name=_("person")
    )
    job = models.ForeignKey("jobs.Job", models.CASCADE, related_name="+", verbose_name=_("job"))
    title = models.CharField(_("title when it was saved"), max_length=200)

    objects = ShelfQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved job")
        verbose_name_plural = _("saved jobs")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "job"], name="savedjob_once_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.job_id}"


class HiddenJob(PublicModel):
    """A posting that somebody never wants to be shown again in searches."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="hidden_jobs", verbose_name=_("person")
    )
    job = models.ForeignKey("jobs.Job", models.CASCADE, related_name="+", verbose_name=_("job"))

    objects = ShelfQuerySet.as_manager()

    class Meta:
        verbose_name = _("hidden job")
        verbose_name_plural = _("hidden jobs")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "job"], name="hiddenjob_once_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.job_id}"
