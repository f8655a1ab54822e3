"""People, and the sessions that they are signed in with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.passwords import normalise_password
from accounts.querysets import SessionQuerySet
from accounts.social.models import AuthorizationRequest, Connection
from umemployed.api.ids import PublicModel
from umemployed.vault.fields import EncryptedTextField

__all__ = [
    "Authenticator",
    "AuthorizationRequest",
    "Connection",
    "EmailToken",
    "RecoveryCode",
    "RefreshToken",
    "Session",
    "SignInChallenge",
    "User",
    "UserManager",
    "normalise_email",
]


def normalise_email(email: str) -> str:
    """Return the address as identity: trimmed and lower-cased whole."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Creates people."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create and return a person; without a password nobody can sign in with one."""
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a member of staff with every right (``manage.py createsuperuser``)."""
        fields = {"is_staff": True, "is_superuser": True, "email_verified_at": timezone.now(), **fields}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by address, whatever its case."""
        return self.get(email=normalise_email(username or ""))


class User(PublicModel, AbstractBaseUser, PermissionsMixin):
    """A person. No flag makes a seeker or a recruiter: résumés and memberships do."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    email_verified_at = models.DateTimeField(_("e-mail verified at"), null=True, blank=True)
    maker_unknown = models.BooleanField(
        _("maker unknown"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("The address was proved by a link alone: somebody else may have set the password."),
    )
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May enter the admin."))
    mfa_enabled_at = models.DateTimeField(
        _("two-step sign-in since"), null=True, blank=True, help_text=_("Moves with the authenticator's row.")
    )
    erased_at = models.DateTimeField(
        _("erased at"), null=True, blank=True, editable=False, help_text=_("The row is a tombstone; it names nobody.")
    )

    came_with: Session | None = None  # the session of the request, set by whoever has authenticated it

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["-pk"]
        constraints = [
            # With the unique index this makes case twins impossible, whoever writes the row.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.email

    def set_password(self, raw_password: str | None) -> None:
        """Hash the normalised password; None makes one that nothing matches."""
        super().set_password(None if raw_password is None else normalise_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Compare with the normalised password; costs a whole Argon2 run."""
        return raw_password is not None and super().check_password(normalise_password(raw_password))

    def has_verified_email(self) -> bool:
        """Say whether the address was proved; without it one may look, not act."""
        return self.email_verified_at is not None

    def has_mfa(self) -> bool:
        """Say whether signing in asks for a code; then every standing session has given one."""
        return self.mfa_enabled_at is not None

    def display_name(self) -> str:
        """Return what others see: the name, or the part of the address before the @."""
        if self.erased_at is not None:
            return gettext("Deleted user")
        return self.full_name or self.email.partition("@")[0]


class Session(PublicModel):
    """One sign-in on one device, and the family of refresh tokens that grew from it.

    Access tokens name it (``sid``) and are checked against this row on every request, so ending a
    session is immediate. ``last_seen_at`` moves with each refresh, that is at least every ten minutes
    of use.
    """

    class EndReason(models.TextChoices):
        SIGNED_OUT = "signed_out", _("signed out")
        REVOKED = "revoked", _("ended from another device")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        PASSWORD_RESET = "password_reset", _("password reset")
        REPLAYED = "replayed", _("a used refresh token was presented again")
        SUSPENDED = "suspended", _("suspended by staff")
        MFA_CHANGED = "mfa_changed", _("two-step sign-in turned on")
        RECLAIMED = "reclaimed", _("taken over by the owner of the address")

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions", verbose_name=_("person"))
    device = models.CharField(_("device"), max_length=256, blank=True, help_text=_("User-Agent as it was sent"))
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen at"))
    expires_at = models.DateTimeField(_("expires at"), help_text=_("Absolute: no refresh moves it."))
    revoked_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    revoked_reason = models.CharField(_("reason"), max_length=20, choices=EndReason.choices, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_reason="")
                | models.Q(revoked_at__isnull=False) & ~models.Q(revoked_reason=""),
                name="session_end_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="session_live", condition=models.Q(revoked_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.device or '?'}"


class RefreshToken(models.Model):
    """One link in a session's chain: consumed by exactly one refresh, which makes its successor.

    Only the SHA-256 of the token is kept. The successor's secret is derived from the token that is
    presented, so the same pair can be answered again to a second tab without storing it.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="refresh_tokens", verbose_name=_("session"))
    parent = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="successor", verbose_name=_("parent")
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    consumed_at = models.DateTimeField(_("consumed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(consumed_at=None), name="refresh_token_one_live_tip"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of session {self.session_id}"


class EmailToken(PublicModel):
    """A mailed secret, bound to one person, one address and one purpose, used at most once.

    The table keeps the SHA-256 of a secret that ``accounts.links`` derives from the row.
    """

    class Purpose(models.TextChoices):
        VERIFY_EMAIL = "verify_email", _("prove an address")
        RESET_PASSWORD = "reset_password", _("reset a password")
        CHANGE_EMAIL = "change_email", _("move to another address")

    user = models.ForeignKey(User, models.CASCADE, related_name="email_tokens", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    email = models.EmailField(_("e-mail"), max_length=254, help_text=_("the address that it was made for"))
    previous_email = models.EmailField(
        _("previous e-mail"), max_length=254, blank=True, help_text=_("the address that was given up with it")
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used or withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("e-mail token")
        verbose_name_plural = _("e-mail tokens")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "purpose"], name="email_token_open", condition=models.Q(used_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.email}"


class Authenticator(PublicModel):
    """A person's TOTP secret (RFC 6238: SHA-1, six digits, thirty seconds).

    ``last_step`` is the newest time step whose code was used; a code of that step or of an earlier one
    is refused, so no code works twice. Until it is confirmed the row is an offer that guards nothing.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="authenticator", verbose_name=_("person"))
    secret = EncryptedTextField(_("secret"), purpose="accounts.totp_secret")
    last_step = models.BigIntegerField(_("last used step"), default=0)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("authenticator")
        verbose_name_plural = _("authenticators")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"of {self.user_id}"


class RecoveryCode(models.Model):
    """A code on paper that stands in for the authenticator once. Only the SHA-256 of its 80 random bits is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes", verbose_name=_("person"))
    digest = models.CharField(_("digest"), max_length=64)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_of_a_person")]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"


class SignInChallenge(PublicModel):
    """The password was right and the code is owed: the session-to-be, for five minutes, once.

    Whatever ends sessions because the password changed ends open challenges too.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="challenges", verbose_name=_("person"))
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    device = models.CharField(_("device"), max_length=256, blank=True)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    used_at = models.DateTimeField(_("used or withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in challenge")
        verbose_name_plural = _("sign-in challenges")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"of {self.user_id}"
