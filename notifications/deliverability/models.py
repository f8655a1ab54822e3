"""Reports of mail providers, and the addresses to which we send no news any more."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import PublicModel


class Outcome(models.TextChoices):
    """What became of a mail after the server had taken it."""

    HARD_BOUNCE = "hard_bounce", _("the address does not exist")
    SOFT_BOUNCE = "soft_bounce", _("came back, may work later")
    COMPLAINT = "complaint", _("the reader called it spam")


class MailReport(PublicModel):
    """One report, kept once however often it is delivered: ``source`` and ``report_id`` make it one."""

    source = models.CharField(_("source"), max_length=20)
    report_id = models.CharField(_("id of the report"), max_length=128)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices)
    address = models.EmailField(_("address"), max_length=254)
    detail = models.CharField(_("detail"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("report of a mail provider")
        verbose_name_plural = _("reports of mail providers")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["source", "report_id"], name="mailreport_once")]
        indexes = [models.Index(fields=["address", "-id"], name="mailreport_of_address")]

    def __str__(self) -> str:
        return f"{self.outcome} #{self.pk}"


class SuppressedAddress(PublicModel):
    """An address that takes no mails: it gets what guards the account, and no news, until it is proved again."""

    address = models.EmailField(_("address"), max_length=254, unique=True)
    report = models.ForeignKey(
        MailReport, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("report")
    )

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address=Lower("address")), name="suppressed_address_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.address
