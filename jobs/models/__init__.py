"""Postings: the job, its parts and past, the rates that make pay comparable, and the tables of its sub-domains."""

from jobs.alerts.models import AlertMatch, SavedSearch, SearchAnchor
from jobs.importing.models import JobImport, JobImportRow
from jobs.insight.models import DailyCount, Visit
from jobs.matching.models import SkillWeight
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
from jobs.moderation.models import FraudSignal, JobCase, JobReport
from jobs.search.models import JobSearch, TokenFrequency
from jobs.search.terms.models import IndexWork, PostingTerms, SearchTerm, TermPrefix, TermStart
from jobs.shelf.models import HiddenJob, SavedJob

__all__ = [
    "TRANSITIONS",
    "AlertMatch",
    "Category",
    "DailyCount",
    "EmploymentType",
    "ExchangeRate",
    "ExperienceLevel",
    "FraudSignal",
    "HiddenJob",
    "Importance",
    "IndexWork",
    "Job",
    "JobCase",
    "JobFingerprint",
    "JobImport",
    "JobImportRow",
    "JobLocation",
    "JobReport",
    "JobReview",
    "JobSearch",
    "JobSkill",
    "JobVersion",
    "Objection",
    "PostingTerms",
    "QuestionType",
    "SalaryBasis",
    "SalaryPeriod",
    "SavedJob",
    "SavedSearch",
    "ScreeningQuestion",
    "SearchAnchor",
    "SearchTerm",
    "SkillWeight",
    "Status",
    "TermPrefix",
    "TermStart",
    "TokenFrequency",
    "Visit",
    "WorkMode",
]
