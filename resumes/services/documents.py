"""Whole résumés in and out: import of JSON Resume, and copies."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from resumes.jsonresume import Parsed, parse
from resumes.models import SECTIONS, Resume
from resumes.services.editing import lock_resume, touch
from resumes.services.resumes import CONTENT, lock_person, start_resume
from resumes.services.sections import build_rows

OWN_COLUMNS = {"id", "public_id", "created_at", "updated_at", "resume", "order"}


@transaction.atomic
def import_resume(*, actor: User, document: Any, title: str = "") -> Resume:
    """Make a draft of a JSON Resume; nothing that it says is lost (see ``resumes.jsonresume``).

    Without ``title`` it is called after its label or name. Raises Invalid naming every offending
    member, and TooManyResumes.
    """
    parsed = parse(document)
    named = parsed.columns.get("headline") or parsed.columns.get("full_name") or _("Imported résumé")
    return build(actor=actor, title=(title or named)[:120], parsed=parsed, verb="import")


@transaction.atomic
def duplicate_resume(*, actor: User, resume_id: int, title: str = "") -> Resume:
    """Make a draft with the same content; raises NotFound, TooManyResumes."""
    lock_person(actor)
    original = lock_resume(actor=actor, resume_id=resume_id, expected_version=None)
    columns = {name: getattr(original, name) for name in (CONTENT | {"extras"}) - {"title"}}
    rows = {
        name: [
            {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if f.name not in OWN_COLUMNS}
            for row in model.objects.filter(resume=original)
        ]
        for name, model in SECTIONS.items()
    }
    title = title or _("Copy of {title}").format(title=original.title)
    return build(actor=actor, title=title[:120], parsed=Parsed(columns, rows), verb="duplicate")


def build(*, actor: User, title: str, parsed: Parsed, verb: str) -> Resume:
    """Insert a draft with all its rows: one or two statements per section, however many rows."""
    resume = start_resume(actor=actor, title=title)
    for name, value in parsed.columns.items():
        setattr(resume, name, value)
    for section, items in parsed.rows.items():
        if items:
            build_rows(resume, section, items)
    return touch(resume, actor=actor, verb=verb)
