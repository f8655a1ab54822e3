"""What a posting said, version by version, and who let it say so."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models.job import Job
from jobs.models.vocabulary import Objection


class JobVersion(models.Model):
    """What the public read from one version on; rows are only ever inserted.

    ``number`` is the posting's version at that moment. Versions that changed nothing visible (a pause,
    a closing) have no row: the newest row not above a version is what it said.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="versions", verbose_name=_("job"))
    number = models.PositiveIntegerField(_("version"))
    snapshot = models.JSONField(_("content"))
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("job version")
        verbose_name_plural = _("job versions")
        ordering = ["-number", "-pk"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="jobversion_once_per_number")]

    def __str__(self) -> str:
        return f"{self.job_id} v{self.number}"


class JobReview(models.Model):
    """One judgement of a submitted posting; rows are only ever inserted.

    ``version`` is what the reviewer saw. Whoever wrote or submitted the posting is never the reviewer
    (``jobs.services.approval``).
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="reviews", verbose_name=_("job"))
    version = models.PositiveIntegerField(_("version"))
    is_approved = models.BooleanField(_("approved"))
    objections = ArrayField(
        models.CharField(max_length=10, choices=Objection.choices),
        verbose_name=_("objections"),
        default=list,
        blank=True,
    )
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    submitted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    reviewer = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("review of a job")
        verbose_name_plural = _("reviews of jobs")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_approved=True, objections=[]) | (Q(is_approved=False) & ~Q(objections=[])),
                name="jobreview_objects_exactly_when_it_refuses",
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} v{self.version}: {self.is_approved}"
