"""What a person was told, how they want to be told, and the mail they are owed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from jobs.models import Job
from notifications.deliverability.models import MailReport, Outcome, SuppressedAddress
from notifications.kinds import MailMode
from notifications.mail.models import MAIL_TRANSITIONS, Mail, MailQueue, MailServer, MailStatus
from notifications.querysets import NotificationQuerySet
from umemployed.api.ids import PublicModel, new_public_id

__all__ = [
    "MAIL_TRANSITIONS",
    "Mail",
    "MailMode",
    "MailQueue",
    "MailReport",
    "MailServer",
    "MailStatus",
    "Notification",
    "NotificationHours",
    "NotificationPreference",
    "Outcome",
    "SuppressedAddress",
]
EARLY = 7  # the hour of the daily summary, unless its reader chooses another


class Notification(PublicModel):
    """One fact told to one person. ``data`` holds public ids and labels of things, never of people.

    ``company`` is set when it is told to one of the company's team, on its behalf: who loses the right to
    it, loses the news (``querysets.may_still_know``). Facts of one kind and ``group`` that nobody has read
    yet are one line: they share ``line``, the newest ``leads`` it, and ``line_size`` says how many they are.
    """

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
    company = models.ForeignKey(
        Company, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("on behalf of")
    )
    job = models.ForeignKey(
        Job, models.CASCADE, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("of the team of")
    )
    line = models.UUIDField(_("line"), default=new_public_id, help_text=_("Id of the first fact of the line."))
    leads = models.BooleanField(_("leads its line"), default=True)
    line_size = models.PositiveIntegerField(_("facts in the line"), default=1)
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
            models.Index(fields=["recipient", "-id"], name="notification_lines", condition=Q(in_app=True, leads=True)),
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


class NotificationHours(models.Model):
    """When a person wants to hear, by their own clock. No row: the summary at seven, and no quiet hours."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notification_hours",
        verbose_name=_("person"),
    )
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily summary"), default=EARLY)
    quiet_from = models.PositiveSmallIntegerField(_("no mails from"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("no mails until"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("hours of notification")
        verbose_name_plural = _("hours of notification")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_hour__lt=24)
                & (
                    Q(quiet_from=None, quiet_until=None)
                    | Q(quiet_from__lt=24, quiet_until__lt=24) & ~Q(quiet_from=F("quiet_until"))
                ),
                name="hours_of_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest_hour}:00"
