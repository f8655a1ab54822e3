"""The verbs on the rows of a section. Each locks the résumé, and makes its next version."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from resumes.jsonresume import fluency_of, level_of
from resumes.models import MAX_ROWS, SECTIONS, Resume, Section
from resumes.services.editing import lock_resume, touch
from resumes.taxonomy import match_skills, normalise
from umemployed.api.errors import Conflict, Invalid, NotFound


class SectionFull(Conflict):
    code = "section_full"
    title = _("The section is full")
    cause = _("A section holds only so many rows.")
    cure = _("Remove a row that matters less.")


class SkillTwice(Conflict):
    code = "skill_twice"
    title = _("The résumé names this skill already")
    cause = _("Another row means the same skill, perhaps by another name.")
    cure = _("Edit the row that is there.")


@transaction.atomic
def add_row(
    *, actor: User, resume_id: int, section: str, expected_version: int | None = None, **values: Any
) -> Section:
    """Add a row at the end of a section; raises NotFound, PreconditionFailed, SectionFull, SkillTwice."""
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    rows = SECTIONS[section].objects.filter(resume=resume)
    if rows.count() >= MAX_ROWS[section]:
        raise SectionFull(
            _("This section holds at most {max} rows.").format(max=MAX_ROWS[section]), max=MAX_ROWS[section]
        )
    last = rows.order_by("-order").values_list("order", flat=True).first()
    row = SECTIONS[section](resume=resume, order=0 if last is None else last + 1)
    write(row, section, values)
    touch(resume, actor=actor, verb="add_row", section=section, row=str(row.public_id))
    return seen_on(row, resume)


@transaction.atomic
def edit_row(
    *, actor: User, resume_id: int, section: str, row_id: int, expected_version: int | None = None, **values: Any
) -> Section:
    """Change a row; raises NotFound, PreconditionFailed, SkillTwice, ResumeIncomplete."""
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    row = row_of(resume, section, row_id)
    write(row, section, values)
    touch(resume, actor=actor, verb="edit_row", section=section, row=str(row.public_id))
    return seen_on(row, resume)


@transaction.atomic
def remove_row(
    *, actor: User, resume_id: int, section: str, row_id: int, expected_version: int | None = None
) -> Resume:
    """Remove a row; raises NotFound, PreconditionFailed, ResumeIncomplete."""
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    row = row_of(resume, section, row_id)
    row.delete()
    return touch(resume, actor=actor, verb="remove_row", section=section, row=str(row.public_id))


@transaction.atomic
def order_rows(
    *, actor: User, resume_id: int, section: str, ids: list[uuid.UUID], expected_version: int | None = None
) -> Resume:
    """Put the rows of a section in the given order, which must name each of them once.

    Raises NotFound, PreconditionFailed, Invalid.
    """
    resume = lock_resume(actor=actor, resume_id=resume_id, expected_version=expected_version)
    rows = {row.public_id: row for row in SECTIONS[section].objects.filter(resume=resume)}
    if len(ids) != len(rows) or set(ids) != rows.keys():
        raise Invalid.on_field("ids", _("Name every row of the section exactly once."))
    for place, public_id in enumerate(ids):
        rows[public_id].order = place
    SECTIONS[section].objects.bulk_update(rows.values(), ["order"])
    return touch(resume, actor=actor, verb="order_rows", section=section)


def row_of(resume: Resume, section: str, row_id: int) -> Section:
    """Return a row of the locked résumé; raises NotFound."""
    row = SECTIONS[section].objects.filter(resume=resume, pk=row_id).first()
    if row is None:
        raise NotFound
    return row


def seen_on(row: Section, resume: Resume) -> Section:
    """Return the row beside the résumé whose new version it belongs to."""
    row.resume = resume
    return row


def write(row: Any, section: str, values: dict[str, Any]) -> None:
    """Set and save the columns of a row, with what follows from them."""
    for name, value in values.items():
        setattr(row, name, value)
    if section == "skills":
        if "level" in values:
            row.level_label = ""
        meant = row.normalised
        understand_skills([row])
        # An imported résumé may hold twins already; they can be edited as long as they stay what they are.
        if row.normalised != meant:
            refuse_twin(row)
    elif section == "languages" and "level" in values and "fluency" not in values:
        row.fluency = ""
    row.save()


def understand_skills(rows: Iterable[Any]) -> None:
    """Find the canonical skill of each unsaved row by its name; one query for all."""
    rows = list(rows)
    known = match_skills(row.name for row in rows)
    for row in rows:
        row.normalised = normalise(row.name)
        row.skill_id = known.get(row.normalised)
        row.level = row.level or level_of(row.level_label)


def refuse_twin(row: Any) -> None:
    """Raise SkillTwice when another row of the résumé means the same; the résumé is locked."""
    others = row.resume.skills.exclude(pk=row.pk)
    same = {"skill_id": row.skill_id} if row.skill_id else {"normalised": row.normalised}
    if row.normalised and others.filter(**same).exists():
        raise SkillTwice


def build_rows(resume: Resume, section: str, items: list[dict[str, Any]]) -> None:
    """Insert the rows of an imported section as they are, in their order; two statements at most."""
    rows: list[Any] = [SECTIONS[section](resume=resume, order=place, **columns) for place, columns in enumerate(items)]
    if section == "skills":
        understand_skills(rows)
    elif section == "languages":
        for row in rows:
            row.level = row.level or fluency_of(row.fluency)
    SECTIONS[section].objects.bulk_create(rows)
