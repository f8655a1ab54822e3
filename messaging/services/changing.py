"""Editing a message until it is read, and deleting it for oneself or for everybody."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import require_verified
from messaging.events import MessageDeleted
from messaging.models import (
    Attachment,
    Conversation,
    HiddenMessage,
    Message,
    MessageRevision,
    Participant,
    Reaction,
    Side,
)
from messaging.rooms import Room, room_for
from messaging.search import words_of
from messaging.serializers import message_data
from messaging.services.errors import MessageIsDeleted, MessageIsRead, TooLateToDelete
from messaging.services.telling import load_details, take_back, tell
from umemployed.api.errors import Forbidden, NotFound
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.files.services import release


@transaction.atomic
def edit_message(*, actor: User, message_id: uuid.UUID, body: str) -> Message:
    """Change the text of one's own message while nobody of the other side has read it; the old one is kept.

    Raises EmailUnverified, NotFound, Forbidden (another's), NotReachable, MessageIsDeleted, MessageIsRead.
    Whoever moves a pointer meanwhile comes before or after: see ``mark_read``.
    """
    require_verified(actor)
    room, message = _lock(actor, message_id)
    _require_own(actor, message)
    room.require_reachable(actor)
    if message.is_deleted():
        raise MessageIsDeleted
    if body == message.body:
        return load_details(message)
    if _is_read_by_others(message):
        raise MessageIsRead
    MessageRevision.objects.create(message=message, body=message.body)
    message.body, message.edited_at = body, timezone.now()
    Message.objects.filter(pk=message.pk).update(
        body=body, edited_at=message.edited_at, words=words_of(message), updated_at=message.edited_at
    )
    take_back(room.readers, message)
    tell({*room.people, actor.pk}, "message.updated", message_data(load_details(message)), room.conversation.pk)
    return message


def _lock(actor: User, message_id: uuid.UUID) -> tuple[Room, Message]:
    """Return a message that the actor sees, its conversation locked against every other act. Raises NotFound."""
    found = Message.objects.for_user(actor).filter(public_id=message_id)
    place = found.values_list("conversation_id", "conversation__public_id").first()
    if place is None:
        raise NotFound
    # FOR UPDATE, stronger than what a new message takes: it also waits for, and holds up, moving pointers.
    Conversation.objects.select_for_update().filter(pk=place[0]).values_list("pk").first()
    return room_for(actor, place[1]), found.with_sender().get()


def _require_own(actor: User, message: Message) -> None:
    if message.sender_id != actor.pk:
        raise Forbidden


def _is_read_by_others(message: Message) -> bool:
    """Say whether somebody of the other side has read the message; the caller holds the conversation's lock."""
    readers = Participant.objects.filter(conversation=message.conversation_id, last_read_seq__gte=message.seq)
    candidate = message.conversation.candidate_id
    others = readers.exclude(user=candidate) if message.side == Side.CANDIDATE else readers.filter(user=candidate)
    return others.exists()


@transaction.atomic
def hide_message(*, actor: User, message_id: uuid.UUID) -> None:
    """Delete a message for oneself, on every device; again is the same. Raises NotFound."""
    found = Message.objects.for_user(actor).filter(public_id=message_id).with_sender()
    message = found.first()
    if message is None:
        raise NotFound
    HiddenMessage.objects.bulk_create([HiddenMessage(message=message, user=actor)], ignore_conflicts=True)
    take_back([actor.pk], message)
    tell([actor.pk], "message.deleted", _deletion(message, "me"), message.conversation_id)


@transaction.atomic
def delete_message(*, actor: User, message_id: uuid.UUID) -> None:
    """Delete one's own message for everybody, within the window; again is the same.

    Its number stays. Raises NotFound, Forbidden (another's) and TooLateToDelete.
    """
    room, message = _lock(actor, message_id)
    _require_own(actor, message)
    if message.is_deleted():
        return
    until = message.created_at + settings.MESSAGE_DELETE_WINDOW
    if timezone.now() > until:
        raise TooLateToDelete(until=until.strftime("%Y-%m-%dT%H:%M:%SZ"))
    erase_message(actor=actor, message=message, people=room.readers)


def erase_message(*, actor: User, message: Message, people: list[int]) -> None:
    """Leave a tombstone: text to the revisions, files let go, reactions gone, frames blanked, everybody told.

    The caller judged the actor and holds the conversation's lock.
    """
    MessageRevision.objects.create(message=message, body=message.body)
    message.body, message.deleted_at = "", timezone.now()
    # First, because it waits for reactions on their way, which lock the row: only then are all of them seen.
    Message.objects.filter(pk=message.pk).update(
        body="", words=None, deleted_at=message.deleted_at, updated_at=message.deleted_at
    )
    Reaction.objects.filter(message=message).delete()
    for attachment in Attachment.objects.filter(message=message).select_related("file").order_by("pk"):
        attachment.delete()
        release(file=attachment.file)
    record("message:deleted", actor=actor, target=message)
    publish(MessageDeleted(message.pk), aggregate=message.conversation, actor=actor)
    take_back(people, message)
    tell(people, "message.deleted", _deletion(message, "all"), message.conversation_id)


def _deletion(message: Message, scope: str) -> dict[str, object]:
    return {
        "conversation": message.conversation.public_id,
        "message": message.public_id,
        "seq": message.seq,
        "scope": scope,
    }
