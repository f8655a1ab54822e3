"""The verbs of companies. Whatever changes a team holds the company's row lock and judges rights under it."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.links import digest_of, secret_of
from accounts.models import User, normalise_email
from accounts.services import require_verified
from companies.blocks.questions import is_blocked
from companies.events import (
    CompanyCreated,
    CompanyRenamed,
    InvitationAccepted,
    InvitationSent,
    MemberRemoved,
    MemberRoleChanged,
    OwnershipTransferred,
)
from companies.links import PURPOSE
from companies.models import Company, Invitation, Membership, Role
from companies.rights import MfaDemanded, Right, require
from umemployed.api.errors import Conflict, Forbidden, Gone, NotFound
from umemployed.api.ids import new_public_id
from umemployed.api.limits import spend
from umemployed.api.preconditions import check_version
from umemployed.audit.record import record
from umemployed.events.log import publish

EDITABLE = (
    *("name", "about", "website", "country", "size"),
    *("demands_mfa", "accepts_messages", "approves_jobs"),
)
SLUG_LENGTH = 80


class SlugTaken(Conflict):
    code = "slug_taken"
    title = _("This name in the URL is taken")
    cause = _("Another company has this slug.")
    cure = _("Choose another slug, or leave it out and one is made from the name.")


class CompanyInUse(Conflict):
    code = "company_in_use"
    title = _("The company cannot be deleted")
    cause = _("It has postings, which others applied to.")
    cure = _("Close and archive its postings instead; members can leave at any time.")


class LastOwner(Conflict):
    code = "last_owner"
    title = _("A company needs an owner")
    cause = _("This is the company's last owner, who cannot leave, be removed or get another role.")
    cure = _("Transfer the ownership first.")


class AlreadyMember(Conflict):
    code = "already_member"
    title = _("Already a member")
    cause = _("This person belongs to the company already.")
    cure = _("Change their role instead.")


class InvitationOver(Gone):
    code = "invitation_over"
    title = _("This invitation is over")
    cause = _("It was accepted, withdrawn or replaced, or its time is over.")
    cure = _("Ask the company for a new one.")


class InvitationForAnother(Forbidden):
    code = "invitation_for_another"
    title = _("This invitation is for another address")
    cause = _("Your account has another e-mail address than the one that was invited.")
    cure = _("Sign in with the invited address, or ask for an invitation to yours.")


# --- The company itself --------------------------------------------------------------------------
@transaction.atomic
def create_company(*, actor: User, name: str, slug: str = "", **details: Any) -> Company:
    """Found a company and become its owner. Raises EmailUnverified and SlugTaken."""
    require_verified(actor)
    company = _insert_company(name=name, slug=slug, **details)
    Membership.objects.create(company=company, user=actor, role=Role.OWNER)
    record("company:created", actor=actor, target=company)
    publish(CompanyCreated(company.pk), aggregate=company, actor=actor)
    return company


def _insert_company(*, name: str, slug: str, **details: Any) -> Company:
    base = slug or slugify(name)[: SLUG_LENGTH - 7].strip("-") or "company"
    for candidate in [slug] if slug else [base, f"{base}-{secrets.token_hex(3)}"]:
        try:
            with transaction.atomic():
                return Company.objects.create(name=name, slug=candidate, **details)
        except IntegrityError:
            continue
    raise SlugTaken


@transaction.atomic
def edit_company(*, actor: User, company_id: int, expected_version: int, **changes: Any) -> Company:
    """Change the company's page. Raises NotFound, Forbidden and PreconditionFailed."""
    company = lock_company(company_id)
    require(actor, company_id, Right.MANAGE_COMPANY)
    check_version(company, expected_version)
    if changes.get("demands_mfa") and not User.objects.get(pk=actor.pk).has_mfa():
        raise MfaDemanded(_("Turn on your own two-step sign-in before you demand it of others."))
    changed = [name for name in EDITABLE if name in changes and getattr(company, name) != changes[name]]
    for name in changed:
        setattr(company, name, changes[name])
    company.version += 1
    company.save(update_fields=[*changed, "version", "updated_at"])
    record("company:edited", actor=actor, target=company, fields=changed)
    if "name" in changed:
        publish(CompanyRenamed(company_id), aggregate=company, actor=actor)
    return company


