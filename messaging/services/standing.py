"""What a person decides about a conversation for themselves: read up to, mute, put away, leave."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messaging.models import Conversation, Participant
from messaging.rooms import room_for
from messaging.services.telling import SOCKET, tell
from umemployed.api.errors import Invalid
from umemployed.realtime.stream import whisper

# Holding the conversation's key up to the commit: whoever edits a message waits for the pointer, and the pointer
# for them, so that nothing that somebody has read changes. New messages do not wait for either.
_READ = """
INSERT INTO messaging_participant AS p (conversation_id, user_id, last_read_seq, read_at)
SELECT id, %(user)s, %(seq)s, %(now)s FROM messaging_conversation WHERE id = %(conversation)s FOR KEY SHARE
ON CONFLICT (conversation_id, user_id) DO UPDATE SET last_read_seq = EXCLUDED.last_read_seq, read_at = EXCLUDED.read_at
WHERE p.last_read_seq < EXCLUDED.last_read_seq
RETURNING last_read_seq
"""


@transaction.atomic
def mark_read(*, actor: User, conversation_id: uuid.UUID, seq: int) -> Conversation:
    """Move the actor's pointer forward to ``seq`` (at most the last message's) and tell the others.

    Returns the conversation with the actor's standing and ``unread_count``. A lower number than before changes
    nothing. Raises NotFound.
    """
    room = room_for(actor, conversation_id)
    conversation = room.conversation
    seq = min(seq, conversation.last_seq)
    if _move_pointer(conversation, actor, seq):
        data = {"conversation": conversation.public_id, "reader": actor.public_id, "last_read_seq": seq}
        tell({*room.hearers_of(actor), actor.pk}, "message.read", data, conversation.pk)
    return Conversation.objects.with_unread(actor).get(pk=conversation.pk)


def _move_pointer(conversation: Conversation, actor: User, seq: int) -> bool:
    if seq < 1:
        return False
    values: dict[str, Any] = {"conversation": conversation.pk, "user": actor.pk, "seq": seq, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        return cursor.fetchone() is not None


@transaction.atomic
def mute_conversation(*, actor: User, conversation_id: uuid.UUID, until: datetime | None = None) -> Conversation:
    """Be told nothing of it by notification or mail, until a time or for ever; sockets go on.

    Raises NotFound, and Invalid for a time that has passed.
    """
    if until is not None and until <= timezone.now():
        raise Invalid.on_field("until", _("This time has passed."), code="past")
    return _decide(actor, conversation_id, muted=True, muted_until=until)


@transaction.atomic
def unmute_conversation(*, actor: User, conversation_id: uuid.UUID) -> Conversation:
    """Be told again. Raises NotFound."""
    return _decide(actor, conversation_id, muted=False, muted_until=None)


@transaction.atomic
def archive_conversation(*, actor: User, conversation_id: uuid.UUID) -> Conversation:
    """Put it away until the next message. Raises NotFound."""
    last_seq = room_for(actor, conversation_id).conversation.last_seq
    return _decide(actor, conversation_id, archived_seq=last_seq)


@transaction.atomic
def unarchive_conversation(*, actor: User, conversation_id: uuid.UUID) -> Conversation:
    """Bring it back into the list, also after leaving it. Raises NotFound."""
    return _decide(actor, conversation_id, archived_seq=None, left_at=None)


@transaction.atomic
def leave_conversation(*, actor: User, conversation_id: uuid.UUID) -> Conversation:
    """Be told nothing any more. It stays readable, and writing in it, or bringing it back, is coming back.

    When nobody of a side is left, the other side's messages are refused as not deliverable. Raises NotFound.
    """
    return _decide(actor, conversation_id, left_at=timezone.now())


def _decide(actor: User, conversation_id: uuid.UUID, **choice: Any) -> Conversation:
    conversation = room_for(actor, conversation_id).conversation
    Participant.objects.update_or_create(conversation=conversation, user=actor, defaults=choice)
    seen = Conversation.objects.with_standing(actor).get(pk=conversation.pk)
    tell([actor.pk], "conversation.updated", standing_data(seen), conversation.pk)
    return seen


def standing_data(conversation: Conversation) -> dict[str, Any]:
    """Return what a person decided about a conversation."""
    return {
        "conversation": conversation.public_id,
        "is_muted": conversation.is_muted,
        "muted_until": conversation.muted_until if conversation.is_muted else None,  # type: ignore[attr-defined]
        "is_archived": conversation.is_archived,
        "has_left": conversation.has_left,
    }


def tell_typing(*, actor: User, conversation_id: uuid.UUID) -> None:
    """Tell the others that the actor types. Nothing is stored, and it may be lost. Raises NotFound."""
    room = room_for(actor, conversation_id)
    conversation = room.conversation
    others = [user_id for user_id in room.hearers_of(actor) if user_id != actor.pk]
    data = {
        "conversation": conversation.public_id,
        "sender": {"id": actor.public_id, "name": actor.display_name()},
        "side": conversation.side_of(actor),
    }
    whisper(SOCKET, others, "typing", data)


def unread_totals(user: User) -> tuple[int, int]:
    """Return how many messages of others the person has not read: in conversations that may ring, and in muted ones.

    What was put away or left counts in neither. One query.
    """
    rows: Any = Conversation.objects.for_user(user).with_unread(user).put_away(wanted=False)  # annotates
    rows = rows.filter(unread_count__gt=0)
    counts = list(rows.order_by().values_list("is_muted", "unread_count"))
    muted = sum(count for is_muted, count in counts if is_muted)
    return sum(count for _muted, count in counts) - muted, muted
