"""Reactions: one per person and emoji, a limited number of different ones on a message."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.services import require_verified
from messaging.emoji import one_emoji
from messaging.models import Message, Reaction
from messaging.rooms import Room, room_for
from messaging.serializers import reactions_data
from messaging.services.errors import MessageIsDeleted, TooManyReactions
from messaging.services.telling import load_details, tell
from umemployed.api.errors import NotFound


@transaction.atomic
def add_reaction(*, actor: User, message_id: uuid.UUID, emoji: str) -> Message:
    """React to a message; again is the same. Takes the message's row lock, under which emoji are counted.

    Raises Invalid (no emoji), EmailUnverified, NotFound, NotReachable, MessageIsDeleted, TooManyReactions.
    """
    emoji = one_emoji(emoji)
    require_verified(actor)
    room, message = _lock(actor, message_id)
    room.require_reachable(actor)
    if message.is_deleted():
        raise MessageIsDeleted
    standing = set(Reaction.objects.filter(message=message).values_list("emoji", flat=True))
    if emoji not in standing and len(standing) >= settings.MESSAGE_REACTIONS:
        raise TooManyReactions(limit=settings.MESSAGE_REACTIONS)
    _, is_new = Reaction.objects.get_or_create(message=message, user=actor, emoji=emoji)
    return _tell_of(room, actor, message, emoji, is_added=True, is_change=is_new)


@transaction.atomic
def remove_reaction(*, actor: User, message_id: uuid.UUID, emoji: str) -> Message:
    """Take one's own reaction back; without one, nothing happens. Raises Invalid and NotFound."""
    emoji = one_emoji(emoji)
    room, message = _lock(actor, message_id)
    count, _ = Reaction.objects.filter(message=message, user=actor, emoji=emoji).delete()
    return _tell_of(room, actor, message, emoji, is_added=False, is_change=count > 0)


def _lock(actor: User, message_id: uuid.UUID) -> tuple[Room, Message]:
    found = Message.objects.for_user(actor).filter(public_id=message_id)
    locked = found.select_for_update(no_key=True, of=("self",)).with_sender().first()
    if locked is None:
        raise NotFound
    return room_for(actor, locked.conversation.public_id), locked


def _tell_of(room: Room, actor: User, message: Message, emoji: str, *, is_added: bool, is_change: bool) -> Message:
    load_details(message)
    if is_change:
        data = {
            "conversation": message.conversation.public_id,
            "message": message.public_id,
            "emoji": emoji,
            "person": actor.public_id,
            "is_added": is_added,
            "reactions": reactions_data(message),
        }
        tell({*room.hearers_of(actor), actor.pk}, "message.reacted", data, message.conversation_id)
    return message
