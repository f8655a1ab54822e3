"""Who of a company works on which job."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.hiring.querysets import JobMemberQuerySet
from applications.hiring.vocabulary import JobRole
from companies.models import Membership
from jobs.models import Job
from umemployed.api.ids import PublicModel


class JobMember(PublicModel):
    """A member's place on one job's hiring team. It ends with the membership."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="hiring_team", verbose_name=_("job"))
    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="places_on_teams", verbose_name=_("membership")
    )
    role = models.CharField(_("role"), max_length=20, choices=JobRole.choices)

    objects = JobMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a hiring team")
        verbose_name_plural = _("members of hiring teams")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["job", "membership"], name="jobmember_once_per_job")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.role} of {self.job_id}"
