"""The public list of jobs over the view, against its floors: the same JSON in one statement, and ready bytes."""

from __future__ import annotations

import random
import sys
import uuid
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.harness import Row, interleave, prepare, report, table

POSTINGS = 4_000
ROUNDS = 80
WORDS = "engineer nurse driver data python sales clinic cloud garden legal design support senior junior lead".split()  # noqa: SIM905


def main() -> None:
    """Measure and report."""
    prepare()
    from django.conf import settings
    from django.db import connection, transaction
    from django.http import HttpResponse
    from django.test import RequestFactory
    from django.views import View
    from rest_framework.test import APIClient

    from jobs.search.backend import search_backend
    from jobs.search.cards import cards_of
    from jobs.search.query import SearchQuery

    settings.RATE_LIMIT_PREFIX = f"um:bench:{uuid.uuid4().hex}"
    settings.RATE_LIMITS = {name: {**limit, "limit": 1_000_000} for name, limit in settings.RATE_LIMITS.items()}
    client = APIClient()

    class Ready(View):
        def get(self, request: object) -> HttpResponse:
            return HttpResponse(body, content_type="application/json")

    with transaction.atomic():
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE jobs_jobsearch, jobs_job, jobs_joblocation, jobs_jobskill")
        body = client.get("/api/v1/jobs/").content
        ready, request = Ready.as_view(), RequestFactory().get("/")
        newest = [hit.job_id for hit in search_backend().search(SearchQuery()).hits]
        tag = client.get("/api/v1/jobs/")["ETag"]
        floor = Row("floor: the same JSON in one statement", lambda: cards_of(newest))
        rows = interleave(
            [
                floor,
                Row("floor: ready bytes from a bare view", lambda: ready(request)),
                Row("floor: with text, one statement", lambda: cards_of(newest, with_text=True)),
                Row("GET /jobs/: newest 20", lambda: client.get("/api/v1/jobs/")),
                Row("GET /jobs/: with text", lambda: client.get("/api/v1/jobs/?expand=text")),
                Row("GET /jobs/: 304", lambda: client.get("/api/v1/jobs/", HTTP_IF_NONE_MATCH=tag)),
                Row("GET /jobs/: words, by relevance", lambda: client.get("/api/v1/jobs/?q=senior+engineer")),
                Row("GET /jobs/: words, 5 facets, count", lambda: client.get(f"/api/v1/jobs/?q=engineer{FACETS}")),
            ],
            rounds=ROUNDS,
        )
        transaction.set_rollback(True)
    report("jobs_list", table(rows, floor=floor))


FACETS = "&count=true&facets=work_mode,employment_type,experience_level,category,country"


def fill() -> None:
    """Make the postings, the same ones every time; rolled back when the measuring is over."""
    from django.utils import timezone

    from companies.models import Company
    from jobs.models import Category, Job, JobLocation, JobSkill, Status
    from jobs.search.index import index_jobs, next_ordinals
    from resumes.models import Skill

    dice, now = random.Random(7), timezone.now()  # noqa: S311 - the same postings every time
    categories = list(Category.objects.order_by("pk"))
    companies = Company.objects.bulk_create(
        Company(slug=f"bench-{number}-{uuid.uuid4().hex[:8]}", name=f"Bench {number}") for number in range(200)
    )
    skills = Skill.objects.bulk_create(
        Skill(slug=f"bench-{number}-{uuid.uuid4().hex[:8]}", name=f"Skill {number}") for number in range(300)
    )
    jobs = Job.objects.bulk_create(
        Job(
            company=dice.choice(companies),
            title=" ".join(dice.sample(WORDS, 3)),
            description=" ".join(dice.choices(WORDS, k=150)),
            category=dice.choice(categories),
            work_mode=dice.choice(["on_site", "hybrid", "remote"]),
            salary_min=Decimal(40_000),
            salary_max=Decimal(60_000),
            salary_currency="EUR",
            salary_period="year",
            salary_yearly_min=40_000,
            salary_yearly_max=60_000,
            status=Status.LIVE,
            published_at=now,
            search_ord=ordinal,
        )
        for ordinal in next_ordinals(POSTINGS)
    )
    JobLocation.objects.bulk_create(JobLocation(job=job, city="Douala", country="CM") for job in jobs)
    JobSkill.objects.bulk_create(JobSkill(job=job, skill=skill) for job in jobs for skill in dice.sample(skills, 4))
    for start in range(0, POSTINGS, 1_000):
        index_jobs([job.pk for job in jobs[start : start + 1_000]])


if __name__ == "__main__":
    main()
