"""Blind reviews for tests."""

from __future__ import annotations

from typing import Any

from applications.blind.models import BlindReview, Reveal
from applications.tests.factories import make_application
from jobs.tests.factories import make_job


def make_blind_review(**overrides: Any) -> BlindReview:
    job = overrides.pop("job", None) or make_job()
    return BlindReview.objects.create(job=job, **{"is_on": True, **overrides})


def make_reveal(**overrides: Any) -> Reveal:
    return Reveal.objects.create(application=overrides.pop("application", None) or make_application(), **overrides)
