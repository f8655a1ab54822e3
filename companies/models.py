"""Companies, and who belongs to them."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.blocks.models import Block
from companies.querysets import CompanyQuerySet, InvitationQuerySet, MembershipQuerySet
from umemployed.api.ids import PublicModel

__all__ = ["Block", "Company", "Invitation", "Membership", "Role"]


class Role(models.TextChoices):
    """What a member is in one company; ``companies.rights`` says what each role may do."""

    OWNER = "owner", _("owner")
    ADMIN = "admin", _("admin")
    RECRUITER = "recruiter", _("recruiter")
    HIRING_MANAGER = "hiring_manager", _("hiring manager")
    INTERVIEWER = "interviewer", _("interviewer")


class Company(PublicModel):
    """An employer. Its page is public; what happens inside belongs to its members."""

    class Size(models.TextChoices):
        """Number of people employed."""

        TO_10 = "1-10", _("1-10")
        TO_50 = "11-50", _("11-50")
        TO_200 = "51-200", _("51-200")
        TO_1000 = "201-1000", _("201-1,000")
        TO_5000 = "1001-5000", _("1,001-5,000")
        OVER_5000 = "5001+", _("5,001+")

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("about"), max_length=10_000, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"\A[A-Z]{2}\Z")],
        help_text=_("ISO 3166-1 alpha-2"),
    )
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    demands_mfa = models.BooleanField(
        _("demands two-step sign-in"),
        default=False,
        help_text=_("Owners and admins without it hold no rights."),
    )
    accepts_messages = models.BooleanField(
        _("accepts messages"),
        default=False,
        help_text=_("Anybody may write to the team, not only applicants."),
    )
    approves_jobs = models.BooleanField(
        _("approves jobs before they are published"),
        default=False,
        help_text=_("A posting goes live only after somebody else of the company approved it."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(slug=Lower("slug")), name="company_slug_is_lower_case"),
        ]
        indexes = [models.Index(fields=["name", "id"], name="company_by_name")]

    def __str__(self) -> str:
        return self.name


class Membership(PublicModel):
    """One person's role in one company; the only source of a recruiter's rights."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="memberships", verbose_name=_("company"))
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["company", "user"], name="membership_once_per_company")]
        indexes = [models.Index(fields=["company", "role"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} of {self.company_id}"

    def is_owner(self) -> bool:
        """Say whether this member owns the company."""
        return self.role == Role.OWNER


class Invitation(PublicModel):
    """An offer of membership, mailed to an address; expires, and can be accepted once.

    The table keeps the SHA-256 of a secret that ``companies.links`` derives from the row.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="invitations", verbose_name=_("company"))
    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invited by")
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.CheckConstraint(condition=~models.Q(role=Role.OWNER), name="invitation_never_to_own"),
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"
