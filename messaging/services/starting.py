"""How conversations begin: who may write to whom first."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import require_verified
from applications.models import Application
from companies.models import Company
from companies.rights import Right, members_with
from messaging.models import Conversation
from messaging.rooms import team_of_conversation
from messaging.services.errors import MessagesNotTaken
from umemployed.api.errors import Invalid, NotFound
from umemployed.audit.record import record


@transaction.atomic
def start_conversation(
    *,
    actor: User,
    application_id: uuid.UUID | None = None,
    company_slug: str | None = None,
    candidate_id: uuid.UUID | None = None,
) -> Conversation:
    """Return the conversation on an application, or with a company's team, made when it is missing.

    On an application: its candidate and members who may message candidates may start. With a team: a person
    who applied there or whom the company lets write (``accepts_messages``); with ``candidate_id``, a member,
    to somebody who applied. However many start at once, there is one. Raises Invalid, EmailUnverified,
    NotFound and MessagesNotTaken.
    """
    require_verified(actor)
    if (application_id is None) == (company_slug is None):
        raise Invalid(_("Name an application or a company, and only one of them."))
    if candidate_id is not None and company_slug is None:
        raise Invalid.on_field("candidate", _("An application names its candidate itself."), code="superfluous")
    if application_id is not None:
        made = _on_application(actor, application_id)
    elif candidate_id is not None:
        made = _with_applicant(actor, company_slug, candidate_id)
    else:
        made = _with_team(actor, company_slug)
    return _find_or_create(actor, made)


def _find_or_create(actor: User, made: Conversation) -> Conversation:
    Conversation.objects.bulk_create([made], ignore_conflicts=True)
    if made.application_id is not None:
        found = Conversation.objects.get(application=made.application_id)
    else:
        found = Conversation.objects.get(application=None, candidate=made.candidate_id, company=made.company_id)
    if found.public_id == made.public_id:
        record("conversation:started", actor=actor, target=found)
    return found


def _on_application(actor: User, application_id: uuid.UUID) -> Conversation:
    application = Application.objects.for_user(actor).filter(public_id=application_id).first()
    if application is None:
        raise NotFound
    made = Conversation(
        application=application, candidate_id=application.candidate_id, company_id=application.company_id
    )
    if actor.pk != made.candidate_id and actor.pk not in team_of_conversation(made):
        raise NotFound
    return made


def _with_applicant(actor: User, company_slug: str | None, candidate_id: uuid.UUID) -> Conversation:
    company = Company.objects.filter(slug=company_slug).first()
    if company is None or not _may_message(actor, company.pk):
        raise NotFound
    applied = _known_applications(company).filter(candidate__public_id=candidate_id).exclude(candidate=actor)
    application = applied.order_by("-pk").first()
    if application is None:
        raise NotFound
    return Conversation(candidate_id=application.candidate_id, company=company)


def _with_team(actor: User, company_slug: str | None) -> Conversation:
    company = Company.objects.filter(slug=company_slug).first()
    if company is None:
        raise NotFound
    has_applied = _known_applications(company).filter(candidate=actor).exists()
    if _may_message(actor, company.pk) or not (has_applied or company.accepts_messages):
        raise MessagesNotTaken
    return Conversation(candidate=actor, company=company)


def _known_applications(company: Company) -> QuerySet[Application]:
    """Return applications whose candidates know that they are to this company: not those to anonymous postings."""
    return Application.objects.filter(company=company, job__is_anonymous=False)


def _may_message(actor: User, company_id: int) -> bool:
    return actor.pk in members_with(company_id, Right.MESSAGE_CANDIDATES)
