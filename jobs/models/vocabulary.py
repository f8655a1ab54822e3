"""The closed lists of a posting, and the one table of its states."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a posting is in its life. Expiry is no state: it is judged when one asks."""

    DRAFT = "draft", _("draft")
    PENDING = "pending", _("awaiting approval")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("live")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")
    ARCHIVED = "archived", _("archived")


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.PENDING, Status.SCHEDULED, Status.LIVE, Status.ARCHIVED}),
    Status.PENDING: frozenset({Status.DRAFT, Status.SCHEDULED, Status.LIVE}),
    Status.SCHEDULED: frozenset({Status.DRAFT, Status.LIVE}),
    Status.LIVE: frozenset({Status.PAUSED, Status.CLOSED}),
    Status.PAUSED: frozenset({Status.LIVE, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.LIVE, Status.ARCHIVED}),
    Status.ARCHIVED: frozenset(),
}


class Objection(models.TextChoices):
    """Why a posting was not approved."""

    TEXT = "text", _("the text is unclear or wrong")
    PAY = "pay", _("the pay is wrong or missing")
    BUDGET = "budget", _("the place is not in the budget")
    REPEATED = "repeated", _("the same place is posted already")
    POLICY = "policy", _("it goes against the company's rules")
    OTHER = "other", _("another reason")


class EmploymentType(models.TextChoices):
    """The kind of contract."""

    FULL_TIME = "full_time", _("full-time")
    PART_TIME = "part_time", _("part-time")
    CONTRACT = "contract", _("contract")
    TEMPORARY = "temporary", _("temporary")
    INTERNSHIP = "internship", _("internship")
    APPRENTICESHIP = "apprenticeship", _("apprenticeship")
    VOLUNTEER = "volunteer", _("volunteer")
    OTHER = "other", _("other")


class ExperienceLevel(models.TextChoices):
    """How much experience the work asks for; ``any`` where the employer does not say."""

    ANY = "any", _("any")
    ENTRY = "entry", _("entry")
    ASSOCIATE = "associate", _("associate")
    MID = "mid", _("mid")
    SENIOR = "senior", _("senior")
    DIRECTOR = "director", _("director")
    EXECUTIVE = "executive", _("executive")


class WorkMode(models.TextChoices):
    """Where the work is done; says nothing about who may be hired (``Job.eligible_countries``)."""

    ON_SITE = "on_site", _("on site")
    HYBRID = "hybrid", _("hybrid")
    REMOTE = "remote", _("remote")


class SalaryPeriod(models.TextChoices):
    """What one amount of pay is for."""

    HOUR = "hour", _("hour")
    DAY = "day", _("day")
    WEEK = "week", _("week")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class SalaryBasis(models.TextChoices):
    """Before or after what the employer withholds."""

    GROSS = "gross", _("gross")
    NET = "net", _("net")


class Importance(models.TextChoices):
    """How much a skill weighs."""

    MUST = "must", _("must have")
    NICE = "nice", _("nice to have")


class QuestionType(models.TextChoices):
    """What an answer to a screening question is."""

    TEXT = "text", _("text")
    LONG_TEXT = "long_text", _("long text")
    BOOLEAN = "boolean", _("yes or no")
    NUMBER = "number", _("number")
    SINGLE = "single", _("one of the options")
    MULTIPLE = "multiple", _("any of the options")
    DATE = "date", _("date")
    FILE = "file", _("file")
