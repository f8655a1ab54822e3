"""The sections of a résumé: ordered rows, shaped like those of JSON Resume v1.

Nothing but the résumé is required of a row, because an imported document may leave out
anything; the API's write serializers ask for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from resumes.models.resume import Resume
from resumes.models.skills import Skill
from umemployed.api.ids import PublicModel

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

# JSON Resume's own pattern: a year, a month or a day, kept exactly as precise as it was said.
PARTIAL_DATE = r"^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$"


def partial_date(label: Text) -> models.CharField:
    """Make a column for ``2014``, ``2014-05``, ``2014-05-03`` or nothing; text sorts by time."""
    return models.CharField(
        label, max_length=10, blank=True, validators=[RegexValidator(PARTIAL_DATE)], help_text=_("YYYY[-MM[-DD]]")
    )


def lines(label: Text) -> ArrayField:
    """Make a column for a short list of lines of text."""
    return ArrayField(
        models.CharField(max_length=2000, blank=True), verbose_name=label, default=list, blank=True, size=50
    )


def web_link(label: Text) -> models.CharField:
    """Make a column for a link; text, because résumés in the wild omit the scheme."""
    return models.CharField(label, max_length=2000, blank=True)


def line(label: Text) -> models.CharField:
    """Make a column for one line of text."""
    return models.CharField(label, max_length=300, blank=True)


def prose(label: Text) -> models.TextField:
    """Make a column for paragraphs."""
    return models.TextField(label, max_length=20_000, blank=True)


def dates_are_partial(name: str, *fields: str) -> models.CheckConstraint:
    """Make the constraint that holds every date column to its form."""
    condition = models.Q()
    for field in fields:
        condition &= models.Q(**{field: ""}) | models.Q(**{f"{field}__regex": PARTIAL_DATE})
    return models.CheckConstraint(condition=condition, name=name)


class Section(PublicModel):
    """A row of a section. ``extras`` keeps what an imported row said that no column can say."""

    resume = models.ForeignKey(Resume, verbose_name=_("résumé"), on_delete=models.CASCADE, related_name="%(class)ss")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    extras = models.JSONField(_("extras"), default=dict, blank=True)

    if TYPE_CHECKING:
        objects: ClassVar[models.Manager[Any]]  # each section has its own

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    @property
    def version(self) -> int:
        """Return the version that an edit of the row must name: the résumé's."""
        return self.resume.version


class Experience(Section):
    """A position held."""

    company_name = line(_("company"))
    position = line(_("position"))
    location = line(_("location"))
    description = prose(_("description of the company"))
    url = web_link(_("link"))
    started_on = partial_date(_("started on"))
    ended_on = partial_date(_("ended on"))
    summary = prose(_("summary"))
    highlights = lines(_("highlights"))

    class Meta(Section.Meta):
        verbose_name = _("experience")
        verbose_name_plural = _("experiences")
        constraints = [dates_are_partial("experience_dates_are_partial", "started_on", "ended_on")]

    def __str__(self) -> str:
        return f"{self.position} · {self.company_name}"


class Education(Section):
    """A course of study."""

    resume = models.ForeignKey(Resume, verbose_name=_("résumé"), on_delete=models.CASCADE, related_name="education")
    institution = line(_("institution"))
    area = line(_("area"))
    study_type = line(_("type of study"))
    url = web_link(_("link"))
    started_on = partial_date(_("started on"))
    ended_on = partial_date(_("ended on"))
    score = line(_("score"))
    courses = lines(_("courses"))

    class Meta(Section.Meta):
        verbose_name = _("education")
        verbose_name_plural = _("education")
        constraints = [dates_are_partial("education_dates_are_partial", "started_on", "ended_on")]

    def __str__(self) -> str:
        return f"{self.study_type} · {self.institution}"


class SkillLevel(models.TextChoices):
    BEGINNER = "beginner", _("Beginner")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")
    EXPERT = "expert", _("Expert")


