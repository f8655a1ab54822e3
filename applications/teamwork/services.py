"""What a team writes beside an application."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.hiring.rights import require_on_job, team_of
from applications.models.core import Application
from applications.pipeline.names import save_named
from applications.teamwork.events import ApplicationAssigned, MemberMentioned, NoteWritten
from applications.teamwork.models import MOST_TAGS, Mention, Note, Rating, Tag
from companies.models import Membership
from companies.rights import Right, require
from companies.services import lock_company
from umemployed.api.errors import Conflict, Forbidden, Invalid, NotFound
from umemployed.audit.record import record
from umemployed.events.log import publish


class TooManyTags(Conflict):
    code = "too_many_tags"
    title = _("The company has as many tags as it may have")
    cause = _("A company has at most 200 tags.")
    cure = _("Remove one that is not used.")


def lock_of_team(actor: User, application_id: int, right: Right = Right.VIEW_APPLICATIONS) -> Application:
    """Return the locked application if the actor is of its team with this right. Raises NotFound and Forbidden."""
    found = Application.objects.of_team(actor, veiled=True).filter(pk=application_id)
    if found.select_for_update(no_key=True).values_list("pk").first() is None:
        raise NotFound
    application = Application.objects.get(pk=application_id)
    require_on_job(actor, company_id=application.company_id, job_id=application.job_id, right=right)
    return application


# --- Notes ---------------------------------------------------------------------------------------
@transaction.atomic
def write_note(*, actor: User, application_id: int, body: str, mentions: list[uuid.UUID] | None = None) -> Note:
    """Write a note; who is mentioned is told. Raises NotFound, Forbidden and Invalid."""
    application = lock_of_team(actor, application_id)
    note = Note.objects.create(application=application, author=actor, body=body)
    mention(note, actor, application, mentions or [])
    publish(NoteWritten(note.pk), aggregate=application, actor=actor)
    record("note:written", actor=actor, target=note)
    return note


@transaction.atomic
def edit_note(*, actor: User, note_id: int, body: str, mentions: list[uuid.UUID] | None = None) -> Note:
    """Change one's own note; only who is mentioned anew is told. Raises NotFound, Forbidden and Invalid."""
    note = own_note(actor, note_id)
    note.body, note.edited_at = body, timezone.now()
    note.save(update_fields=["body", "edited_at", "updated_at"])
    if mentions is not None:
        mention(note, actor, note.application, mentions)
    record("note:edited", actor=actor, target=note)
    return note


@transaction.atomic
def delete_note(*, actor: User, note_id: int) -> None:
    """Remove one's own note. Raises NotFound and Forbidden."""
    note = own_note(actor, note_id)
    record("note:deleted", actor=actor, target=note)
    note.delete()


def own_note(actor: User, note_id: int) -> Note:
    """Return a note under its application's lock if the actor wrote it and may still read it."""
    note = Note.objects.for_user(actor).filter(pk=note_id).first()
    if note is None:
        raise NotFound
    note.application = lock_of_team(actor, note.application_id)
    if note.author_id != actor.pk:
        raise Forbidden
    return note


def mention(note: Note, actor: User, application: Application, members: list[uuid.UUID]) -> None:
    """Name members in a note: those who may view the application now, and nobody else. Raises Invalid."""
    team = team_of(company_id=application.company_id, job_id=application.job_id, right=Right.VIEW_APPLICATIONS)
    found = Membership.objects.filter(company=application.company_id, public_id__in=members)
    people = set(found.values_list("user_id", flat=True))
    if len(people) < len(set(members)) or not people <= set(team) - {application.candidate_id}:
        raise Invalid.on_field("mentions", _("Mention only members who may view the application."), code="not_of_team")
    known = set(note.mentions.values_list("person_id", flat=True))
    note.mentions.exclude(person__in=people).delete()
    Mention.objects.bulk_create(Mention(note=note, person_id=person) for person in sorted(people - known))
    for person in sorted(people - known - {actor.pk}):
        publish(MemberMentioned(note.pk, person), aggregate=application, actor=actor)


