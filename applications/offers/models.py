"""Offers, the terms that they were made with, who approved them, and how it went."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models.core import Application
from applications.offers.querysets import OfferQuerySet
from applications.offers.vocabulary import LIVE, DeclineReason, OfferEventKind, OfferStatus
from companies.models import Company
from jobs.models import EmploymentType, SalaryBasis, SalaryPeriod
from umemployed.api.ids import PublicModel

MOST_APPROVALS = 5
LONGEST_VALIDITY_DAYS = 180
TEXT_LENGTH = 10_000
NOTE_LENGTH = 2000


class OfferPolicy(models.Model):
    """How a company makes offers; a company without a row makes them by the defaults."""

    company = models.OneToOneField(
        Company, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("company")
    )
    approvals_required = models.PositiveSmallIntegerField(
        _("approvals required"), default=0, validators=[MaxValueValidator(MOST_APPROVALS)]
    )
    validity_days = models.PositiveSmallIntegerField(
        _("days an offer stays open"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_VALIDITY_DAYS)],
    )

    class Meta:
        verbose_name = _("policy of offers")
        verbose_name_plural = _("policies of offers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(approvals_required__lte=MOST_APPROVALS), name="offer_policy_approvals"),
            models.CheckConstraint(
                condition=Q(validity_days__gte=1, validity_days__lte=LONGEST_VALIDITY_DAYS), name="offer_policy_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company_id}"


class Offer(PublicModel):
    """One offer on one application. ``terms`` are the newest, ``sent_terms`` those that the candidate reads.

    ``version`` rises with every change. What the candidate accepted is ``sent_terms``, signed by a typed name.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="offers", verbose_name=_("application"))
    status = models.CharField(_("status"), max_length=10, choices=OfferStatus.choices, default=OfferStatus.DRAFT)
    terms = models.ForeignKey(
        "applications.OfferTerms", models.PROTECT, null=True, related_name="+", verbose_name=_("terms")
    )
    sent_terms = models.ForeignKey(
        "applications.OfferTerms", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("terms sent")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    signed_name = models.CharField(_("name as typed"), max_length=150, blank=True)
    signed_address = models.GenericIPAddressField(_("address of the signature"), null=True, blank=True)
    decline_reason = models.CharField(
        _("reason of declining"), max_length=20, choices=DeclineReason.choices, blank=True
    )
    decline_note = models.TextField(_("note of declining"), max_length=NOTE_LENGTH, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(status__in=LIVE), name="offer_one_live"),
            models.CheckConstraint(condition=Q(status__in=OfferStatus.values), name="offer_status_is_known"),
            models.CheckConstraint(
                condition=~Q(status__in=[OfferStatus.SENT, OfferStatus.ACCEPTED, OfferStatus.DECLINED])
                | Q(sent_at__isnull=False, sent_terms__isnull=False, expires_at__isnull=False),
                name="offer_sent_with_terms",
            ),
            models.CheckConstraint(
                condition=~Q(status=OfferStatus.ACCEPTED) | (Q(decided_at__isnull=False) & ~Q(signed_name="")),
                name="offer_accepted_is_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(status=OfferStatus.SENT), name="offer_open_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}"

    def status_at(self, now: datetime | None = None) -> OfferStatus:
        """Return the status, with expiry judged now."""
        over = self.status == OfferStatus.SENT and self.expires_at is not None
        if over and self.expires_at <= (now or timezone.now()):  # type: ignore[operator]
            return OfferStatus.EXPIRED
        return OfferStatus(self.status)


class OfferTerms(PublicModel):
    """One version of what is offered; rows are only ever inserted. ``sha256`` is over their canonical JSON."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="all_terms", verbose_name=_("offer"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("job title"), max_length=200)
    employment_type = models.CharField(_("employment type"), max_length=20, choices=EmploymentType.choices)
    place = models.CharField(_("place of work"), max_length=200, blank=True)
    starts_on = models.DateField(_("first day"))
    pay_amount = models.DecimalField(_("pay"), max_digits=14, decimal_places=2)
    pay_currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217"))
    pay_period = models.CharField(_("pay period"), max_length=10, choices=SalaryPeriod.choices)
    pay_basis = models.CharField(_("gross or net"), max_length=10, choices=SalaryBasis.choices)
    hours_per_week = models.DecimalField(_("hours per week"), max_digits=5, decimal_places=2, null=True, blank=True)
    benefits = models.TextField(_("benefits"), max_length=TEXT_LENGTH, blank=True)
    conditions = models.TextField(_("conditions"), max_length=TEXT_LENGTH, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("author"))

    class Meta:
        verbose_name = _("terms of an offer")
        verbose_name_plural = _("terms of offers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="offer_terms_once_per_number"),
            models.CheckConstraint(condition=Q(pay_amount__gte=Decimal(0)), name="offer_terms_pay_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("Terms are never changed: new ones are written.")
        super().save(*args, **kwargs)


class OfferApproval(PublicModel):
    """One person's yes to one version of the terms; new terms need new ones."""

    terms = models.ForeignKey(OfferTerms, models.PROTECT, related_name="approvals", verbose_name=_("terms"))
    approver = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("approver"))

    class Meta:
        verbose_name = _("approval of an offer")
        verbose_name_plural = _("approvals of offers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["terms", "approver"], name="offer_approval_once_per_person")]

    def __str__(self) -> str:
        return f"{self.terms_id} by {self.approver_id}"


class OfferEvent(PublicModel):
    """One row of an offer's history; rows are only ever inserted, and only the team reads them."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="history", verbose_name=_("offer"))
    kind = models.CharField(_("kind"), max_length=10, choices=OfferEventKind.choices)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("actor"))
    status = models.CharField(_("status after it"), max_length=10, choices=OfferStatus.choices)
    terms = models.ForeignKey(OfferTerms, models.PROTECT, related_name="+", verbose_name=_("terms"))
    note = models.TextField(_("note"), max_length=NOTE_LENGTH, blank=True)
    version = models.PositiveIntegerField(_("version"))

    class Meta:
        verbose_name = _("history entry of an offer")
        verbose_name_plural = _("history entries of offers")
        ordering = ["pk"]
        indexes = [models.Index(fields=["offer", "id"], name="history_of_offer")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.kind}"
