"""The verbs of conversations. REST and the socket call the same ones."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import require_verified
from applications.models import Application
from companies.rights import Right, members_with, roles_with
from messaging.events import MessageSent
from messaging.models import Conversation, Message
from messaging.serializers import message_data
from umemployed.api.errors import NotFound, Unprocessable
from umemployed.api.ids import new_public_id
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.realtime.stream import cut, emit, redact, whisper

SOCKET = "chat"
# The conversation's row lock makes the numbers gap-free and in commit order. A repeated client_msg_id that
# is already visible takes no number; one that races is caught by the constraint and rolled back.
_APPEND = """
WITH numbered AS (
    UPDATE messaging_conversation SET last_seq = last_seq + 1, last_message_at = %(now)s, updated_at = %(now)s
    WHERE id = %(conversation)s AND NOT EXISTS (
        SELECT FROM messaging_message
        WHERE conversation_id = %(conversation)s AND sender_id = %(sender)s AND client_msg_id = %(client_msg_id)s
    )
    RETURNING last_seq
)
INSERT INTO messaging_message
    (public_id, conversation_id, seq, sender_id, side, client_msg_id, body, created_at, updated_at)
SELECT %(public_id)s::uuid, %(conversation)s, last_seq, %(sender)s, %(side)s, %(client_msg_id)s::uuid, %(body)s,
    %(now)s, %(now)s
FROM numbered
ON CONFLICT (conversation_id, sender_id, client_msg_id) DO NOTHING
RETURNING id, seq
"""
_ROOM_FIELDS = ("id", "public_id", "candidate_id", "company_id", "last_seq")
_ROOM = """
SELECT id, public_id, candidate_id, company_id, last_seq, ARRAY(
    SELECT m.user_id FROM companies_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    WHERE m.company_id = c.company_id AND m.role = ANY(%(roles)s)
)
FROM messaging_conversation c WHERE public_id = %(public_id)s
"""
_READ = """
INSERT INTO messaging_participant AS p (conversation_id, user_id, last_read_seq, read_at)
VALUES (%(conversation)s, %(user)s, %(seq)s, %(now)s)
ON CONFLICT (conversation_id, user_id) DO UPDATE SET last_read_seq = EXCLUDED.last_read_seq, read_at = EXCLUDED.read_at
WHERE p.last_read_seq < EXCLUDED.last_read_seq
RETURNING last_read_seq
"""


class ClientMessageIdReused(Unprocessable):
    code = "client_msg_id_reused"
    title = _("The client_msg_id belongs to another message")
    cause = _("You sent a message with this client_msg_id and another text to this conversation.")
    cure = _("Make a new UUID for each message; repeat one only to send the same message again.")


class _AlreadySent(Exception):
    """Another request with the same client_msg_id came first."""


def scope_of(conversation_id: int) -> str:
    """Name the conversation's frames, so that they can be redacted."""
    return f"conversation:{conversation_id}"


def room_for(actor: User, conversation_id: uuid.UUID) -> tuple[Conversation, list[int]]:
    """Return the conversation by its public id, and everybody who may read it, the actor among them.

    The people are the candidate and ``members_with(company, MESSAGE_CANDIDATES)``, in one statement of our
    own because every message passes here: through the ORM it would be a third of the cost of sending.
    Raises NotFound alike for a conversation that is missing and one that is foreign.
    """
    values: dict[str, Any] = {"public_id": str(conversation_id), "roles": roles_with(Right.MESSAGE_CANDIDATES)}
    with connection.cursor() as cursor:
        cursor.execute(_ROOM, values)
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    conversation = Conversation.from_db(connection.alias, _ROOM_FIELDS, row[:-1])
    people = sorted({conversation.candidate_id, *row[-1]})
    if actor.pk not in people:
        raise NotFound
    return conversation, people


@transaction.atomic
def start_conversation(*, actor: User, application_id: uuid.UUID) -> Conversation:
    """Return the application's conversation, made when it is missing. Raises EmailUnverified, NotFound.

    The candidate and members who may message candidates may start it.
    """
    require_verified(actor)
    application = Application.objects.for_user(actor).filter(public_id=application_id).first()
    if application is None or not _may_write(actor, application):
        raise NotFound
    made = Conversation(
        application=application, candidate_id=application.candidate_id, company_id=application.company_id
    )
    Conversation.objects.bulk_create([made], ignore_conflicts=True)
    conversation = Conversation.objects.get(application=application)
    if conversation.public_id == made.public_id:
        record("conversation:started", actor=actor, target=conversation)
    return conversation


