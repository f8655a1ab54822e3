"""The closed lists of a match."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Component(models.TextChoices):
    """What a match is made of."""

    SKILLS = "skills", _("skills")
    SENIORITY = "seniority", _("experience")
    PLACE = "place", _("place of work")
    PAY = "pay", _("pay")
    LANGUAGE = "language", _("language")


class Unknown(models.TextChoices):
    """Why a component is not judged."""

    NOT_ASKED = "not_asked", _("the job does not ask for it")
    NOT_SAID = "not_said", _("the résumé does not say")


class Barrier(models.TextChoices):
    """What speaks against a match, whatever its score."""

    COUNTRY_NOT_ELIGIBLE = "country_not_eligible", _("The job does not hire in this country of residence")
    LANGUAGE_MISSING = "language_missing", _("The language of the job is not among those of the résumé")
    SKILL_MISSING = "skill_missing", _("A skill that one must have is not in the résumé")
    SKILL_SHORT = "skill_short", _("A skill that one must have is below the level or the years asked for")


class Step(models.TextChoices):
    """What would raise a score."""

    SKILL_ADDED = "skill_added", _("the skill in the résumé")
    SKILL_LEVEL = "skill_level", _("the skill at this level")
    SKILL_YEARS = "skill_years", _("the skill for these years")
    EXPERIENCE = "experience", _("years in work")
    LANGUAGE = "language", _("the language at this level")
    PAY_WISH = "pay_wish", _("a wish for this pay a year")
