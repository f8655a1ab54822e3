"""Erasures, exports and consents. The person of an erasure stays a number: what it names is erased."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from umemployed.api.ids import PublicModel
from umemployed.files.models import StoredFile
from umemployed.privacy.vocabulary import (
    UNDECIDED,
    Cause,
    ErasureStatus,
    ExportStatus,
    Purpose,
)


class Erasure(PublicModel):
    """The erasure of one person, from the request to the report.

    ``progress`` says how far the tables are: ``{"done": [labels], "after": key, "counts": {label: rows}}``. It moves
    in the transactions that forget, so that a killed worker loses and repeats nothing. ``report`` holds counts and
    reasons, nothing about the person; ``report_digest`` is the SHA-256 of the secret in the last letter.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices, default=Cause.ASKED)
    status = models.CharField(_("status"), max_length=10, choices=ErasureStatus.choices, default=ErasureStatus.WAITING)
    due_at = models.DateTimeField(_("due at"))
    obstacle = models.CharField(_("obstacle"), max_length=60, blank=True, help_text=_("Code of what stood against it."))
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    ledgered_at = models.DateTimeField(_("in the ledger since"), null=True, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    progress = models.JSONField(_("progress"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    report_digest = models.CharField(_("digest of the report's link"), max_length=64, blank=True)
    report_expires_at = models.DateTimeField(_("report expires at"), null=True, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(status__in=UNDECIDED), name="erasure_one_open_per_person"
            ),
            models.CheckConstraint(condition=Q(status__in=ErasureStatus.values), name="erasure_status_is_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="erasure_due", condition=Q(status__in=UNDECIDED)),
            models.Index(fields=["report_digest"], name="erasure_report", condition=~Q(report_digest="")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.status})"

    def is_waiting(self) -> bool:
        """Say whether it can still be called off."""
        return self.status == ErasureStatus.WAITING


class Export(PublicModel):
    """One archive of all that we hold about a person; the bytes are a stored file that expires."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    status = models.CharField(_("status"), max_length=10, choices=ExportStatus.choices, default=ExportStatus.RUNNING)
    key = models.CharField(_("key"), max_length=80, editable=False, help_text=_("Where the bytes go; known before."))
    file = models.OneToOneField(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(status=ExportStatus.RUNNING), name="export_one_running_per_person"
            ),
            models.CheckConstraint(condition=Q(status__in=ExportStatus.values), name="export_status_is_known"),
        ]
        indexes = [
            models.Index(fields=["leased_until"], name="export_running", condition=Q(status=ExportStatus.RUNNING)),
            models.Index(fields=["expires_at"], name="export_ready", condition=Q(status=ExportStatus.READY)),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.status})"


class ConsentIsAppendOnly(Exception):
    """Somebody tried to change what was said. A bug in the caller, never a user's error."""


class Consent(PublicModel):
    """That a person said yes or no to one text at one moment. What was said last holds; no row is changed.

    A trigger in the database lets nothing change but the address, which an erasure takes away. The rows themselves
    stay as proof until their clock ends.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    version = models.CharField(_("version of the text"), max_length=20)
    is_given = models.BooleanField(_("given"))
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    EDITABLE: ClassVar[frozenset[str]] = frozenset({"address"})

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "purpose", "-id"], name="consent_of_person")]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.is_given else 'no'} ({self.version})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ConsentIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ConsentIsAppendOnly


class Standing(models.Model):
    """When a person was last seen to use the account, and whether they were warned that it will be erased."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("person")
    )
    active_on = models.DateField(_("last active on"))
    warned_on = models.DateField(_("warned on"), null=True, blank=True)
    reminded_on = models.DateField(_("reminded on"), null=True, blank=True)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        ordering = ["pk"]
        indexes = [models.Index(fields=["active_on"], name="standing_by_activity")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.active_on}"
