"""Saved and hidden postings for tests."""

from __future__ import annotations

from typing import Any

from accounts.tests.factories import make_user
from jobs.models import HiddenJob, SavedJob
from jobs.tests.factories import make_job


def make_saved_job(**overrides: Any) -> SavedJob:
    job = overrides.pop("job", None) or make_job()
    return SavedJob.objects.create(job=job, title=job.title, user=overrides.pop("user", None) or make_user())


def make_hidden_job(**overrides: Any) -> HiddenJob:
    job = overrides.pop("job", None) or make_job()
    return HiddenJob.objects.create(job=job, user=overrides.pop("user", None) or make_user())
