"""The résumé itself: whose it is, how it is reached, and the basics of JSON Resume."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from resumes.querysets import ResumeQuerySet
from umemployed.api.ids import PublicModel
from umemployed.vault.fields import EncryptedTextField


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.PUBLISHED}),
    Status.PUBLISHED: frozenset({Status.DRAFT}),
}


class Resume(PublicModel):
    """One résumé of a person.

    ``version`` rises by one with every change to the résumé or to a row of its sections; it is the
    ETag. ``completeness`` and ``missing`` are computed in the same statement, by
    ``resumes.services.touch``. ``extras`` keeps what a JSON Resume said that no column can say.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="resumes"
    )
    title = models.CharField(_("title"), max_length=120)
    language = models.CharField(_("language"), max_length=8, default="en")
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.DRAFT)
    is_primary = models.BooleanField(_("primary"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    headline = models.CharField(_("headline"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), max_length=20_000, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = EncryptedTextField(_("phone"), purpose="resumes.phone", max_length=64, blank=True)
    website = models.CharField(_("website"), max_length=2000, blank=True)
    image_url = models.CharField(_("picture"), max_length=2000, blank=True)
    address = models.TextField(_("address"), max_length=1000, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=32, blank=True)
    city = models.CharField(_("city"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)
    country_code = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2."))

    completeness = models.PositiveSmallIntegerField(_("completeness"), default=0)
    missing = ArrayField(models.CharField(max_length=32), verbose_name=_("missing"), default=list, blank=True)
    extras = models.JSONField(_("extras"), default=dict, blank=True)

    objects = ResumeQuerySet.as_manager()

    class Meta:
        verbose_name = _("résumé")
        verbose_name_plural = _("résumés")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(is_primary=True), name="resume_one_primary_per_owner"
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.DRAFT, published_at=None)
                | models.Q(status=Status.PUBLISHED, published_at__isnull=False, missing=[]),
                name="resume_published_is_complete",
            ),
            models.CheckConstraint(condition=models.Q(completeness__lte=100), name="resume_completeness_is_percent"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_published(self) -> bool:
        """Say whether others may be shown it."""
        return self.status == Status.PUBLISHED

    def can_become(self, status: Status) -> bool:
        """Say whether the table allows the step."""
        return status in TRANSITIONS[Status(self.status)]