@transaction.atomic
def delete_company(*, actor: User, company_id: int, expected_version: int) -> None:
    """Delete a company that nobody else's work hangs on. Raises Forbidden, PreconditionFailed, CompanyInUse."""
    company = lock_company(company_id)
    _require_owner(actor, company_id)
    check_version(company, expected_version)
    record("company:deleted", actor=actor, target=company)
    try:
        with transaction.atomic():
            company.delete()
    except ProtectedError as error:
        raise CompanyInUse from error


@transaction.atomic
def verify_company(*, actor: User, company_id: int) -> Company:
    """Note that staff proved who the company is. Raises Forbidden unless the actor is staff."""
    company = lock_company(company_id)
    if not (actor.is_active and actor.is_staff):
        raise Forbidden
    company.verified_at = company.verified_at or timezone.now()
    company.save(update_fields=["verified_at", "updated_at"])
    record("company:verified", actor=actor, target=company)
    return company


def lock_company(company_id: int) -> Company:
    """Return the company's row, locked until the end of the transaction. Raises NotFound."""
    company = Company.objects.select_for_update(no_key=True).filter(pk=company_id).first()
    if company is None:
        raise NotFound
    return company


# --- The team ------------------------------------------------------------------------------------
@transaction.atomic
def change_role(*, actor: User, membership_id: int, role: Role) -> Membership:
    """Give a member another role. Only owners make owners, or change one. Raises Forbidden and LastOwner."""
    member = _lock_member(membership_id)
    mine = require(actor, member.company_id, Right.MANAGE_MEMBERS)
    if (member.is_owner() or role == Role.OWNER) and not mine.is_owner():
        raise Forbidden
    if role == member.role:
        return member
    if member.is_owner():
        _require_another_owner(member)
    old, member.role = member.role, role
    member.save(update_fields=["role", "updated_at"])
    record("membership:role_changed", actor=actor, target=member, before=old, after=str(role))
    publish(MemberRoleChanged(member.pk), aggregate=member.company, actor=actor)
    return member


@transaction.atomic
def remove_member(*, actor: User, membership_id: int) -> None:
    """End a membership at once: one's own, or, with the right, another's; an owner's only as an owner.

    Invitations that the member sent and nobody accepted end too. Raises Forbidden and LastOwner.
    """
    member = _lock_member(membership_id)
    if member.user_id != actor.pk:
        mine = require(actor, member.company_id, Right.MANAGE_MEMBERS)
        if member.is_owner() and not mine.is_owner():
            raise Forbidden
    if member.is_owner():
        _require_another_owner(member)
    company, user_id = member.company, member.user_id
    Invitation.objects.open().filter(company=company, invited_by_id=user_id).update(revoked_at=Now())
    record("membership:ended", actor=actor, target=member, role=member.role)
    member.delete()
    publish(MemberRemoved(company.pk, user_id), aggregate=company, actor=actor)


@transaction.atomic
def transfer_ownership(*, actor: User, company_id: int, membership_id: int) -> Membership:
    """Make another member owner in one's own place; one stays as admin. Raises NotFound and Forbidden."""
    company = lock_company(company_id)
    mine = _require_owner(actor, company_id)
    heir = Membership.objects.filter(company=company, pk=membership_id, user__is_active=True).first()
    if heir is None:
        raise NotFound
    if heir.pk == mine.pk:
        return mine
    Membership.objects.filter(pk=heir.pk).update(role=Role.OWNER)
    Membership.objects.filter(pk=mine.pk).update(role=Role.ADMIN)
    record("company:ownership_transferred", actor=actor, target=company, heir=str(heir.public_id))
    publish(OwnershipTransferred(company.pk, actor.pk, heir.user_id), aggregate=company, actor=actor)
    heir.role = Role.OWNER
    return heir


