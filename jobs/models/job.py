"""The posting itself."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company
from jobs.models.vocabulary import (
    EmploymentType,
    ExperienceLevel,
    SalaryBasis,
    SalaryPeriod,
    Status,
    WorkMode,
)
from jobs.querysets import JobQuerySet
from umemployed.api.ids import PublicModel

TEXT_LIMIT = 50_000


class Category(models.Model):
    """A field of work, one per posting. Data: staff may add to it and rename."""

    slug = models.SlugField(_("slug"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_fr = models.CharField(_("French name"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def terms(cls) -> list[tuple[str, str]]:
        """Return (slug, name in the reader's language) of all categories."""
        rows = cls.objects.values_list("slug", "name", "name_fr")
        is_french = (get_language() or "").startswith("fr")
        return [(slug, french if is_french and french else name) for slug, name, french in rows]


class Job(PublicModel):
    """A posting of a company.

    ``version`` grows with every change and names what an applicant saw. Pay that is not stated is
    NULL, which is not zero. ``salary_yearly_*`` restate the pay per year in whole units of the
    reference currency (``jobs.pay``), NULL where that cannot be known; filters and sorting use only
    them. ``expires_at`` is the first instant at which the posting is no longer open; where the
    employer gave a last day, it is the end of ``expires_on`` in ``timezone``. A scheduled posting is live
    from ``publish_at`` on; ``hold_reason`` says what stood against that at the moment.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="jobs", verbose_name=_("company"))
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=TEXT_LIMIT, blank=True)
    requirements = models.TextField(_("requirements"), max_length=TEXT_LIMIT, blank=True)
    benefits = models.TextField(_("benefits"), max_length=TEXT_LIMIT, blank=True)
    language = models.CharField(_("language"), max_length=2, default="en", help_text=_("ISO 639-1, of the text"))
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="jobs", verbose_name=_("category")
    )
    employment_type = models.CharField(
        _("employment type"), max_length=20, choices=EmploymentType.choices, default=EmploymentType.FULL_TIME
    )
    experience_level = models.CharField(
        _("experience level"), max_length=20, choices=ExperienceLevel.choices, default=ExperienceLevel.ANY
    )
    work_mode = models.CharField(_("work mode"), max_length=10, choices=WorkMode.choices, default=WorkMode.ON_SITE)
    eligible_countries = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("eligible countries"),
        default=list,
        blank=True,
        help_text=_("ISO 3166-1 alpha-2 of those from which one may be hired; empty means that it is not restricted"),
    )
    openings = models.PositiveSmallIntegerField(_("openings"), default=1)
    is_anonymous = models.BooleanField(
        _("anonymous employer"), default=False, help_text=_("Nobody outside the company is told whose posting it is.")
    )

    salary_min = models.DecimalField(_("lowest pay"), max_digits=14, decimal_places=2, null=True, blank=True)
    salary_max = models.DecimalField(_("highest pay"), max_digits=14, decimal_places=2, null=True, blank=True)
    salary_currency = models.CharField(_("currency"), max_length=3, blank=True, help_text=_("ISO 4217"))
    salary_period = models.CharField(_("per"), max_length=5, choices=SalaryPeriod.choices, blank=True)
    salary_basis = models.CharField(_("gross or net"), max_length=5, choices=SalaryBasis.choices, blank=True)
    hours_per_week = models.DecimalField(
        _("hours per week"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(80)],
    )
    salary_yearly_min = models.PositiveIntegerField(_("lowest pay, yearly"), null=True, editable=False)
    salary_yearly_max = models.PositiveIntegerField(_("highest pay, yearly"), null=True, editable=False)

    submitted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("submitted by")
    )
    publish_at = models.DateTimeField(_("to be published at"), null=True, blank=True)
    hold_reason = models.CharField(_("why it was not published then"), max_length=40, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    taken_down_at = models.DateTimeField(_("taken down by staff at"), null=True, blank=True, editable=False)
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", help_text=_("IANA name"))

    reference = models.CharField(_("reference"), max_length=100, blank=True, help_text=_("the employer's own"))
    external_id = models.CharField(_("external id"), max_length=100, blank=True, help_text=_("the id at its source"))
    source = models.CharField(_("source"), max_length=50, blank=True, help_text=_("what it was imported from"))
    source_posted_on = models.DateField(_("posted at the source on"), null=True, blank=True)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    # The place in the order of publication; kept over a pause, new when a closed posting is reopened.
    search_ord = models.IntegerField(null=True, blank=True, editable=False, unique=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["company", "status", "-id"], name="job_of_company"),
            models.Index(fields=["company", "expires_at"], name="job_live", condition=Q(status="live")),
            models.Index(fields=["publish_at"], name="job_to_be_published", condition=Q(status="scheduled")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="job_status_is_known"),
            models.CheckConstraint(condition=~Q(title=""), name="job_has_a_title"),
            models.CheckConstraint(condition=Q(openings__gte=1), name="job_has_an_opening"),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "pending", "scheduled", "archived")) | Q(published_at__isnull=False),
                name="job_past_draft_was_published",
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(publish_at__isnull=False), name="job_scheduled_has_its_moment"
            ),
            models.CheckConstraint(
                condition=Q(salary_min=None) | Q(salary_max=None) | Q(salary_min__lte=F("salary_max")),
                name="job_salary_min_is_not_above_max",
            ),
            models.CheckConstraint(
                condition=(Q(salary_min=None) | Q(salary_min__gte=0)) & (Q(salary_max=None) | Q(salary_max__gte=0)),
                name="job_salary_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(salary_min=None, salary_max=None) | (~Q(salary_currency="") & ~Q(salary_period="")),
                name="job_salary_has_currency_and_period",
            ),
            models.CheckConstraint(
                condition=Q(hours_per_week=None) | Q(hours_per_week__gt=0, hours_per_week__lte=80),
                name="job_hours_fit_a_week",
            ),
            models.UniqueConstraint(
                fields=["company", "external_id"], condition=~Q(external_id=""), name="job_external_id_once_per_company"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_expired(self, now: datetime | None = None) -> bool:
        """Say whether the posting's time is over at this moment."""
        return self.expires_at is not None and self.expires_at <= (now or timezone.now())

    def is_open(self, now: datetime | None = None) -> bool:
        """Say whether one may apply at this moment: live and not expired."""
        return self.status == Status.LIVE and not self.is_expired(now)

    def is_due(self, now: datetime | None = None) -> bool:
        """Say whether the posting is scheduled and its moment has come."""
        return (
            self.status == Status.SCHEDULED
            and self.publish_at is not None
            and self.publish_at <= (now or timezone.now())
        )

    def was_public(self) -> bool:
        """Say whether the public could read it once: what then ended is gone, not missing."""
        return self.published_at is not None

    def needs_location(self) -> bool:
        """Say whether the work happens at a place, which therefore has to be named."""
        return self.work_mode != WorkMode.REMOTE

    def local_expiry(self) -> datetime | None:
        """Return the moment of expiry on the clocks of the posting's own zone."""
        return self.expires_at.astimezone(ZoneInfo(self.timezone)) if self.expires_at else None
