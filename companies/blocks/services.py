"""The verbs of blocks."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.blocks.acquaintances import have_met
from companies.blocks.models import Block
from companies.models import Company
from umemployed.api.errors import Invalid, NotFound
from umemployed.audit.record import record


@transaction.atomic
def block(*, actor: User, person_id: uuid.UUID | None = None, company_slug: str | None = None) -> Block:
    """Block a person whom one has met, or a company; again is the same. The other side learns nothing.

    Exactly one of the two is given. Raises Invalid (neither, both, or oneself) and NotFound.
    """
    if (person_id is None) == (company_slug is None):
        raise Invalid(_("Name a person or a company, and only one of them."))
    target = _person(actor, person_id) if person_id is not None else _company(company_slug)
    Block.objects.bulk_create([made := Block(blocker=actor, **target)], ignore_conflicts=True)
    found = Block.objects.with_target().get(blocker=actor, **target)
    if found.public_id == made.public_id:
        record("block:made", actor=actor, target=found)
    return found


def _person(actor: User, person_id: uuid.UUID) -> dict[str, Any]:
    if person_id == actor.public_id:
        raise Invalid.on_field("person", _("Nobody can block themselves."), code="oneself")
    person = User.objects.filter(public_id=person_id).first()
    if person is None or not have_met(actor, person):
        raise NotFound
    return {"person": person}


def _company(slug: str | None) -> dict[str, Any]:
    company = Company.objects.filter(slug=slug).first()
    if company is None:
        raise NotFound
    return {"company": company}


@transaction.atomic
def lift_block(*, actor: User, block_id: uuid.UUID) -> None:
    """End one's own block; what was stopped meanwhile does not come afterwards. Raises NotFound."""
    found = Block.objects.for_user(actor).filter(public_id=block_id).first()
    if found is None:
        raise NotFound
    record("block:lifted", actor=actor, target=found)
    found.delete()
