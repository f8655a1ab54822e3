"""Lining a job's applicants up by how well what they sent goes with the posting. It moves and rejects nobody.

A capsule is encrypted, so the database cannot compare; scores are made in Python and laid beside the rows as one
JSON constant, by which the list is ordered and paged like any other. They are kept in the memory of the process only.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, Func, IntegerField, OuterRef, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import User
from applications.blind.models import BlindReview
from applications.blind.veil import veil_for
from applications.querysets import ApplicationQuerySet
from jobs.matching.documents import names_of_skills, offered_of_document
from jobs.matching.facts import Asked
from jobs.matching.reading import asked_of_jobs
from jobs.matching.scoring import match_of
from jobs.models import Job
from resumes.taxonomy import match_skills
from umemployed.audit.record import record

MOST_SCORED = 1000  # the newest applicants of a list; older ones follow without a score
MOST_REMEMBERED = 50_000  # scores, some 10 MiB


class Remembered(NamedTuple):
    """What a score depends on: the application, what of it may be judged, and what the posting asks for today."""

    application_id: int
    is_veiled: bool
    shows_employers: bool
    asked: str


SCORES: OrderedDict[Remembered, int | None] = OrderedDict()
LOCK = Lock()  # threads serve requests


@transaction.atomic
def with_match_scores(rows: ApplicationQuerySet, *, actor: User, job: Job) -> ApplicationQuerySet:
    """Annotate ``match_score``, in tenths of 100 points, on applications to one job; null where nothing is judged.

    ``rows`` are those that the actor views for the team. A constant number of statements; a capsule that was not
    scored since this process began, or since the posting changed, costs nearly a millisecond. Who looked is recorded.
    """
    scores = scores_of(rows, job)
    record("job:applicants_ranked", actor=actor, target=job, scored=len(scores))
    told = json.dumps({str(pk): score for pk, score in scores.items() if score is not None})
    found = Func(
        Value(told), Cast("pk", TextField()), template="(%(expressions)s)", arg_joiner="::jsonb ->> ",
        output_field=TextField(),
    )  # fmt: skip
    return rows.annotate(match_score=Cast(found, IntegerField()))


def scores_of(rows: ApplicationQuerySet, job: Job) -> dict[int, int | None]:
    """Return the scores of the newest applications by their keys."""
    asked = asked_of_jobs([job])[job.pk]
    mark = fingerprint_of(asked)
    reviews = BlindReview.objects.filter(job=OuterRef("job"), shows_employers=True)
    newest = rows.with_veil().annotate(shows_employers=Exists(reviews)).order_by("-pk")
    places = newest.values_list("pk", "is_veiled", "shows_employers")[:MOST_SCORED]
    keys = [Remembered(pk, is_veiled, shows, mark) for pk, is_veiled, shows in places]
    with LOCK:
        scores = {key: SCORES[key] for key in keys if key in SCORES}
    missing = {key.application_id: key for key in keys if key not in scores}
    for pk, score in scored(newest.filter(pk__in=missing), asked).items() if missing else ():
        scores[missing[pk]] = score
    remember(scores)
    return {key.application_id: score for key, score in scores.items()}


def scored(applications: Any, asked: Asked) -> dict[int, int | None]:
    """Judge what passes the veil of each, as the single match does; two statements."""
    shown = {
        one.pk: veil_for(one).capsule(one.capsule.content).get("resume") or {}
        for one in applications.select_related("candidate", "capsule")
    }
    known = match_skills(name for resume in shown.values() for name in names_of_skills(resume))
    return {pk: match_of(asked, offered_of_document(resume, known)).total for pk, resume in shown.items()}


def remember(scores: dict[Remembered, int | None]) -> None:
    """Keep scores, and forget those that were needed longest ago."""
    with LOCK:
        for key, score in scores.items():
            SCORES[key] = score
            SCORES.move_to_end(key)
        while len(SCORES) > MOST_REMEMBERED:
            SCORES.popitem(last=False)


def fingerprint_of(asked: Asked) -> str:
    """Return what changes with what is asked for, and with the day, because time in work goes on."""
    facts = (replace(asked, eligible_countries=frozenset()), sorted(asked.eligible_countries), timezone.now().date())
    return hashlib.sha256(repr(facts).encode()).hexdigest()
