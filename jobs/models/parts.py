"""What a posting is made of: places, skills, questions."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jobs.models.job import Job
from jobs.models.vocabulary import Importance, QuestionType
from resumes.models import Skill, SkillLevel
from umemployed.api.ids import PublicModel

MOST_YEARS = 50  # that may be asked for of a skill


class JobLocation(models.Model):
    """A place of work. A posting may have several; coordinates may be unknown."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="locations", verbose_name=_("job"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="joblocation_country_is_a_code"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="joblocation_coordinates_are_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.city, self.region, self.country) if part)


class JobSkill(models.Model):
    """A skill that the work needs; an empty ``level`` and unknown ``min_years`` ask for none in particular."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="skills", verbose_name=_("job"))
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"), db_index=False)
    importance = models.CharField(_("importance"), max_length=4, choices=Importance.choices, default=Importance.MUST)
    level = models.CharField(_("level"), max_length=20, choices=SkillLevel.choices, blank=True)
    min_years = models.PositiveSmallIntegerField(
        _("years at least"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_YEARS)]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["position", "pk"]
        # All that matching reads is in the index, so that it never visits the table; newest first, so that it may stop.
        indexes = [
            models.Index(
                fields=["skill", "-job"], include=["importance", "level", "min_years"], name="jobskill_for_matching"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["job", "skill"], name="jobskill_once_per_job"),
            models.CheckConstraint(condition=Q(level__in=["", *SkillLevel.values]), name="jobskill_level_is_known"),
            models.CheckConstraint(
                condition=Q(min_years=None) | Q(min_years__gte=1, min_years__lte=MOST_YEARS),
                name="jobskill_years_are_of_a_life",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill_id} ({self.importance})"


class ScreeningQuestion(PublicModel):
    """A question of the application form.

    ``options`` are ``[{"value", "label"}]`` of the types single and multiple. ``bounds`` narrow the
    answer: ``min``/``max`` of a number or a date, ``max_length`` of a text, ``max_choices`` of multiple.
    ``knock_out`` says which answers are wished for (``{"accept": [...]}`` or ``{"min", "max"}``);
    another answer is marked for the team, never shown to the candidate and never rejected by itself.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="questions", verbose_name=_("job"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    type = models.CharField(_("type"), max_length=10, choices=QuestionType.choices)
    label = models.CharField(_("question"), max_length=500)
    help_text = models.CharField(_("help"), max_length=500, blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    options = models.JSONField(_("options"), default=list, blank=True)
    bounds = models.JSONField(_("bounds"), default=dict, blank=True)
    knock_out = models.JSONField(_("knock-out"), null=True, blank=True)

    class Meta:
        verbose_name = _("screening question")
        verbose_name_plural = _("screening questions")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
