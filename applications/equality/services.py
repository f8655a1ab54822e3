"""Declaring, taking back, and counting.

None of it enters the audit record or publishes a fact: either would say at which moment which person declared.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.equality.models import EqualityReport, SelfDeclaration
from applications.equality.questionnaires import QUESTIONS, questions_for
from applications.equality.suppression import suppressed
from applications.models.core import Application
from companies.models import Company
from companies.services import lock_company
from umemployed.api.errors import Invalid, NotFound
from umemployed.vault.blind import blind_indexes
from umemployed.vault.rotation import reindexes

PURPOSE = "equality.person"


def keys_of(person: User, company: Company) -> list[str]:
    """Return by what a person's declaration to a company is found, under every key of the ring, the newest first."""
    return blind_indexes(f"{person.public_id}:{company.public_id}", purpose=PURPOSE)


def declaration_of(person: User, company: Company) -> QuerySet[SelfDeclaration]:
    """Return a person's declaration to a company, if any."""
    return SelfDeclaration.objects.filter(person_key__in=keys_of(person, company))


@reindexes("applications.SelfDeclaration.person_key")
def rehash_all() -> int:
    """Write the key of every applicant's declaration anew under the newest key; returns how many were older."""
    rehashed = 0
    applicants = Application.objects.order_by().values_list("candidate__public_id", "company__public_id").distinct()
    for person, company in applicants.iterator():
        newest, *older = blind_indexes(f"{person}:{company}", purpose=PURPOSE)
        rehashed += SelfDeclaration.objects.filter(person_key__in=older).update(person_key=newest)
    return rehashed


def declarations_of(person: User) -> QuerySet[SelfDeclaration]:
    """Return a person's declarations to all companies to which they applied; for their archive and their erasure."""
    companies = Company.objects.filter(pk__in=Application.objects.of_candidate(person).values("company"))
    keys = [key for company in companies.only("pk", "public_id") for key in keys_of(person, company)]
    return SelfDeclaration.objects.filter(person_key__in=keys)


def company_applied_to(actor: User, application_id: int) -> Company:
    """Return the company of one's own application. Raises NotFound, also for who sees it as one of the team."""
    application = Application.objects.of_candidate(actor).filter(pk=application_id).select_related("company").first()
    if application is None:
        raise NotFound
    return application.company


@transaction.atomic
def declare(*, actor: User, application_id: int, answers: dict[str, str]) -> dict[str, str]:
    """Keep what the actor declares to the company of an application, over any earlier one. Raises NotFound, Invalid."""
    company = company_applied_to(actor, application_id)
    allowed = {question.id: question.values() for question in questions_for(company.country)}
    for question, value in answers.items():
        if value not in allowed.get(question, ()):
            raise Invalid.on_field(
                f"answers.{question}", _("This is not asked, or not an answer to it."), code="invalid"
            )
    kept, key = json.dumps(answers), keys_of(actor, company)[0]
    if not declaration_of(actor, company).update(answers=kept, person_key=key):
        row = SelfDeclaration(company=company, person_key=key, answers=kept)
        # Two at once make one row, and the later of them stands.
        SelfDeclaration.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["person_key"], update_fields=["answers"]
        )
    return answers


@transaction.atomic
def take_back(*, actor: User, application_id: int) -> None:
    """Remove what the actor declared; of what was counted only that stays, so it is never counted again."""
    mine = declaration_of(actor, company_applied_to(actor, application_id))
    mine.filter(is_counted=False).delete()
    mine.filter(is_counted=True).update(answers=None)


def quarter_before(day: date) -> str:
    """Return the last quarter that had ended on a day, e.g. ``2026-Q3`` on 25 November 2026."""
    number = (day.month - 1) // 3
    return f"{day.year}-Q{number}" if number else f"{day.year - 1}-Q4"


def companies_to_report(quarter: str) -> list[int]:
    """Return the ids of companies that have something to count and no report for a quarter; one query."""
    waiting = SelfDeclaration.objects.filter(is_counted=False, answers__isnull=False).values("company")
    done = EqualityReport.objects.filter(quarter=quarter).values("company")
    found = Company.objects.filter(pk__in=waiting).exclude(pk__in=done)
    return list(found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def report_equality(*, company_id: int, quarter: str) -> EqualityReport:
    """Count what is not counted yet and freeze it, once a quarter; decrypts each declaration once in its life.

    Where nothing may be shown, nothing counts as counted: it waits for the next quarter, and this quarter's attempt
    is over, because the day on which a tenth person appears would tell who it was.
    """
    lock_company(company_id)
    if made := EqualityReport.objects.filter(company=company_id, quarter=quarter).first():
        return made
    waiting = SelfDeclaration.objects.filter(company=company_id, is_counted=False, answers__isnull=False)
    rows = list(waiting.select_for_update())
    tables = tables_of([row.told() for row in rows])
    if any(count is not None for table in tables for count in table["cells"].values()):  # type: ignore[attr-defined]
        SelfDeclaration.objects.filter(pk__in=[row.pk for row in rows]).update(is_counted=True)
    return EqualityReport.objects.create(company_id=company_id, quarter=quarter, tables=tables)


def tables_of(declared: list[dict[str, str]]) -> list[dict[str, object]]:
    """Return a table for every question that anybody answered, with the cells that may be shown."""
    tables: list[dict[str, object]] = []
    for question in QUESTIONS.values():
        counts = Counter(answers[question.id] for answers in declared if question.id in answers)
        if counts:
            cells = {option.value: counts[option.value] for option in question.options}
            tables.append({"question": question.id, "cells": suppressed(cells)})
    return tables