# --- Tags ----------------------------------------------------------------------------------------
@transaction.atomic
def create_tag(*, actor: User, company_id: int, name: str) -> Tag:
    """Add a tag to the company's. Raises NotFound, Forbidden, NameTaken and TooManyTags."""
    company = lock_company(company_id)
    require(actor, company_id, Right.MOVE_APPLICATIONS)
    if company.application_tags.count() >= MOST_TAGS:
        raise TooManyTags
    tag = Tag(company=company, name=name)
    save_named(tag)
    record("tag:created", actor=actor, target=tag)
    return tag


@transaction.atomic
def rename_tag(*, actor: User, tag_id: int, name: str) -> Tag:
    """Rename a tag wherever it is. Raises NotFound, Forbidden and NameTaken."""
    tag = lock_tag(actor, tag_id)
    tag.name = name
    save_named(tag)
    record("tag:renamed", actor=actor, target=tag)
    return tag


@transaction.atomic
def delete_tag(*, actor: User, tag_id: int) -> None:
    """Remove a tag from the company and from every application."""
    tag = lock_tag(actor, tag_id)
    record("tag:deleted", actor=actor, target=tag, name=tag.name)
    tag.delete()


def lock_tag(actor: User, tag_id: int) -> Tag:
    """Return the locked tag if the actor may change the company's. Raises NotFound and Forbidden."""
    tag = Tag.objects.select_for_update().filter(pk=tag_id).first()
    if tag is None:
        raise NotFound
    require(actor, tag.company_id, Right.MOVE_APPLICATIONS)
    return tag


@transaction.atomic
def set_tags(*, actor: User, application_id: int, tags: list[uuid.UUID]) -> Application:
    """Give an application exactly these tags of its company. Raises NotFound, Forbidden and Invalid."""
    application = lock_of_team(actor, application_id, Right.MOVE_APPLICATIONS)
    found = list(Tag.objects.filter(company=application.company_id, public_id__in=tags).order_by("pk"))
    if len(found) < len(set(tags)):
        raise Invalid.on_field("tags", _("The company has no such tag."), code="does_not_exist")
    application.tags.set(found)
    record("application:tagged", actor=actor, target=application, tags=[tag.name for tag in found])
    return application


# --- Ratings and who is in charge ----------------------------------------------------------------
@transaction.atomic
def rate(*, actor: User, application_id: int, attribute: str, score: int | None) -> Rating | None:
    """Judge an attribute, change one's judgement, or take it back (None)."""
    application = lock_of_team(actor, application_id)
    mine = Rating.objects.filter(application=application, author=actor, attribute__iexact=attribute)
    if score is None:
        mine.delete()
        return None
    rating = mine.first() or Rating(application=application, author=actor, attribute=attribute)
    rating.score = score
    rating.save()
    record("application:rated", actor=actor, target=application)
    return rating


@transaction.atomic
def assign(*, actor: User, application_id: int, member: uuid.UUID | None) -> Application:
    """Put a member of the team in charge, or nobody. Raises NotFound, Forbidden and Invalid."""
    application = lock_of_team(actor, application_id, Right.MOVE_APPLICATIONS)
    place: dict[str, Any] = {"company_id": application.company_id, "job_id": application.job_id}
    chosen = Membership.objects.filter(company=application.company_id, public_id=member or uuid.UUID(int=0)).first()
    if member is not None and (chosen is None or chosen.user_id not in team_of(**place, right=Right.VIEW_APPLICATIONS)):
        raise Invalid.on_field("member", _("Only somebody who may view the application."), code="not_of_team")
    if chosen is not None and chosen.user_id == application.candidate_id:
        raise Invalid.on_field("member", _("Nobody is in charge of their own application."), code="not_of_team")
    if application.assignee_id != (chosen.pk if chosen else None):
        Application.objects.filter(pk=application.pk).update(assignee=chosen, updated_at=timezone.now())
        record("application:assigned", actor=actor, target=application, member=str(member or ""))
        if chosen is not None:
            publish(ApplicationAssigned(application.pk, chosen.user_id), aggregate=application, actor=actor)
    return application
