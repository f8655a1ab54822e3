"""What the REST layer itself remembers: the answers given under idempotency keys."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyRecord(models.Model):
    """One answer, kept for a day under its owner's key, written in the transaction of its effect.

    ``body`` is encrypted, because an answer may hold tokens. ``fingerprint`` is a SHA-256 over method,
    path and body of the request.
    """

    owner = models.CharField(_("owner"), max_length=80, help_text=_("user:<pk> or address:<ip>"))
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    headers = models.JSONField(_("headers"), default=dict)
    body = models.BinaryField(_("body"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_once_per_owner")]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
