"""The audit record. Rows are only ever inserted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import new_public_id


class AuditEntry(models.Model):
    """Who did what to whom, when, from where. ``action`` reads ``subject:verb``, e.g. ``membership:role_changed``."""

    public_id = models.UUIDField(_("public id"), default=new_public_id, unique=True, editable=False)
    action = models.CharField(_("action"), max_length=80)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("actor")
    )
    target = models.CharField(_("target"), max_length=120, blank=True, help_text=_("app.model:public id"))
    details = models.JSONField(_("details"), default=dict)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["action", "-id"]),
            models.Index(fields=["target", "-id"]),
            models.Index(fields=["actor", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
