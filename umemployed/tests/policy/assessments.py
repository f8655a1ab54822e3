"""Who may enter the doors of assessments; the samples are of Bob's company and Alice's application."""

from __future__ import annotations

from typing import Any

from applications.assessments.models import Assessment, Attempt
from applications.assessments.tests.factories import make_assessment, make_attempt, make_bank_question
from umemployed.tests.policy.world import Sample, World, sent_application

POLICY: dict[str, str] = {
    "GET companies/{slug}/questions/": "401 404 + 404 404",
    "POST companies/{slug}/questions/": "401 404 + 404 404",
    "GET companies/{slug}/questions/{question_id}/": "401 404 + 404 404",
    "PATCH companies/{slug}/questions/{question_id}/": "401 404 + 404 404",
    "GET jobs/{public_id}/assessment/": "401 404 + 404 404",
    "POST jobs/{public_id}/assessment/": "401 404 + 404 404",
    "PATCH jobs/{public_id}/assessment/": "401 404 + 404 404",
    "GET jobs/{public_id}/assessment/ranking/": "401 404 + 404 404",
    "GET applications/{public_id}/assessment/": "401 + + 404 404",
    "POST applications/{public_id}/assessment/start/": "401 + 403 404 404",
    # To the candidate there is no such door.
    "POST applications/{public_id}/assessment/retakes/": "401 404 + 404 404",
    "GET attempts/{public_id}/": "401 + + 404 404",
    "POST attempts/{public_id}/submit/": "401 + 403 404 404",
    "PUT attempts/{public_id}/answers/{question_id}/": "401 + 403 404 404",
}


def with_assessment(world: World) -> Assessment:
    """The assessment of the job to which Alice applied."""
    job = sent_application(world).job
    return Assessment.objects.filter(job=job).first() or make_assessment(job)


def attempt_of(world: World) -> Attempt:
    """Alice's attempt."""
    application = sent_application(world)
    with_assessment(world)
    return Attempt.objects.filter(application=application).first() or make_attempt(application)


def application_with_assessment(world: World) -> dict[str, Any]:
    """Alice's application to a job that has an assessment."""
    with_assessment(world)
    return {"public_id": sent_application(world).public_id}


def answer(world: World) -> dict[str, Any]:
    """A question of Alice's attempt."""
    attempt = attempt_of(world)
    return {"public_id": attempt.public_id, "question_id": attempt.questions.values_list("public_id", flat=True)[0]}


SAMPLES: dict[str, Sample] = {
    "companies/{slug}/questions/": lambda world: {
        "slug": world.company.slug,
        "question_id": make_bank_question(world.company).public_id,
    },
    "jobs/{public_id}/assessment/": lambda world: {"public_id": with_assessment(world).job.public_id},
    "applications/{public_id}/assessment/": application_with_assessment,
    "attempts/": lambda world: {"public_id": attempt_of(world).public_id},
    "attempts/{public_id}/answers/": answer,
}
BODIES: dict[str, dict[str, object]] = {
    "PUT attempts/{public_id}/answers/{question_id}/": {"value": None},
}
