"""Who people are elsewhere, and the dances that are under way."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.social.querysets import AuthorizationRequestQuerySet, ConnectionQuerySet
from umemployed.api.ids import PublicModel
from umemployed.vault.fields import EncryptedTextField


class Connection(PublicModel):
    """An identity at a provider that opens an account of ours.

    The identity is (issuer, subject) and nothing else: names and addresses change hands. No token of the
    provider is kept, because nothing is asked of it afterwards.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="connections", verbose_name=_("person")
    )
    provider = models.CharField(_("provider"), max_length=32, help_text=_("its name in SOCIAL_PROVIDERS"))
    issuer = models.CharField(_("issuer"), max_length=255)
    subject = models.CharField(_("subject"), max_length=255, help_text=_("the person's name at the issuer, for good"))
    email = models.EmailField(
        _("e-mail"), max_length=254, blank=True, help_text=_("the proved address that was named when it was made")
    )
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="connection_identity"),
            models.CheckConstraint(
                condition=~models.Q(issuer="") & ~models.Q(subject=""), name="connection_identity_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.provider}"


class AuthorizationRequest(PublicModel):
    """A dance that was begun (RFC 6749 §4.1.1): one ``state``, good for minutes, used once.

    Kept are the SHA-256 of the state and of the key that stays in the browser; what the second half needs
    (PKCE verifier, nonce) is sealed. ``user`` is who connects another identity; nobody, to sign in.
    """

    provider = models.CharField(_("provider"), max_length=32)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="authorization_requests",
        verbose_name=_("person"),
    )
    state_digest = models.CharField(_("digest of the state"), max_length=64, unique=True)
    browser_digest = models.CharField(_("digest of the browser's key"), max_length=64)
    redirect_uri = models.CharField(_("redirect URI"), max_length=500)
    transaction = EncryptedTextField(_("transaction"), purpose="accounts.social_transaction")
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    used_at = models.DateTimeField(_("used or withdrawn at"), null=True, blank=True)

    objects = AuthorizationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("authorization request")
        verbose_name_plural = _("authorization requests")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk} to {self.provider}"
