"""How rare each skill is: the only thing that matching keeps. No score is ever stored."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SkillWeight(models.Model):
    """How much a skill tells one résumé from another, counted once a day by ``jobs.matching.weights``.

    ``weight`` is in thousandths. ``resumes`` and ``postings`` say in how many rows it stands, by which candidates
    are looked for under the rarest skills first.
    """

    skill = models.OneToOneField(
        "resumes.Skill", models.CASCADE, primary_key=True, related_name="+", verbose_name=_("skill")
    )
    resumes = models.PositiveIntegerField(_("résumés"))
    postings = models.PositiveIntegerField(_("postings"))
    weight = models.PositiveIntegerField(_("weight"))

    class Meta:
        verbose_name = _("weight of a skill")
        verbose_name_plural = _("weights of skills")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.skill_id}: {self.weight}"
