"""Links by which members refer people to a job, and who came by them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.referrals.querysets import ReferralLinkQuerySet
from companies.models import Membership
from jobs.models import Job
from umemployed.api.ids import PublicModel


class ReferralLink(PublicModel):
    """One member's link to one job. ``code`` is unguessable (RFC 4648 base64url of 96 random bits)."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="referral_links", verbose_name=_("job"))
    membership = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    code = models.CharField(_("code"), max_length=32, unique=True)
    visit_count = models.PositiveIntegerField(_("visits"), default=0)

    objects = ReferralLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral link")
        verbose_name_plural = _("referral links")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["job", "membership"], name="referrallink_one_per_member")]

    def __str__(self) -> str:
        return f"{self.membership_id} → {self.job_id}"


class ReferralTouch(models.Model):
    """A person met a link: the first time and the latest."""

    link = models.ForeignKey(ReferralLink, models.CASCADE, related_name="touches", verbose_name=_("link"))
    person = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    first_at = models.DateTimeField(_("first at"), auto_now_add=True)
    last_at = models.DateTimeField(_("last at"))

    class Meta:
        verbose_name = _("touch of a referral link")
        verbose_name_plural = _("touches of referral links")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["link", "person"], name="referraltouch_once_per_person")]
        indexes = [models.Index(fields=["person", "link"], name="referraltouch_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} met {self.link_id}"


class Referral(models.Model):
    """By whom an application came: whose link was met first has the credit, whose was met last is kept beside it."""

    application = models.OneToOneField(
        "applications.Application",
        models.CASCADE,
        primary_key=True,
        related_name="referral",
        verbose_name=_("application"),
    )
    first = models.ForeignKey(ReferralLink, models.CASCADE, related_name="credited", verbose_name=_("first touch"))
    last = models.ForeignKey(ReferralLink, models.CASCADE, related_name="+", verbose_name=_("last touch"))

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application_id} by {self.first_id}"
