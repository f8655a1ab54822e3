"""Notes, tags and ratings for tests."""

from __future__ import annotations

import itertools
from typing import Any

from applications.teamwork.models import Note, Rating, Tag
from applications.tests.factories import make_application
from companies.tests.factories import make_company

_numbers = itertools.count(1)


def make_note(**overrides: Any) -> Note:
    """A note of nobody on an application."""
    application = overrides.pop("application", None) or make_application()
    return Note.objects.create(application=application, **{"body": f"Note {next(_numbers)}", **overrides})


def make_tag(**overrides: Any) -> Tag:
    company = overrides.pop("company", None) or make_company()
    return Tag.objects.create(company=company, **{"name": f"tag {next(_numbers)}", **overrides})


def make_rating(**overrides: Any) -> Rating:
    application = overrides.pop("application", None) or make_application()
    fields = {"attribute": f"attribute {next(_numbers)}", "score": 3, **overrides}
    return Rating.objects.create(application=application, **fields)
