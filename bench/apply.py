"""Applying, through the whole REST stack, against a lean floor that keeps the same rows.

The floor is what a hand-written endpoint would have to do at least: one transaction of plain SQL that
locks the job, reads the résumé, and inserts application, capsule, history, event and audit entry.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import harness

harness.prepare()
# ruff: noqa: E402 - models can be imported only now

from django.db import connection, transaction
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_client, make_user
from applications.services import stages_of
from applications.tests.factories import make_application
from jobs.models import Job
from jobs.tests.factories import make_job
from resumes.models import Resume
from resumes.snapshot import snapshot_of
from resumes.tests.factories import make_resume

ROUNDS, WARM_UP = 150, 5
FLOOR = [
    "SELECT id, company_id, status FROM jobs_job WHERE id = %(job)s FOR NO KEY UPDATE",
    "SELECT * FROM resumes_resume WHERE owner_id = %(user)s AND id = %(resume)s",
    """WITH sent AS (
           INSERT INTO applications_application (public_id, created_at, updated_at, job_id, company_id, candidate_id,
               resume_id, attempt, status, stage_id, stage_entered_at, version, told_version, source, is_knocked_out,
               rejection_reason)
           VALUES (gen_random_uuid(), now(), now(), %(job)s, %(company)s, %(user)s,
               %(resume)s, 1, 'active', %(stage)s, now(), 1, 1, '', false, '')
           RETURNING id
       ), kept AS (
           INSERT INTO applications_capsule (application_id, content, sha256, created_at)
           SELECT id, %(content)s, '', now() FROM sent
       ), told AS (
           INSERT INTO applications_applicationevent (public_id, created_at, updated_at, application_id, kind, actor_id,
               from_status, to_status, to_stage_id, progress, is_shown_to_candidate, reason, note, version)
           SELECT gen_random_uuid(), now(), now(), id, 'submitted', %(user)s, '', 'active', %(stage)s, 'received',
               true, '', '', 1 FROM sent
       ), fact AS (
           INSERT INTO events_eventrecord (public_id, topic, aggregate, payload, actor_id, request_id, occurred_at)
           SELECT gen_random_uuid(), 'applications.ApplicationSubmitted', 'bench:' || id,
               jsonb_build_object('application_id', id), %(user)s, '', now() FROM sent
       )
       INSERT INTO audit_auditentry (public_id, action, actor_id, target, details, request_id, at, seal)
       SELECT gen_random_uuid(), 'application:submitted', %(user)s, '', '{}', '', now(), '' FROM sent""",
]


def people(count: int) -> list[tuple[User, Resume, APIClient]]:
    """Make candidates who are signed in and have a résumé."""
    cast = [make_user(email=f"bench-{harness.time.time_ns()}-{number}@example.com") for number in range(count)]
    return [(user, make_resume(owner=user), make_client(user)) for user in cast]


def lean(job: Job, stage_id: int, content: str, user: User, resume: Resume) -> None:
    """Run the floor's statements in one transaction."""
    row = {"job": job.pk, "company": job.company_id, "user": user.pk, "resume": resume.pk, "stage": stage_id}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in FLOOR:
            cursor.execute(statement, {**row, "content": content})


def main() -> None:
    """Measure and report."""
    job = make_job(skills=["Python", "Django"])
    make_application(job=job)
    stage_id, path = stages_of(job)[0].pk, f"/api/v1/jobs/{job.public_id}/apply/"
    ours, theirs = (itertools.cycle(people(ROUNDS + WARM_UP)) for _ in range(2))
    content = json.dumps(snapshot_of(Resume.objects.latest("pk")))

    def apply() -> None:
        _user, resume, client = next(ours)
        answer = client.post(path, {"resume": str(resume.public_id), "consent": True})
        if answer.status_code != 201:
            raise RuntimeError(answer.content)

    def apply_lean() -> None:
        user, resume, _client = next(theirs)
        lean(job, stage_id, content, user, resume)

    rows = [harness.Row("plain SQL, same rows (floor)", apply_lean), harness.Row("`POST /jobs/{id}/apply/`", apply)]
    harness.report("apply", harness.table(harness.interleave(rows, rounds=ROUNDS, warm_up=WARM_UP)))


if __name__ == "__main__":
    main()
