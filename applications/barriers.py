"""What keeps a person from applying to a company, besides the job's own state: the one place that asks."""

from __future__ import annotations

from accounts.models import User
from companies.blocks.questions import is_blocked
from jobs.models import Job


def stands_against(person: User, job: Job) -> bool:
    """Say whether the person blocked the company; asked under the job's lock, one query.

    Blocks between persons do not count here: a company is more than one of its members.
    """
    return is_blocked(person_id=person.pk, company_id=job.company_id)
