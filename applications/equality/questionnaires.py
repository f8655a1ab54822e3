"""What may be asked of whom. Data, by the employer's country; everything is optional, and so is each question.

A country without an entry is asked what ``EVERYWHERE`` names. Where a law forbids a question it is not in the
country's list: France counts nobody by origin (Conseil constitutionnel, 2007-557 DC). The American answers are those
of 29 CFR 1602.7 (EEO-1) and of form CC-305; the British ones follow the census of 2021.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

DECLINED = "prefer_not_to_say"


@dataclass(frozen=True)
class Option:
    """One answer: the value that is kept, and what people read."""

    value: str
    label: object


@dataclass(frozen=True)
class Question:
    """One question with its answers; a person gives one of them, or none."""

    id: str
    label: object
    options: tuple[Option, ...]

    def values(self) -> frozenset[str]:
        """Return what may be answered."""
        return frozenset(option.value for option in self.options)


def question(identifier: str, label: object, options: dict[str, object]) -> Question:
    """Return a question that one may always decline to answer."""
    told = {**options, DECLINED: _("I prefer not to say")}
    return Question(identifier, label, tuple(Option(value, text) for value, text in told.items()))


GENDER = question("gender", _("What is your gender?"), {"woman": _("Woman"), "man": _("Man"), "other": _("Another")})
DISABILITY = question("disability", _("Do you have a disability?"), {"yes": _("Yes"), "no": _("No")})
ETHNICITY_US = question(
    "ethnicity_us",
    _("Which of these describes you?"),
    {
        "hispanic": _("Hispanic or Latino"),
        "white": _("White"),
        "black": _("Black or African American"),
        "asian": _("Asian"),
        "native": _("American Indian or Alaska Native"),
        "pacific": _("Native Hawaiian or other Pacific Islander"),
        "several": _("Two or more of these"),
    },
)
ETHNICITY_GB = question(
    "ethnicity_gb",
    _("What is your ethnic group?"),
    {
        "asian": _("Asian or Asian British"),
        "black": _("Black, Black British, Caribbean or African"),
        "mixed": _("Mixed or multiple ethnic groups"),
        "white": _("White"),
        "other": _("Another ethnic group"),
    },
)
VETERAN_US = question("veteran_us", _("Are you a protected veteran?"), {"yes": _("Yes"), "no": _("No")})

EVERYWHERE = (GENDER, DISABILITY)
BY_COUNTRY: dict[str, tuple[Question, ...]] = {
    "GB": (GENDER, ETHNICITY_GB, DISABILITY),
    "US": (GENDER, ETHNICITY_US, VETERAN_US, DISABILITY),
}
QUESTIONS = {one.id: one for one in (GENDER, ETHNICITY_GB, ETHNICITY_US, VETERAN_US, DISABILITY)}


def questions_for(country: str) -> tuple[Question, ...]:
    """Return what is asked of who applies to an employer of a country (ISO 3166-1 alpha-2, or '')."""
    return BY_COUNTRY.get(country, EVERYWHERE)
