"""Plans as data, who subscribes to which, and what was used."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from subscriptions.querysets import SubscriptionQuerySet
from umemployed.api.ids import PublicModel


class Audience(models.TextChoices):
    SEEKER = "seeker", _("Seeker")
    COMPANY = "company", _("Company")


class LimitKey(models.TextChoices):
    """What a plan can limit. ``entitlements.WINDOWS`` says over which time."""

    APPLICATIONS_PER_DAY = "applications_per_day", _("Applications per day")
    LIVE_JOBS = "live_jobs", _("Live jobs")


class Interval(models.TextChoices):
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")


class Plan(PublicModel):
    """What a seeker or a company may subscribe to. Staff edit plans, limits and prices in the admin."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    audience = models.CharField(_("audience"), max_length=16, choices=Audience.choices)
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0, help_text=_("Lower stands first in the list."))
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("The plan of everyone who subscribes to nothing.")
    )
    is_offered = models.BooleanField(_("offered"), default=True, help_text=_("Shown in the public list of plans."))

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["audience", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["audience"], condition=models.Q(is_default=True), name="plan_one_default_per_audience"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.name}"


class PlanLimit(models.Model):
    """How much of something a plan allows. No row means none; an empty amount means no limit."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="limits")
    key = models.CharField(_("what"), max_length=40, choices=LimitKey.choices)
    amount = models.PositiveIntegerField(_("amount"), null=True, blank=True, help_text=_("Empty: unlimited."))

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ["plan", "key", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="planlimit_one_per_key")]

    def __str__(self) -> str:
        return f"{self.key}: {'∞' if self.amount is None else self.amount}"


class PlanPrice(models.Model):
    """What a plan costs in one currency, each month or each year."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217."))
    interval = models.CharField(_("interval"), max_length=8, choices=Interval.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["plan", "currency", "interval", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "currency", "interval"], name="planprice_one_per_interval"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="planprice_is_not_negative"),
            models.CheckConstraint(condition=models.Q(currency__regex="^[A-Z]{3}$"), name="planprice_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} / {self.interval}"


class Status(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAST_DUE = "past_due", _("Past due")
    ENDED = "ended", _("Ended")


# In these the subscriber has what the plan promises, until the period ends.
ENTITLING = (Status.ACTIVE, Status.PAST_DUE)


def one_subject(name: str) -> models.CheckConstraint:
    """Make the constraint that a row belongs to a person or to a company, never both or neither."""
    return models.CheckConstraint(
        condition=models.Q(user__isnull=False, company__isnull=True)
        | models.Q(user__isnull=True, company__isnull=False),
        name=name,
    )


class Subscription(PublicModel):
    """A person's or a company's plan for a period. Without one, the default plan applies."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="subscriptions",
    )
    company = models.ForeignKey(
        "companies.Company",
        verbose_name=_("company"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="subscriptions",
    )
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="subscriptions")
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.ACTIVE)
    current_period_start_at = models.DateTimeField(_("period starts at"))
    current_period_end_at = models.DateTimeField(
        _("period ends at"), null=True, blank=True, help_text=_("Empty: until ended.")
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-pk"]
        constraints = [
            one_subject("subscription_one_subject"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(status__in=ENTITLING), name="subscription_one_per_user"
            ),
            models.UniqueConstraint(
                fields=["company"], condition=models.Q(status__in=ENTITLING), name="subscription_one_per_company"
            ),
            models.CheckConstraint(
                condition=models.Q(current_period_end_at=None)
                | models.Q(current_period_end_at__gt=models.F("current_period_start_at")),
                name="subscription_period_has_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} ({self.status})"

    def is_entitling(self, now: datetime) -> bool:
        """Say whether the plan's limits are the subscriber's at ``now``."""
        if self.status not in ENTITLING or now < self.current_period_start_at:
            return False
        return self.current_period_end_at is None or now < self.current_period_end_at


class UsageCounter(models.Model):
    """How much a person or company used in one window. Written only by ``entitlements.consume``."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, null=True, blank=True
    )
    company = models.ForeignKey(
        "companies.Company", verbose_name=_("company"), on_delete=models.CASCADE, null=True, blank=True
    )
    key = models.CharField(_("what"), max_length=40, choices=LimitKey.choices)
    window_start_at = models.DateTimeField(_("window starts at"))
    used = models.PositiveIntegerField(_("used"), default=0)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        ordering = ["-window_start_at", "-pk"]
        constraints = [
            one_subject("usagecounter_one_subject"),
            # The conflict targets of the upsert in `entitlements.consume`.
            models.UniqueConstraint(
                fields=["user", "key", "window_start_at"],
                condition=models.Q(user__isnull=False),
                name="usagecounter_one_per_user",
            ),
            models.UniqueConstraint(
                fields=["company", "key", "window_start_at"],
                condition=models.Q(company__isnull=False),
                name="usagecounter_one_per_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.used}"
