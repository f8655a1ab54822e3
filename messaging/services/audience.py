"""Whom a message should reach beyond the sockets: what notifications ask."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from companies.blocks.questions import blocked_with, blockers_of_company
from messaging.models import Message, Participant, Side
from messaging.rooms import team_of_conversation


def audience_of(message: Message) -> set[int]:
    """Return the other side's people who want to be told of a message: not muted, not away, no block between.

    Reads ``conversation``, its ``application`` and the job. Nobody for a deleted message. Four queries at most.
    """
    conversation = message.conversation
    if message.is_deleted():
        return set()
    if message.side == Side.CANDIDATE:
        people = set(team_of_conversation(conversation)) - {conversation.candidate_id}
    else:
        people = {conversation.candidate_id}
        if not conversation.is_anonymous():  # as at sending: a block must not tell who it is
            people -= blockers_of_company(conversation.company_id, people)
    still = Q(muted=True) & (Q(muted_until=None) | Q(muted_until__gt=timezone.now()))
    quiet = Participant.objects.filter(still | Q(left_at__isnull=False), conversation=conversation, user__in=people)
    people -= set(quiet.values_list("user_id", flat=True))
    return people - blocked_with(message.sender_id, people) if message.sender_id else people
