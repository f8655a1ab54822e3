"""The cast that meets every door, and what belongs to them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from applications.models import Application
from applications.tests.factories import make_application
from companies.models import Company
from jobs.tests.factories import make_job
from umemployed.files.models import StoredFile
from umemployed.files.services import announce_upload


@dataclass
class World:
    """The cast, and what belongs to them; samples add rows as they need them."""

    candidate: User
    recruiter: User
    other: User
    staff: User
    company: Company


Sample = Callable[[World], dict[str, Any]]


def nothing(world: World) -> dict[str, Any]:
    """Name an object that does not exist."""
    return {"public_id": uuid.UUID("0190c0de-0000-7000-8000-000000000000")}


def announced_file(owner: User) -> StoredFile:
    """A file whose bytes have not come yet."""
    return announce_upload(actor=owner, purpose="test", name="cv.pdf", size=1000)


def sent_application(world: World) -> Application:
    """Alice's application to Bob's company."""
    sent = Application.objects.filter(candidate=world.candidate).first()
    return sent or make_application(candidate=world.candidate, job=make_job(company=world.company))
