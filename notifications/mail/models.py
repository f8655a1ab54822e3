"""The mail that we owe somebody: the row is the truth, the queue only carries its id."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import PublicModel


class MailQueue(models.TextChoices):
    """The Celery queue on which a mail travels; ``critical`` is never behind the others."""

    CRITICAL = "critical", _("critical")
    DEFAULT = "default", _("default")
    BULK = "bulk", _("bulk")


class MailStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    MOOT = "moot", _("no longer needed")


MAIL_TRANSITIONS: dict[MailStatus, frozenset[MailStatus]] = {
    MailStatus.QUEUED: frozenset({MailStatus.SENDING}),
    # From sending to sending: the lease of a sender that died is taken over.
    MailStatus.SENDING: frozenset(
        {MailStatus.SENDING, MailStatus.SENT, MailStatus.QUEUED, MailStatus.FAILED, MailStatus.MOOT}
    ),
    MailStatus.FAILED: frozenset({MailStatus.QUEUED}),
    MailStatus.SENT: frozenset(),
    MailStatus.MOOT: frozenset(),
}


class Mail(PublicModel):
    """One mail for one fact. ``context`` holds row ids only: names and links are looked up when it is sent."""

    fact = models.CharField(_("fact"), max_length=200, unique=True, help_text=_("What makes it one mail, not two."))
    kind = models.CharField(_("kind"), max_length=40)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("recipient")
    )
    to_address = models.EmailField(_("address"), max_length=254)
    language = models.CharField(_("language"), max_length=8, default="en")
    context = models.JSONField(_("context"), default=dict)
    queue = models.CharField(_("queue"), max_length=10, choices=MailQueue.choices, default=MailQueue.DEFAULT)
    status = models.CharField(_("status"), max_length=10, choices=MailStatus.choices, default=MailStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    deaths = models.PositiveSmallIntegerField(_("dead senders"), default=0, db_default=0)
    excused = models.PositiveSmallIntegerField(
        _("excused attempts"),
        default=0,
        db_default=0,
        help_text=_("Attempts that failed while the mail server was out for everybody: not this mail's fault."),
    )
    due_at = models.DateTimeField(_("due at"), help_text=_("Not to be sent earlier."))
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, help_text=_("When its task was queued."))
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-pk"]
        indexes = [
            models.Index(F("due_at"), name="mail_waiting", condition=Q(status__in=["queued", "sending"])),
            models.Index(F("id").desc(), name="mail_failed", condition=Q(status="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def message_id(self) -> str:
        """Return the Message-ID: the same for every attempt, so that a mailbox can tell a repetition."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
        return f"<{self.public_id}@{domain}>"


class MailServer(models.Model):
    """What we know of the service that takes our mails: the circuit breaker's memory, shared by all workers.

    While ``out_since`` is set, nobody speaks to it but one prober at a time, from ``probed_at`` on.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    out_since = models.DateTimeField(_("out since"), null=True, blank=True)
    probed_at = models.DateTimeField(_("next tried at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
