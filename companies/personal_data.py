"""What companies hold about people: who belongs to them, and who was invited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, ProtectedError, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now
from django.utils.translation import gettext_lazy as _

from companies.events import MemberRemoved
from companies.models import Block, Company, Invitation, Membership, Role
from companies.services import lock_company
from umemployed.api.errors import Conflict
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.privacy.registry import (
    Basis,
    Blank,
    Delete,
    Kept,
    addresses_of,
    declare,
    nothing,
    register_guard,
    register_hold,
    register_mentions,
    register_opening,
)


class SoleOwner(Conflict):
    code = "sole_owner"
    title = _("A company of yours would be left without an owner")
    cause = _("You are the only owner of the companies in `companies`, which have other members or postings.")
    cure = _("Transfer each to another member, or close it: archive its postings and remove its members.")


@register_guard
def refuse_to_orphan(person: Any) -> None:
    """Raise SoleOwner while somebody depends on a company that only this person owns; locks the companies."""
    depended_on = [company.slug for company in _sole(person) if _is_depended_on(company, person)]
    if depended_on:
        raise SoleOwner(companies=depended_on)


@register_opening
def leave_companies(person: Any) -> None:
    """End the memberships, and with them every right; delete what was this person's alone."""
    alone = _sole(person)
    for member in Membership.objects.filter(user=person).select_related("company").order_by("company_id"):
        company = lock_company(member.company_id)
        Invitation.objects.open().filter(company=company, invited_by=person).update(revoked_at=Now())
        record("membership:ended", actor=None, target=member, role=member.role)
        member.delete()
        publish(MemberRemoved(company.pk, person.pk), aggregate=company)
    for company in alone:
        if not Membership.objects.filter(company=company).exists():
            _give_up(company)


def _sole(person: Any) -> list[Company]:
    """Return the companies, locked in the order of their ids, of which nobody else is owner."""
    owned = Membership.objects.filter(user=person, role=Role.OWNER).order_by("company_id")
    companies = [lock_company(pk) for pk in owned.values_list("company_id", flat=True)]
    owners = Membership.objects.filter(company__in=companies, role=Role.OWNER, user__is_active=True)
    shared = set(owners.exclude(user=person).values_list("company_id", flat=True))
    return [company for company in companies if company.pk not in shared]


def _is_depended_on(company: Company, person: Any) -> bool:
    others = Membership.objects.filter(company=company, user__is_active=True).exclude(user=person)
    return others.exists() or any(is_open(company) for is_open in OPEN)


# What apps above count as a company that is not closed, e.g. postings that people can apply to.
OPEN: list[Callable[[Company], bool]] = []


def _give_up(company: Company) -> None:
    """Delete a company that nobody is left in; one that others applied to keeps its name alone."""
    record("company:given_up", actor=None, target=company)
    try:
        with transaction.atomic():
            company.delete()
    except ProtectedError:
        Company.objects.filter(pk=company.pk).update(
            about="", website="", accepts_messages=False, version=F("version") + 1
        )


# A team that works goes on, though this member of it was away.
register_hold(lambda person: Membership.objects.filter(user=person, role=Role.OWNER).exists())
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
