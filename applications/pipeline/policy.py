"""How a company treats its candidates, as it stands."""

from __future__ import annotations

from applications.pipeline.models import HiringPolicy


def policy_of(company_id: int) -> HiringPolicy:
    """Return the company's policy; the default one, unsaved, if it never chose."""
    return HiringPolicy.objects.filter(company=company_id).first() or HiringPolicy(company_id=company_id)