def _lock_member(membership_id: int) -> Membership:
    """Return a membership as it is once the company's lock is held, or raise NotFound."""
    seen = Membership.objects.filter(pk=membership_id).first()
    if seen is None:
        raise NotFound
    company = lock_company(seen.company_id)
    member = Membership.objects.filter(pk=membership_id).first()
    if member is None:
        raise NotFound
    member.company = company
    return member


def _require_owner(actor: User, company_id: int) -> Membership:
    mine = require(actor, company_id, Right.MANAGE_COMPANY)
    if not mine.is_owner():
        raise Forbidden
    return mine


def _require_another_owner(member: Membership) -> None:
    owners = Membership.objects.filter(company_id=member.company_id, role=Role.OWNER, user__is_active=True)
    if not owners.exclude(pk=member.pk).exists():
        raise LastOwner


# --- Invitations ---------------------------------------------------------------------------------
@transaction.atomic
def invite_member(*, actor: User, company_id: int, email: str, role: Role) -> Invitation:
    """Offer membership to an address; an earlier open offer to it ends.

    Raises EmailUnverified, Forbidden, AlreadyMember and TooManyRequests.
    """
    require_verified(actor)
    company = lock_company(company_id)
    require(actor, company_id, Right.MANAGE_MEMBERS)
    if role == Role.OWNER:
        raise Forbidden
    email = normalise_email(email)
    if Membership.objects.filter(company=company, user__email=email).exists():
        raise AlreadyMember
    spend("invite", f"company:{company.pk}")
    _withdraw(company, email)
    public_id = new_public_id()
    invitation = Invitation.objects.create(
        public_id=public_id,
        company=company,
        email=email,
        role=role,
        invited_by=actor,
        digest=digest_of(secret_of(PURPOSE, public_id)),
        expires_at=timezone.now() + settings.INVITATION_LIFETIME,
    )
    record("invitation:sent", actor=actor, target=invitation, role=str(role))
    if not _is_unwelcome(company, actor, email):
        publish(InvitationSent(invitation.pk), aggregate=company, actor=actor)
    return invitation


def _is_unwelcome(company: Company, actor: User, email: str) -> bool:
    """Say whether a block keeps the invitation from being told; who invites sees no difference."""
    invited = User.objects.filter(email=email).first()
    return invited is not None and is_blocked(person_id=invited.pk, company_id=company.pk, actor_id=actor.pk)


def _withdraw(company: Company, email: str) -> None:
    Invitation.objects.filter(company=company, email=email, accepted_at=None, revoked_at=None).update(revoked_at=Now())


@transaction.atomic
def revoke_invitation(*, actor: User, invitation_id: int) -> None:
    """Withdraw an open invitation. Raises NotFound, Forbidden and InvitationOver."""
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound
    lock_company(invitation.company_id)
    require(actor, invitation.company_id, Right.MANAGE_MEMBERS)
    if not Invitation.objects.open().filter(pk=invitation_id).update(revoked_at=Now()):
        raise InvitationOver
    record("invitation:revoked", actor=actor, target=invitation)


@transaction.atomic
def accept_invitation(*, actor: User, token: str) -> Membership:
    """Become a member by a mailed token; exactly one acceptance succeeds.

    Raises EmailUnverified, NotFound, InvitationForAnother, InvitationOver and AlreadyMember.
    """
    require_verified(actor)
    invitation = Invitation.objects.filter(digest=digest_of(token)).first()
    if invitation is None:
        raise NotFound
    company = lock_company(invitation.company_id)
    if invitation.email != actor.email:
        raise InvitationForAnother
    if not Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=Now(), accepted_by=actor):
        raise InvitationOver
    member, is_new = Membership.objects.get_or_create(company=company, user=actor, defaults={"role": invitation.role})
    if not is_new:
        raise AlreadyMember
    record("invitation:accepted", actor=actor, target=invitation, role=invitation.role)
    publish(InvitationAccepted(invitation.pk, member.pk), aggregate=company, actor=actor)
    return member
