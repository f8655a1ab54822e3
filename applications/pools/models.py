"""Candidates whom a company wants to come back to, with their consent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.pools.querysets import PoolEntryQuerySet, TalentPoolQuerySet
from companies.models import Company
from umemployed.api.ids import PublicModel

NOTE_LENGTH = 2000


class Consent(models.TextChoices):
    """What the candidate said about being kept in a pool."""

    ASKED = "asked", _("asked")
    GIVEN = "given", _("given")
    REFUSED = "refused", _("refused")


# A candidate may think again at any time; only a new application lets the company ask anew.
TRANSITIONS: dict[Consent, frozenset[Consent]] = {
    Consent.ASKED: frozenset({Consent.GIVEN, Consent.REFUSED}),
    Consent.GIVEN: frozenset({Consent.REFUSED}),
    Consent.REFUSED: frozenset({Consent.GIVEN}),
}


class TalentPool(PublicModel):
    """A named set of candidates of one company."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="talent_pools", verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=80)

    objects = TalentPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("talent pool")
        verbose_name_plural = _("talent pools")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("company", Lower("name"), name="talentpool_one_per_name")]

    def __str__(self) -> str:
        return self.name


class PoolEntry(PublicModel):
    """A candidate in a pool. It ends at ``expires_at``: soon while nobody answers, after the consent's time later."""

    pool = models.ForeignKey(TalentPool, models.CASCADE, related_name="entries", verbose_name=_("pool"))
    candidate = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("candidate"))
    application = models.ForeignKey(
        "applications.Application",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("known from"),
    )
    added_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    consent = models.CharField(_("consent"), max_length=10, choices=Consent.choices, default=Consent.ASKED)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"))
    note = models.TextField(_("note"), max_length=NOTE_LENGTH, blank=True)

    objects = PoolEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate in a pool")
        verbose_name_plural = _("candidates in pools")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "candidate"], name="poolentry_once_per_pool"),
            models.CheckConstraint(condition=~Q(consent="refused") | Q(note=""), name="poolentry_refused_is_empty"),
        ]
        indexes = [
            models.Index(fields=["candidate", "-id"], name="poolentry_of_candidate"),
            models.Index(fields=["expires_at"], name="poolentry_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} in {self.pool_id}: {self.consent}"