def _may_write(actor: User, application: Application) -> bool:
    return actor.pk == application.candidate_id or actor.pk in members_with(
        application.company_id, Right.MESSAGE_CANDIDATES
    )


def send_message(*, actor: User, conversation_id: uuid.UUID, client_msg_id: uuid.UUID, body: str) -> Message:
    """Append a message and tell everybody who may read it; the same ``client_msg_id`` is the same message.

    Raises EmailUnverified, NotFound, ClientMessageIdReused (the id came before with another text). Takes
    the conversation's row lock.
    """
    try:
        return _send(actor, conversation_id, client_msg_id, body)
    except _AlreadySent:
        conversation, _people = room_for(actor, conversation_id)
        sent = Message.objects.with_sender().get(conversation=conversation, sender=actor, client_msg_id=client_msg_id)
        if sent.body != body:
            raise ClientMessageIdReused from None
        return sent


@transaction.atomic
def _send(actor: User, conversation_id: uuid.UUID, client_msg_id: uuid.UUID, body: str) -> Message:
    require_verified(actor)
    conversation, people = room_for(actor, conversation_id)
    message = Message(
        conversation=conversation,
        sender=actor,
        side=conversation.side_of(actor),
        client_msg_id=client_msg_id,
        body=body,
        public_id=new_public_id(),
    )
    _append(message)
    publish(MessageSent(message.pk), aggregate=conversation, actor=actor)
    emit(SOCKET, people, "message.created", message_data(message), scope=scope_of(conversation.pk))
    return message


def _append(message: Message) -> None:
    """Number and insert the message by one statement; raise _AlreadySent when its client_msg_id was used."""
    message.created_at = message.updated_at = now = timezone.now()
    values: dict[str, Any] = {
        "now": now,
        "public_id": str(message.public_id),
        "conversation": message.conversation_id,
        "sender": message.sender_id,
        "side": message.side,
        "client_msg_id": str(message.client_msg_id),
        "body": message.body,
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        row = cursor.fetchone()
    if row is None:
        raise _AlreadySent
    message.pk, message.seq = row
    message._state.adding = False
    message._state.db = connection.alias


@transaction.atomic
def mark_read(*, actor: User, conversation_id: uuid.UUID, seq: int) -> Conversation:
    """Move the actor's pointer forward to ``seq`` (at most the last message's) and tell the others.

    Returns the conversation with ``last_read_seq`` and ``unread_count``. A lower number than before
    changes nothing. Raises NotFound.
    """
    conversation, people = room_for(actor, conversation_id)
    seq = min(seq, conversation.last_seq)
    if _move_pointer(conversation, actor, seq):
        emit(
            SOCKET,
            people,
            "message.read",
            {"conversation": conversation.public_id, "reader": actor.public_id, "last_read_seq": seq},
            scope=scope_of(conversation.pk),
        )
    return Conversation.objects.with_unread(actor).with_parties().with_newest().get(pk=conversation.pk)


def _move_pointer(conversation: Conversation, actor: User, seq: int) -> bool:
    if seq < 1:
        return False
    values: dict[str, Any] = {"conversation": conversation.pk, "user": actor.pk, "seq": seq, "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        return cursor.fetchone() is not None


def tell_typing(*, actor: User, conversation_id: uuid.UUID) -> None:
    """Tell the others that the actor types. Nothing is stored, and it may be lost. Raises NotFound."""
    conversation, people = room_for(actor, conversation_id)
    others = [user_id for user_id in people if user_id != actor.pk]
    data = {
        "conversation": conversation.public_id,
        "sender": {"id": actor.public_id, "name": actor.display_name()},
        "side": conversation.side_of(actor),
    }
    whisper(SOCKET, others, "typing", data)


def unread_total(user: User) -> int:
    """Return how many messages of others the person has not read, over all conversations; one query."""
    rows = Conversation.objects.for_user(user).with_unread(user)
    return sum(conversation.unread_count for conversation in rows.only("pk"))


@transaction.atomic
def forget_company(*, user_id: int, company_id: int) -> None:
    """Close a former member's chat (4403) and blank its frames about the company, so that no resume tells them.

    Does nothing to the person's own conversation as a candidate there, nor for somebody who holds the right
    again meanwhile.
    """
    if user_id in members_with(company_id, Right.MESSAGE_CANDIDATES):
        return
    cut([user_id], [SOCKET])
    theirs = Conversation.objects.filter(company_id=company_id).exclude(candidate_id=user_id)
    redact(*[scope_of(pk) for pk in theirs.values_list("pk", flat=True)], user_ids=[user_id])
