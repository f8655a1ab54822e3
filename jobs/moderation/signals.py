"""Looking for what is wrong with a posting: each look returns its evidence, or None where all seems well."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.utils import timezone

from jobs.models import Job, Status
from jobs.moderation.vocabulary import SignalKind
from jobs.similarity import SAME_TEXT, bands_of, resemblance, shingles_of, text_of

YOUNG = timedelta(days=14)
ENOUGH = 30  # postings with pay, before a field of work can tell what is usual
FACTOR = 3
MAIL = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63})+)")
PHONE = re.compile(r"(?<![\w/])(?:\+|00)?\d(?:[\s().-]{0,2}\d){8,14}(?!\w)")
MESSENGER = re.compile(
    r"\b(?:wa\.me|t\.me|telegram\.me|chat\.whatsapp\.com|api\.whatsapp\.com|signal\.me|viber|m\.me)\b[/\w?=+-]*"
    r"|\b(?:whats\s?app|telegram|viber|wechat|weixin|signal\s+messenger)\b",
    re.IGNORECASE,
)
USUAL_PAY = """
SELECT count(*), percentile_cont(0.05) WITHIN GROUP (ORDER BY coalesce(salary_yearly_max, salary_yearly_min)),
    percentile_cont(0.95) WITHIN GROUP (ORDER BY coalesce(salary_yearly_max, salary_yearly_min))
FROM jobs_job WHERE status = 'live' AND id <> %(job)s AND coalesce(salary_yearly_max, salary_yearly_min) IS NOT NULL
    AND (%(category)s::bigint IS NULL OR category_id = %(category)s)
"""


def unusual_pay(job: Job) -> dict[str, Any] | None:
    """Pay three times above what 19 in 20 of the field state, or below a third of it; one or two queries."""
    stated = [figure for figure in (job.salary_yearly_min, job.salary_yearly_max) if figure is not None]
    if not stated:
        return None
    count, low, high = usual_pay(job, job.category_id)
    if count < ENOUGH and job.category_id is not None:
        count, low, high = usual_pay(job, None)
    if count < ENOUGH or (low / FACTOR <= stated[-1] and stated[0] <= high * FACTOR):
        return None
    return {"yearly": stated, "usual": [round(low), round(high)], "compared_with": count}


def usual_pay(job: Job, category_id: int | None) -> tuple[int, float, float]:
    """Return of how many live postings the range is, and what nine in ten of them pay a year."""
    with connection.cursor() as cursor:
        cursor.execute(USUAL_PAY, {"job": job.pk, "category": category_id})
        return cursor.fetchone()


def contact_outside(job: Job) -> dict[str, Any] | None:
    """Mail addresses (but at the company's own domain), phone numbers and messengers in the text."""
    text = " \n ".join((job.title, text_of(job)))
    own = (urlsplit(job.company.website).hostname or "").removeprefix("www.")
    mails = [found.group(0) for found in MAIL.finditer(text) if not own or found.group(1).lower() != own]
    without = MAIL.sub(" ", text)
    found = {
        "mail": mails[:5],
        "phone": [number.strip() for number in PHONE.findall(without)][:5],
        "messenger": [match.group(0) for match in MESSENGER.finditer(without)][:5],
    }
    found = {name: values for name, values in found.items() if values}
    return found or None


def copied_text(job: Job) -> dict[str, Any] | None:
    """A text that resembles one which another company has public; two queries."""
    shingles = shingles_of(text_of(job))
    alike = Job.objects.filter(status=Status.LIVE, fingerprint__bands__overlap=bands_of(shingles))
    others = alike.exclude(company_id=job.company_id).order_by("pk")[:50]
    twins = [other for other in others if resemblance(shingles, shingles_of(text_of(other))) >= SAME_TEXT]
    return {"jobs": [str(twin.public_id) for twin in twins[:5]], "count": len(twins)} if twins else None


def young_company(job: Job) -> dict[str, Any] | None:
    """A company of a fortnight at most that nobody verified."""
    company = job.company
    if company.verified_at is not None or company.created_at < timezone.now() - YOUNG:
        return None
    return {"company_since": company.created_at.date().isoformat()}


LOOKS: dict[SignalKind, Callable[[Job], dict[str, Any] | None]] = {
    SignalKind.PAY: unusual_pay,
    SignalKind.CONTACT: contact_outside,
    SignalKind.COPIED: copied_text,
    SignalKind.YOUNG: young_company,
}
