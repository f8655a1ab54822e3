"""Companies and their teams for tests."""

from __future__ import annotations

import itertools
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.links import digest_of, secret_of
from accounts.tests.factories import make_user
from companies.links import PURPOSE, link_for
from companies.models import Block, Company, Invitation, Membership, Role
from umemployed.api.ids import new_public_id

_numbers = itertools.count(1)


def make_company(**overrides: Any) -> Company:
    """A company with one owner, ``owner=`` or a new person."""
    number = next(_numbers)
    owner = overrides.pop("owner", None) or make_user()
    fields: dict[str, Any] = {"slug": f"company-{number}", "name": f"Company {number}", "country": "CM", **overrides}
    company = Company.objects.create(**fields)
    make_membership(company=company, user=owner, role=Role.OWNER)
    return company


def make_membership(**overrides: Any) -> Membership:
    fields: dict[str, Any] = {"role": Role.RECRUITER, **overrides}
    if "user" not in fields:
        fields["user"] = make_user()
    if "company" not in fields:
        fields["company"] = make_company()
    return Membership.objects.create(**fields)


def make_invitation(**overrides: Any) -> Invitation:
    """An open invitation; its secret is what ``companies.links`` derives."""
    number = next(_numbers)
    public_id = new_public_id()
    fields: dict[str, Any] = {
        "public_id": public_id,
        "email": f"invited{number}@example.com",
        "role": Role.RECRUITER,
        "digest": digest_of(secret_of(PURPOSE, public_id)),
        "expires_at": timezone.now() + settings.INVITATION_LIFETIME,
        **overrides,
    }
    if "company" not in fields:
        fields["company"] = make_company()
    return Invitation.objects.create(**fields)


def make_block(**overrides: Any) -> Block:
    """A block of a person by a person, unless it names a company."""
    fields: dict[str, Any] = {"blocker": overrides.pop("blocker", None) or make_user(), **overrides}
    if not fields.keys() & {"person", "company"}:
        fields["person"] = make_user()
    return Block.objects.create(**fields)


def secret_from(invitation: Invitation) -> str:
    """Read the secret off the link, as the mail's reader would."""
    return link_for(invitation).partition("token=")[2]
