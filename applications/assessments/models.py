"""Banks of questions, the assessments of jobs, and the attempts of candidates."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.assessments.querysets import AttemptQuerySet, BankQuestionQuerySet
from applications.assessments.vocabulary import AttemptStatus, QuestionKind
from applications.models.core import Application
from companies.models import Company
from jobs.models import Job
from resumes.models import Skill
from umemployed.api.ids import PublicModel

TEXT_LENGTH = 5000
MOST_POINTS = 10
LONGEST_MINUTES = 240


class BankQuestion(PublicModel):
    """A question of a company's bank, about one skill. Editing it changes no attempt: those are frozen."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="bank_questions", verbose_name=_("company"))
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionKind.choices)
    prompt = models.TextField(_("question"), max_length=TEXT_LENGTH)
    code = models.TextField(_("code"), max_length=TEXT_LENGTH, blank=True)
    options = models.JSONField(_("options"), default=list, blank=True, help_text=_("Texts, in any order."))
    key = models.JSONField(_("key"), help_text=_("What is right; never shown to candidates."))
    points = models.PositiveSmallIntegerField(
        _("points"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_POINTS)]
    )
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Drawn from now on."))
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("author"))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = BankQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question of a bank")
        verbose_name_plural = _("questions of banks")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=MOST_POINTS), name="bank_question_points"),
        ]
        indexes = [models.Index(fields=["company", "skill"], condition=Q(is_active=True), name="bank_by_skill")]

    def __str__(self) -> str:
        return self.prompt[:60]


class Assessment(PublicModel):
    """The test of one job: how long it takes, and from which pools its questions are drawn."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="assessment", verbose_name=_("job"))
    title = models.CharField(_("title"), max_length=120)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)]
    )
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Candidates can begin."))
    shows_score = models.BooleanField(_("shows the score"), default=False, help_text=_("To candidates, when marked."))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_MINUTES), name="assessment_minutes"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AssessmentPool(models.Model):
    """How many questions about a skill each attempt draws; of all kinds where none is named."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="pools", verbose_name=_("assessment"))
    position = models.PositiveSmallIntegerField(_("position"))
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    kinds = ArrayField(
        models.CharField(max_length=20, choices=QuestionKind.choices), verbose_name=_("kinds"), default=list, blank=True
    )
    count = models.PositiveSmallIntegerField(_("number of questions"))

    class Meta:
        verbose_name = _("pool of an assessment")
        verbose_name_plural = _("pools of assessments")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "skill"], name="pool_once_per_skill"),
            models.CheckConstraint(condition=Q(count__gte=1), name="pool_draws_something"),
        ]

    def __str__(self) -> str:
        return f"{self.count} of {self.skill_id}"


class Attempt(PublicModel):
    """One sitting. Its questions were frozen when it began; ``closes_at`` is the deadline with its grace."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="attempts", verbose_name=_("application"))
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="attempts", verbose_name=_("assessment"))
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=10, choices=AttemptStatus.choices, default=AttemptStatus.RUNNING)
    deadline_at = models.DateTimeField(_("deadline"))
    closes_at = models.DateTimeField(_("closes at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="attempt_once_per_number"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(status=AttemptStatus.RUNNING), name="attempt_one_running"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="attempt_score_range"
            ),
            models.CheckConstraint(
                condition=Q(status=AttemptStatus.RUNNING, finished_at=None, score=None)
                | (~Q(status=AttemptStatus.RUNNING) & Q(finished_at__isnull=False, score__isnull=False)),
                name="attempt_finished_is_marked",
            ),
        ]
        indexes = [
            models.Index(fields=["closes_at"], condition=Q(status=AttemptStatus.RUNNING), name="attempt_by_close"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} ({self.number})"

    def is_open(self, now: datetime | None = None) -> bool:
        """Say whether answers are taken now; the grace counts."""
        return self.status == AttemptStatus.RUNNING and (now or timezone.now()) < self.closes_at

    def status_at(self) -> AttemptStatus:
        """Return the status, with the deadline judged now."""
        over = self.status == AttemptStatus.RUNNING and not self.is_open()
        return AttemptStatus.TIMED_OUT if over else AttemptStatus(self.status)


class AttemptQuestion(PublicModel):
    """A question as one attempt has it, and the one answer to it."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="questions", verbose_name=_("attempt"))
    position = models.PositiveSmallIntegerField(_("position"))
    source = models.ForeignKey(BankQuestion, models.SET_NULL, null=True, related_name="+", verbose_name=_("source"))
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionKind.choices)
    prompt = models.TextField(_("question"))
    code = models.TextField(_("code"), blank=True)
    options = models.JSONField(_("options"), default=list)
    key = models.JSONField(_("key"))
    points = models.PositiveSmallIntegerField(_("points"))
    answer = models.JSONField(_("answer"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    earned = models.DecimalField(_("earned"), max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("question of an attempt")
        verbose_name_plural = _("questions of attempts")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="attempt_question_one_per_position"),
            models.CheckConstraint(
                condition=Q(earned=None) | Q(earned__gte=Decimal(0), earned__lte=models.F("points")),
                name="attempt_question_earns_its_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}.{self.position}"


class RetakeGrant(PublicModel):
    """Leave for one more attempt; older ones stay as they are."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="retakes", verbose_name=_("application"))
    granted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("granted by"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("leave for a retake")
        verbose_name_plural = _("leaves for retakes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application_id} by {self.granted_by_id}"
