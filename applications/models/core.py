"""Applications, the stages of their jobs, their history, and what was frozen when they were sent."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.decisions.models import CompanyReason
from applications.querysets import ApplicationQuerySet, HistoryQuerySet
from applications.vocabulary import ENDINGS, STANDING, EventKind, Phase, Progress, RejectionReason, StageKind, Status
from companies.models import Company, Membership
from jobs.models import Job
from resumes.models import Resume
from umemployed.api.ids import PublicModel
from umemployed.files.models import StoredFile
from umemployed.vault.fields import EncryptedJSONField

NOTE_LENGTH = 2000


class Stage(PublicModel):
    """A step of one job's pipeline, named as its company likes. ``phase`` is what candidates are told.

    A stage that was taken out (``removed_at``) has no position; the history still names it.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="stages", verbose_name=_("job"))
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=StageKind.choices, default=StageKind.OTHER)
    phase = models.CharField(_("phase"), max_length=20, choices=Phase.choices, default=Phase.IN_REVIEW)
    position = models.PositiveSmallIntegerField(_("position"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "position"], name="stage_one_per_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["job", "name"], condition=Q(removed_at=None), name="stage_one_per_name"),
            models.CheckConstraint(
                condition=Q(removed_at=None, position__isnull=False) | Q(removed_at__isnull=False, position=None),
                name="stage_has_a_place_until_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Application(PublicModel):
    """One attempt of one person at one job.

    ``version`` rises with every change of status or stage, ``told_version`` only with what the candidate is told:
    it is the version that they read. ``company`` repeats the job's, for the company's lists. The row is never
    deleted: withdrawing keeps it, and applying again makes the next ``attempt``.
    """

    job = models.ForeignKey(Job, models.PROTECT, related_name="applications", verbose_name=_("job"))
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    candidate = models.ForeignKey(User, models.PROTECT, related_name="applications", verbose_name=_("candidate"))
    resume = models.ForeignKey(
        Resume, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("résumé")
    )
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="applications", verbose_name=_("stage"))
    stage_entered_at = models.DateTimeField(_("stage entered at"), default=timezone.now)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    told_version = models.PositiveIntegerField(_("version as told"), default=1, editable=False)
    source = models.CharField(_("source"), max_length=60, blank=True)
    is_knocked_out = models.BooleanField(_("knocked out"), default=False, help_text=_("Sorts; never rejects."))
    rejection_reason = models.CharField(
        _("reason of the rejection"), max_length=20, choices=RejectionReason.choices, blank=True
    )
    company_reason = models.ForeignKey(
        CompanyReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the company's reason")
    )
    assignee = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("in charge")
    )
    withheld_until = models.DateTimeField(
        _("rejection withheld until"), null=True, blank=True, help_text=_("The candidate is told then, not before.")
    )
    reply_due_at = models.DateTimeField(_("answer promised until"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("team reminded at"), null=True, blank=True)
    is_seen_told = models.BooleanField(_("candidate is told of the look"), default=True, db_default=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "candidate"], condition=Q(status__in=STANDING), name="application_one_standing"
            ),
            models.UniqueConstraint(fields=["job", "candidate", "attempt"], name="application_once_per_attempt"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="application_status_is_known"),
            models.CheckConstraint(
                condition=Q(status=Status.ACTIVE, decided_at=None)
                | (~Q(status=Status.ACTIVE) & Q(decided_at__isnull=False)),
                name="application_decided_unless_active",
            ),
            models.CheckConstraint(
                condition=Q(withheld_until=None) | Q(status=Status.REJECTED), name="application_only_rejections_wait"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-id"], name="application_of_company"),
            models.Index(fields=["candidate", "-id"], name="application_of_candidate"),
            models.Index(fields=["job", "status", "stage"], name="application_on_board"),
            models.Index(
                fields=["reply_due_at"],
                name="application_owed_an_answer",
                condition=Q(status="active", answered_at=None, reminded_at=None, reply_due_at__isnull=False),
            ),
            models.Index(
                fields=["withheld_until"], name="application_withheld", condition=Q(withheld_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} → {self.job_id} ({self.attempt})"

    def progress(self) -> Progress:
        """Return what the candidate is told; reads ``stage``. A rejection that is withheld has not happened to them."""
        if self.withheld_until is not None:
            return Progress(self.stage.phase)
        return ENDINGS.get(Status(self.status)) or Progress(self.stage.phase)

    def is_active(self) -> bool:
        """Say whether it is still being decided."""
        return self.status == Status.ACTIVE

    def is_active_as_told(self) -> bool:
        """Say whether it is still being decided as far as the candidate knows: a withheld rejection counts so."""
        return self.status == Status.ACTIVE or self.withheld_until is not None


class ApplicationEvent(PublicModel):
    """One row of an application's history; rows are only ever inserted.

    ``dwell`` is how long the application had been in the stage that it left. The candidate reads the
    rows that say something new to them, and of those only ``kind`` and ``progress``.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="history", verbose_name=_("application"))
    kind = models.CharField(_("kind"), max_length=10, choices=EventKind.choices)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("actor"))
    from_status = models.CharField(_("from status"), max_length=10, choices=Status.choices, blank=True)
    to_status = models.CharField(_("to status"), max_length=10, choices=Status.choices)
    from_stage = models.ForeignKey(
        Stage, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from stage")
    )
    to_stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", verbose_name=_("to stage"))
    progress = models.CharField(_("told to the candidate"), max_length=20, choices=Progress.choices)
    is_shown_to_candidate = models.BooleanField(_("shown to the candidate"))
    reason = models.CharField(_("reason"), max_length=20, choices=RejectionReason.choices, blank=True)
    company_reason = models.ForeignKey(
        CompanyReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the company's reason")
    )
    note = models.TextField(_("note"), max_length=NOTE_LENGTH, blank=True)
    dwell = models.DurationField(_("time in the stage that it left"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"))

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        ordering = ["pk"]
        indexes = [models.Index(fields=["application", "id"], name="history_of_application")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"


class Capsule(models.Model):
    """What was sent, frozen: the posting as it read, the résumé, the answers, the letter, the consent.

    Survives edits and deletion of its sources. ``sha256`` is over the canonical JSON of ``content``
    (RFC 8785), so that anybody can prove that it was not touched. The column is encrypted: a telephone
    number, an address and a letter lie in it.
    """

    application = models.OneToOneField(
        Application, models.PROTECT, primary_key=True, related_name="capsule", verbose_name=_("application")
    )
    content = EncryptedJSONField(_("content"), purpose="applications.capsule")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("capsule")
        verbose_name_plural = _("capsules")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sha256

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A capsule is never changed.")
        super().save(*args, **kwargs)


class ApplicationFile(models.Model):
    """A file that an answer of the application names."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="files", verbose_name=_("application"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.file_id}"
