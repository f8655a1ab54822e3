"""The company's own reasons of rejections."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.decisions.models import CompanyReason
from applications.pipeline.names import save_named
from companies.rights import Right, require
from companies.services import lock_company
from umemployed.api.errors import Invalid, NotFound
from umemployed.audit.record import record


@transaction.atomic
def add_reason(*, actor: User, company_id: int, **content: Any) -> CompanyReason:
    """Add a reason. Raises NotFound, Forbidden and NameTaken."""
    lock_company(company_id)
    require(actor, company_id, Right.POST_JOBS)
    reason = CompanyReason(company_id=company_id, **content)
    save_named(reason)
    record("rejection_reason:added", actor=actor, target=reason, reason=reason.reason)
    return reason


@transaction.atomic
def edit_reason(*, actor: User, reason_id: int, **changes: Any) -> CompanyReason:
    """Rename a reason, retire it or bring it back; what it is a grain of stays. Raises as ``add_reason``."""
    reason = CompanyReason.objects.select_for_update(no_key=True).filter(pk=reason_id).first()
    if reason is None:
        raise NotFound
    require(actor, reason.company_id, Right.POST_JOBS)
    for name, value in changes.items():
        setattr(reason, name, value)
    save_named(reason)
    record("rejection_reason:edited", actor=actor, target=reason, fields=sorted(changes))
    return reason


def own_reason(company_id: int, public_id: uuid.UUID | None) -> CompanyReason | None:
    """Return a reason that the company may give now; raises Invalid for one that it may not."""
    if public_id is None:
        return None
    reason = CompanyReason.objects.filter(company=company_id, public_id=public_id, is_retired=False).first()
    if reason is None:
        raise Invalid.on_field("company_reason", _("The company has no such reason."), code="does_not_exist")
    return reason
