"""The outbox: what happened, and to whom it still has to be told."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import new_public_id


class EventRecord(models.Model):
    """A fact, written in the transaction that made it true. ``payload`` holds ids only.

    A fact outlives the people in it, so ``actor`` is a number without a constraint: deleting a
    person neither rewrites the log nor scans it.
    """

    public_id = models.UUIDField(_("public id"), default=new_public_id, unique=True, editable=False)
    topic = models.CharField(_("topic"), max_length=100, help_text=_("app.ClassName of the event"))
    aggregate = models.CharField(_("aggregate"), max_length=100, help_text=_("what must be told in order"))
    payload = models.JSONField(_("payload"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("actor"),
    )
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    occurred_at = models.DateTimeField(_("occurred at"), auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["topic", "-id"]),
            models.Index(fields=["aggregate", "id"]),
            BrinIndex(fields=["occurred_at"], name="event_age"),  # for the purge; costs an insert nothing
        ]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"


class Delivery(models.Model):
    """One event owed to one handler. Unique per pair, so a handler's effect can happen once.

    ``attempts`` counts starts and is committed before the handler runs; ``failures`` counts starts
    that ended in an exception. Their difference is how often the process died on the way.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        DEAD = "dead", _("dead letter")

    event = models.ForeignKey(
        EventRecord, models.CASCADE, db_index=False, related_name="deliveries", verbose_name=_("event")
    )
    handler = models.CharField(_("handler"), max_length=150)
    aggregate = models.CharField(_("aggregate"), max_length=100)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failures = models.PositiveSmallIntegerField(_("failures"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    last_error = models.TextField(_("last error"), blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once_per_handler")]
        indexes = [
            # The relay's two queues (first starts, and starts after a failure or a death) …
            models.Index(fields=["event"], name="delivery_fresh", condition=Q(status="pending", attempts=0)),
            models.Index(
                fields=["next_attempt_at", "event"],
                name="delivery_again",
                condition=Q(status="pending", attempts__gt=0),
            ),
            # … the look for an earlier one of the same lane, and the dead letters.
            models.Index(fields=["handler", "aggregate", "event"], name="delivery_lane", condition=Q(status="pending")),
            models.Index(F("id").desc(), name="delivery_dead", condition=Q(status="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.handler} of #{self.event_id}: {self.status}"
