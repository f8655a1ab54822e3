"""What each role may do. Every door of every app that acts for a company asks here."""

from __future__ import annotations

import enum
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Membership, Role
from umemployed.api.errors import Forbidden, NotFound


class Right(enum.StrEnum):
    """One thing that a member may be allowed to do for the company."""

    MANAGE_COMPANY = "manage_company"
    MANAGE_MEMBERS = "manage_members"
    POST_JOBS = "post_jobs"
    VIEW_APPLICATIONS = "view_applications"
    MOVE_APPLICATIONS = "move_applications"
    MESSAGE_CANDIDATES = "message_candidates"
    APPROVE_JOBS = "approve_jobs"
    APPROVE_OFFERS = "approve_offers"


PIPELINE = frozenset({Right.VIEW_APPLICATIONS, Right.MOVE_APPLICATIONS, Right.MESSAGE_CANDIDATES})
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.ADMIN: frozenset(Right),
    Role.RECRUITER: PIPELINE | {Right.POST_JOBS},
    Role.HIRING_MANAGER: PIPELINE,
    # An interviewer sees the candidates of the interviews they are put on, not the company's whole pipeline.
    Role.INTERVIEWER: frozenset(),
}


SUPERVISORS = (Role.OWNER, Role.ADMIN)  # of whom a company can demand two-step sign-in


# Whoever lacks what their company demands holds none of its rights until they turn it on.
NOT_SHUT_OUT = Q(company__demands_mfa=False) | ~Q(role__in=SUPERVISORS) | Q(user__mfa_enabled_at__isnull=False)


class MfaDemanded(Forbidden):
    code = "mfa_demanded"
    title = _("Turn on two-step sign-in first")
    cause = _("The company demands two-step sign-in of its owners and admins, and your account has none.")
    cure = _("Turn it on at /api/v1/auth/mfa/totp/; your rights come back at once.")


def roles_with(right: Right) -> list[Role]:
    """Return the roles that carry a right, in the order of Role."""
    return [role for role in Role if right in RIGHTS[role]]


def require(actor: User, company_id: int, right: Right) -> Membership:
    """Return the actor's membership if its role carries the right; one query, takes no lock.

    Raises NotFound when the actor is no member (the same as for a company that does not exist),
    Forbidden when the role does not carry the right, and MfaDemanded.
    """
    found = Membership.objects.filter(company_id=company_id, user_id=actor.pk, user__is_active=True)
    membership = found.select_related("company", "user").first()
    if membership is None:
        raise NotFound
    if right not in RIGHTS[Role(membership.role)]:
        raise Forbidden
    if membership.role in SUPERVISORS and membership.company.demands_mfa and not membership.user.has_mfa():
        raise MfaDemanded
    return membership


def require_no_demand(actor: User, company_id: int) -> None:
    """Let a member through, of whatever role, who has what the company demands of it; one query. Raises MfaDemanded."""
    mine = Membership.objects.filter(company_id=company_id, user_id=actor.pk)
    if mine.exclude(NOT_SHUT_OUT).exists():
        raise MfaDemanded


def companies_where(user: User | AnonymousUser, right: Right) -> QuerySet[Membership, Any]:
    """Return the ids of the companies in which a person holds the right, as a subquery for ``__in``."""
    mine = Membership.objects.filter(user_id=user.pk or 0)  # nobody's for who is not signed in
    return mine.filter(NOT_SHUT_OUT, role__in=roles_with(right)).values_list("company_id", flat=True)


def members_with(company_id: int, right: Right) -> list[int]:
    """Return the user ids of the active members who hold the right now, for use at the moment of sending."""
    return list(
        Membership.objects.filter(NOT_SHUT_OUT, company_id=company_id, role__in=roles_with(right), user__is_active=True)
        .order_by("user_id")
        .values_list("user_id", flat=True)
    )
