"""What losing a membership, or a place on a hiring team, does to conversations."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from messaging.models import Conversation
from messaging.services.telling import SOCKET, scope_of
from umemployed.realtime.stream import cut, redact


@transaction.atomic
def forget_company(*, user_id: int, company_id: int) -> None:
    """Close a person's chat (4403) and blank its frames of the company's conversations that they may no longer read.

    So no resume tells them. Does nothing to the person's own conversation as a candidate there, nor for
    somebody who still may read all of them, or may again.
    """
    user = User.objects.get(pk=user_id)
    lost = Conversation.objects.filter(company_id=company_id).exclude(pk__in=Conversation.objects.for_user(user))
    scopes = [scope_of(pk) for pk in lost.values_list("pk", flat=True)]
    if scopes:
        cut([user_id], [SOCKET])
        redact(*scopes, user_ids=[user_id])
