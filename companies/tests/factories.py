"""Companies and their teams for tests."""

from __future__ import annotations

import itertools
from typing import Any

from accounts.tests.factories import make_user
from companies.models import Company, Membership, Role

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
