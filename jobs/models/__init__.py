"""Postings: the job, its parts, its past versions, the rates that make pay comparable, the search rows."""

from jobs.models.fingerprint import JobFingerprint
from jobs.models.history import JobReview, JobVersion
from jobs.models.job import Category, Job
from jobs.models.parts import JobLocation, JobSkill, ScreeningQuestion
from jobs.models.rates import ExchangeRate
from jobs.models.vocabulary import (
    TRANSITIONS,
    EmploymentType,
    ExperienceLevel,
    Importance,
    Objection,
    QuestionType,
    SalaryBasis,
    SalaryPeriod,
    Status,
    WorkMode,
)
from jobs.search.models import JobSearch

__all__ = [
    "TRANSITIONS",
    "Category",
    "EmploymentType",
    "ExchangeRate",
    "ExperienceLevel",
    "Importance",
    "Job",
    "JobFingerprint",
    "JobLocation",
    "JobReview",
    "JobSearch",
    "JobSkill",
    "JobVersion",
    "Objection",
    "QuestionType",
    "SalaryBasis",
    "SalaryPeriod",
    "ScreeningQuestion",
    "Status",
    "WorkMode",
]
