"""The verbs of templates."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company
from companies.rights import Right, require
from messaging.message_templates.models import MessageTemplate
from messaging.message_templates.variables import check, fill_in
from messaging.models import Conversation, Side
from umemployed.api.errors import Conflict, Invalid, NotFound
from umemployed.api.preconditions import check_version
from umemployed.audit.record import record

TEMPLATES = 200  # of one company


class TemplateNameTaken(Conflict):
    code = "template_name_taken"
    title = _("The company has a template of this name")
    cause = _("The names of a company's templates differ.")
    cure = _("Choose another name, or edit that template.")


class TooManyTemplates(Conflict):
    code = "too_many_templates"
    title = _("The company has enough templates")
    cause = _("A company keeps at most `limit` templates.")
    cure = _("Delete one that nobody uses.")


@transaction.atomic
def create_template(*, actor: User, company_slug: str, name: str, body: str) -> MessageTemplate:
    """Make a template of the company's team.

    Raises NotFound, Forbidden, Invalid, TemplateNameTaken and TooManyTemplates.
    """
    company = Company.objects.select_for_update(no_key=True).filter(slug=company_slug).first()
    if company is None:
        raise NotFound
    require(actor, company.pk, Right.MESSAGE_CANDIDATES)
    check(body)
    if company.message_templates.count() >= TEMPLATES:
        raise TooManyTemplates(limit=TEMPLATES)
    template = MessageTemplate(company=company, name=name, body=body, author=actor)
    _save(template)
    record("message_template:created", actor=actor, target=template)
    return template


@transaction.atomic
def edit_template(*, actor: User, template_id: uuid.UUID, expected_version: int, **changes: str) -> MessageTemplate:
    """Change name or text. Raises NotFound, PreconditionFailed, Invalid and TemplateNameTaken."""
    template = _lock(actor, template_id)
    check_version(template, expected_version)
    template.name = changes.get("name", template.name)
    template.body = changes.get("body", template.body)
    template.version += 1
    check(template.body)
    _save(template)
    record("message_template:edited", actor=actor, target=template, fields=sorted(changes))
    return template


@transaction.atomic
def delete_template(*, actor: User, template_id: uuid.UUID, expected_version: int) -> None:
    """Delete a template. Raises NotFound and PreconditionFailed."""
    template = _lock(actor, template_id)
    check_version(template, expected_version)
    record("message_template:deleted", actor=actor, target=template)
    template.delete()


def preview(*, actor: User, template_id: uuid.UUID, conversation_id: uuid.UUID) -> str:
    """Return a template's text filled in for one of the company's conversations; nothing is sent.

    Raises NotFound, TemplateDoesNotFit, and Invalid for a conversation that is not the company's.
    """
    template = MessageTemplate.objects.for_user(actor).filter(public_id=template_id).first()
    if template is None:
        raise NotFound
    rows = Conversation.objects.for_user(actor).with_parties().filter(company=template.company_id)
    conversation = rows.filter(public_id=conversation_id).first()
    if conversation is None or conversation.side_of(actor) is Side.CANDIDATE:
        raise Invalid.on_field("conversation", _("The company has no such conversation."), code="does_not_exist")
    return fill_in(template.body, conversation=conversation, sender=actor)


def _lock(actor: User, template_id: uuid.UUID) -> MessageTemplate:
    rows = MessageTemplate.objects.for_user(actor).filter(public_id=template_id)
    template = rows.select_for_update(no_key=True).first()
    if template is None:
        raise NotFound
    return template


def _save(template: MessageTemplate) -> None:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise TemplateNameTaken from error
