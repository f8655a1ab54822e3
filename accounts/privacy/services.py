"""Who asks for an export or an erasure proves again who they are."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Session, User
from accounts.services import end_sessions, reauthenticate
from umemployed.privacy import services
from umemployed.privacy.models import Erasure, Export


def request_export(*, actor: User, current_password: str = "", code: str = "") -> Export:
    """Ask for one's archive. Raises what ``reauthenticate`` and ``umemployed.privacy`` raise."""
    reauthenticate(actor=actor, current_password=current_password, code=code)
    return services.request_export(actor=actor)


def request_erasure(*, actor: User, session: Session | None, current_password: str = "", code: str = "") -> Erasure:
    """Ask to be erased; every other session ends, so that whoever else holds one sees the end of it here.

    The person can sign in as before, to call it off. Raises as ``request_export`` does.
    """
    reauthenticate(actor=actor, current_password=current_password, code=code)
    with transaction.atomic():
        erasure = services.request_erasure(actor=actor)
        end_sessions(user=actor, reason=Session.EndReason.REVOKED, but=session, actor=actor)
        return erasure
