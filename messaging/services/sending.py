"""Writing a message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import require_verified
from messaging.events import MessageBudgetReached, MessageSent
from messaging.models import Attachment, Message, Participant
from messaging.rooms import Room, room_for
from messaging.search import WORDS
from messaging.serializers import message_data
from messaging.services.errors import ClientMessageIdReused, MessageBudgetSpent, TooManyUnanswered
from messaging.services.telling import load_details, tell
from umemployed.api.errors import Invalid, NotFound, TooManyRequests
from umemployed.api.ids import new_public_id
from umemployed.api.limits import spend
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.files.services import FileNotReady, attach

FILE_PURPOSE = "message_attachment"
BUDGET = "message_people"
ALERT = "message_alert"
# The conversation's row lock makes the numbers gap-free and in commit order, and counts what is unanswered. A
# repeated client_msg_id that is already visible takes no number; one that races is caught by the constraint and
# rolled back.
_APPEND = f"""
WITH numbered AS (
    UPDATE messaging_conversation SET last_seq = last_seq + 1, last_message_at = %(now)s, updated_at = %(now)s,
        streak = CASE WHEN streak_side = %(side)s THEN streak + 1 ELSE 1 END, streak_side = %(side)s
    WHERE id = %(conversation)s AND (streak_side <> %(side)s OR streak < %(unanswered)s) AND NOT EXISTS (
        SELECT FROM messaging_message
        WHERE conversation_id = %(conversation)s AND sender_id = %(sender)s AND client_msg_id = %(client_msg_id)s
    )
    RETURNING last_seq, candidate_id, company_id, application_id
)
INSERT INTO messaging_message
    (public_id, conversation_id, seq, sender_id, side, client_msg_id, body, words, created_at, updated_at)
SELECT %(public_id)s::uuid, %(conversation)s, last_seq, %(sender)s, %(side)s, %(client_msg_id)s::uuid, %(body)s,
    {WORDS.format(body="%(body)s", row="numbered")}, %(now)s, %(now)s
FROM numbered
ON CONFLICT (conversation_id, sender_id, client_msg_id) DO NOTHING
RETURNING id, seq
"""  # noqa: S608 - the parameters travel as parameters


class _NotAppended(Exception):
    """The message was there already, or too much is unanswered."""


class _BudgetSpent(Exception):
    """The sender writes to too many people; ``headers`` say how long."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers


def send_message(
    *,
    actor: User,
    conversation_id: uuid.UUID,
    client_msg_id: uuid.UUID,
    body: str = "",
    attachments: Sequence[uuid.UUID] = (),
) -> Message:
    """Append a message and tell everybody who may read it; the same ``client_msg_id`` is the same message.

    ``attachments`` are ids of the actor's own uploaded files. Raises EmailUnverified, NotFound, Invalid,
    NotReachable, ClientMessageIdReused (the id came before with another text), TooManyUnanswered and
    MessageBudgetSpent. Takes the conversation's row lock. The message comes with its details.
    """
    files = sorted(set(attachments))
    if not body and not files:
        raise Invalid.on_field("body", _("A message needs a text or an attachment."), code="blank")
    try:
        return _send(actor, conversation_id, client_msg_id, body, files)
    except _NotAppended:
        return _sent_before(actor, conversation_id, client_msg_id, body, files)
    except _BudgetSpent as spent:
        _alert(actor)
        raise MessageBudgetSpent(headers=spent.headers) from None


@transaction.atomic
def _send(
    actor: User, conversation_id: uuid.UUID, client_msg_id: uuid.UUID, body: str, files: list[uuid.UUID]
) -> Message:
    require_verified(actor)
    room = room_for(actor, conversation_id)
    room.require_reachable(actor)
    _spend_budget(actor, room)
    conversation = room.conversation
    message = Message(
        conversation=conversation,
        sender=actor,
        side=conversation.side_of(actor),
        client_msg_id=client_msg_id,
        body=body,
        public_id=new_public_id(),
    )
    _append(message)
    message.shown_reactions = []
    message.shown_attachments = [_attach(actor, message, file_id) for file_id in files]
    if actor.pk in room.away:  # who writes is back
        Participant.objects.filter(conversation=conversation, user=actor).update(left_at=None)
    publish(MessageSent(message.pk), aggregate=conversation, actor=actor)
    tell({*room.people, actor.pk}, "message.created", message_data(message), conversation.pk)
    return message


def _spend_budget(actor: User, room: Room) -> None:
    """Count the conversation among those that the actor wrote in within the hour; a counted one costs nothing."""
    try:
        spend(BUDGET, f"user:{actor.pk}", member=f"conversation:{room.conversation.pk}")
    except TooManyRequests as error:
        raise _BudgetSpent(error.headers) from None


@transaction.atomic
def _alert(actor: User) -> None:
    """Tell staff's tools, once an hour, that somebody writes to too many people."""
    try:
        spend(ALERT, f"user:{actor.pk}")
    except TooManyRequests:
        return
    record("messages:budget_reached", actor=actor, target=actor)
    publish(MessageBudgetReached(actor.pk), aggregate=actor, actor=actor)


def _append(message: Message) -> None:
    """Number and insert the message by one statement; raise _NotAppended when it takes no number."""
    message.created_at = message.updated_at = now = timezone.now()
    values: dict[str, Any] = {
        "now": now,
        "public_id": str(message.public_id),
        "conversation": message.conversation_id,
        "sender": message.sender_id,
        "side": message.side,
        "client_msg_id": str(message.client_msg_id),
        "body": message.body,
        "unanswered": settings.MESSAGES_UNANSWERED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        row = cursor.fetchone()
    if row is None:
        raise _NotAppended
    message.pk, message.seq = row
    message._state.adding = False
    message._state.db = connection.alias


def _attach(actor: User, message: Message, file_id: uuid.UUID) -> Attachment:
    try:
        file = attach(actor=actor, file_id=file_id, purpose=FILE_PURPOSE)
    except (NotFound, FileNotReady):
        raise Invalid.on_field(
            "attachments", _("There is no such file, or it cannot be used."), code="bad_file"
        ) from None
    return Attachment.objects.create(message=message, file=file)


def _sent_before(
    actor: User, conversation_id: uuid.UUID, client_msg_id: uuid.UUID, body: str, files: list[uuid.UUID]
) -> Message:
    """Return the message of this client_msg_id, if it is the same; raise TooManyUnanswered if there is none."""
    conversation = room_for(actor, conversation_id).conversation
    found = Message.objects.with_sender().filter(conversation=conversation, sender=actor, client_msg_id=client_msg_id)
    sent = found.first()
    if sent is None:
        raise TooManyUnanswered(limit=settings.MESSAGES_UNANSWERED)
    load_details(sent)
    if not _is_same(sent, body, files):
        raise ClientMessageIdReused
    return sent


def _is_same(sent: Message, body: str, files: list[uuid.UUID]) -> bool:
    """Say whether a repeated message is the one that was sent; what was edited or deleted since is not compared."""
    if sent.is_deleted():
        return True
    first = sent.revisions.order_by("pk").values_list("body", flat=True).first() if sent.edited_at else sent.body
    return first == body and sorted(row.file.public_id for row in sent.shown_attachments) == files
