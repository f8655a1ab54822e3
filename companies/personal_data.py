"""What companies hold about people: who belongs to them, and who was invited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from companies.models import Block, Company, Invitation, Membership
from umemployed.privacy.registry import (
    Basis,
    Blank,
    Delete,
    Kept,
    addresses_of,
    declare,
    nothing,
    register_mentions,
)

nothing(Company, because=_("What a company says about itself, to everybody."))


def _invited(person: Any) -> QuerySet:
    return Invitation.objects.filter(email__in=addresses_of(person))


@register_mentions
def mentions(person: Any) -> Iterator[str]:
    """Yield the ids under which teams know the person."""
    for public_id in Membership.objects.filter(user=person).values_list("public_id", flat=True)[:200]:
        yield str(public_id)


declare(
    Invitation,
    of=_invited,
    holds=_("that a company invited your address to its team"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Blank(
        {"email": Concat(Value("erased-"), Cast(F("pk"), CharField()), Value("@erased.invalid"))}, leaves=("digest",)
    ),
    also=("company__name",),
    hide=("digest",),
)
declare(
    Membership,
    of="user",
    holds=_("which teams you belong to, and as what"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    also=("company__name",),
)
declare(
    Block,
    of=lambda person: Block.objects.filter(Q(blocker=person) | Q(person=person)),
    holds=_("whom you block, and who blocks you"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    exported=False,
)
