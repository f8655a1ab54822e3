"""What a member may be for one job, beside their role in the company."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.rights import PIPELINE, Right


class JobRole(models.TextChoices):
    """The role on one job's hiring team. It only adds rights; what the company's role gives stays."""

    MANAGER = "manager", _("hiring manager")
    REVIEWER = "reviewer", _("reviewer")


JOB_RIGHTS: dict[JobRole, frozenset[Right]] = {
    JobRole.MANAGER: PIPELINE,
    JobRole.REVIEWER: frozenset({Right.VIEW_APPLICATIONS}),
}


def job_roles_with(right: Right) -> list[JobRole]:
    """Return the roles on a hiring team that carry a right."""
    return [role for role in JobRole if right in JOB_RIGHTS[role]]
