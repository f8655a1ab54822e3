"""What a person was told, how they want to be told, and the mail they are owed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.mail.models import MAIL_TRANSITIONS, Mail, MailQueue, MailStatus
from notifications.querysets import NotificationQuerySet
from umemployed.api.ids import PublicModel

__all__ = ["MAIL_TRANSITIONS", "Mail", "MailMode", "MailQueue", "MailStatus", "Notification", "NotificationPreference"]


class MailMode(models.TextChoices):
    """When a kind of news is mailed."""

    NOW = "now", _("at once")
    DIGEST = "digest", _("once a day, together")
    OFF = "off", _("never")


class Notification(PublicModel):
    """One fact told to one person. ``data`` holds public ids and labels of things, never of people."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("recipient")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("actor")
    )
    kind = models.CharField(_("kind"), max_length=40)
    event = models.UUIDField(_("event"), help_text=_("Public id of the fact in the event log."))
    data = models.JSONField(_("data"), default=dict)
    group = models.CharField(
        _("group"), max_length=80, help_text=_("What a reader sees as one: a conversation, a job.")
    )
    in_app = models.BooleanField(_("in app"), default=True)
    awaits_digest = models.BooleanField(_("awaits the digest"), default=False)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event", "kind"], name="notification_once_per_fact"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_list", condition=Q(in_app=True)),
            models.Index(
                fields=["recipient"], name="notification_unread", condition=Q(in_app=True, read_at__isnull=True)
            ),
            models.Index(fields=["recipient"], name="notification_digest", condition=Q(awaits_digest=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def is_read(self) -> bool:
        """Say whether its recipient has seen it."""
        return self.read_at is not None


class NotificationPreference(models.Model):
    """One person's choice for one kind. No row means the kind's defaults (``notifications.kinds``)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=40)
    in_app = models.BooleanField(_("in app"))
    mail = models.CharField(_("mail"), max_length=10, choices=MailMode.choices)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        ordering = ["user", "kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mail}"