class ResumeSkill(Section):
    """A skill that the person claims: their words, and the canonical skill where we know it.

    ``level_label`` is the level in the words of an imported document; ``level`` is what we
    understand by it.
    """

    resume = models.ForeignKey(Resume, verbose_name=_("résumé"), on_delete=models.CASCADE, related_name="skills")
    name = line(_("name"))
    normalised = models.CharField(_("normalised"), max_length=300, blank=True, editable=False, db_index=True)
    skill = models.ForeignKey(
        Skill,
        verbose_name=_("skill"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="resume_skills",
        db_index=False,
    )
    level = models.CharField(_("level"), max_length=16, choices=SkillLevel.choices, blank=True)
    level_label = line(_("level in own words"))
    years = models.PositiveSmallIntegerField(_("years"), null=True, blank=True)
    keywords = lines(_("keywords"))

    class Meta(Section.Meta):
        verbose_name = _("skill of a résumé")
        verbose_name_plural = _("skills of résumés")
        # All that matching reads is in the index, so that it never visits the table; newest first, so that it may stop.
        indexes = [
            models.Index(fields=["skill", "-resume"], include=["level", "years"], name="resumeskill_for_matching")
        ]
        constraints = [models.CheckConstraint(condition=models.Q(years__lte=80), name="resumeskill_years_are_a_life")]

    def __str__(self) -> str:
        return self.name


class LanguageLevel(models.TextChoices):
    A1 = "a1", _("A1")
    A2 = "a2", _("A2")
    B1 = "b1", _("B1")
    B2 = "b2", _("B2")
    C1 = "c1", _("C1")
    C2 = "c2", _("C2")
    NATIVE = "native", _("Native")


class ResumeLanguage(Section):
    """A language that the person speaks; ``level`` on the scale of the CEFR."""

    resume = models.ForeignKey(Resume, verbose_name=_("résumé"), on_delete=models.CASCADE, related_name="languages")
    language = line(_("language"))
    level = models.CharField(_("level"), max_length=8, choices=LanguageLevel.choices, blank=True)
    fluency = line(_("fluency in own words"))

    class Meta(Section.Meta):
        verbose_name = _("language of a résumé")
        verbose_name_plural = _("languages of résumés")

    def __str__(self) -> str:
        return self.language


class Certificate(Section):
    """A certificate received."""

    name = line(_("name"))
    issuer = line(_("issuer"))
    issued_on = partial_date(_("issued on"))
    url = web_link(_("link"))

    class Meta(Section.Meta):
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [dates_are_partial("certificate_dates_are_partial", "issued_on")]

    def __str__(self) -> str:
        return self.name


class Project(Section):
    """A project worth telling of."""

    name = line(_("name"))
    description = prose(_("description"))
    highlights = lines(_("highlights"))
    keywords = lines(_("keywords"))
    started_on = partial_date(_("started on"))
    ended_on = partial_date(_("ended on"))
    url = web_link(_("link"))
    roles = lines(_("roles"))
    entity = line(_("organisation"))
    kind = line(_("kind"))

    class Meta(Section.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [dates_are_partial("project_dates_are_partial", "started_on", "ended_on")]

    def __str__(self) -> str:
        return self.name


class Link(Section):
    """A profile of the person elsewhere."""

    network = line(_("network"))
    username = line(_("user name"))
    url = web_link(_("link"))

    class Meta(Section.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.network or self.url


# By the name under which a résumé has them: in the API's paths and as reverse accessors.
SECTIONS: dict[str, type[Section]] = {
    "experiences": Experience,
    "education": Education,
    "skills": ResumeSkill,
    "languages": ResumeLanguage,
    "certificates": Certificate,
    "projects": Project,
    "links": Link,
}
# More rows than this nobody reads; a bound keeps every read and snapshot cheap.
MAX_ROWS: dict[str, int] = {
    "experiences": 50,
    "education": 30,
    "skills": 100,
    "languages": 30,
    "certificates": 50,
    "projects": 50,
    "links": 20,
}
