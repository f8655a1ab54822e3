"""Writing a message."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import require_verified
from messaging.events import MessageBudgetReached, MessageSent
from messaging.models import Attachment, Message, Participant
from messaging.rooms import Room, room_for, rooms_of
from messaging.serializers import message_data
from messaging.services.appending import Key, hold, key_of, sent_already, store, take_number
from messaging.services.errors import ClientMessageIdReused, MessageBudgetSpent, TooManyUnanswered
from messaging.services.telling import load_details, tell, tell_all
from umemployed.api.errors import Invalid, NotFound, TooManyRequests
from umemployed.api.ids import new_public_id
from umemployed.api.limits import spend, spend_each
from umemployed.audit.record import record
from umemployed.events.log import Fact, publish, publish_all
from umemployed.files.services import FileNotReady, attach

FILE_PURPOSE = "message_attachment"
BUDGET = "message_people"
ALERT = "message_alert"
COUNTED_SECONDS = 60.0
COUNTED_MOST = 10_000
_counted: dict[tuple[int | None, str], float] = {}  # when this process counted a sender's conversation last


@dataclass(frozen=True, slots=True)
class Letter:
    """A text that somebody sends, and in the course of which request."""

    actor: User
    conversation_id: uuid.UUID
    client_msg_id: uuid.UUID
    body: str
    request_id: str


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
    hold([conversation_id])
    room = room_for(actor, conversation_id)
    room.require_reachable(actor)
    _spend_budget(actor, room)
    conversation = room.conversation
    message = _message(room, actor, client_msg_id, body)
    if sent_already([message]) or not take_number(message):
        raise _NotAppended
    store([message])
    message.shown_attachments = [_attach(actor, message, file_id) for file_id in files]
    if actor.pk in room.away:  # who writes is back
        Participant.objects.filter(conversation=conversation, user=actor).update(left_at=None)
    publish(MessageSent(message.pk), aggregate=conversation, actor=actor)
    tell({*room.people, actor.pk}, "message.created", message_data(message), conversation.pk)
    return message


def _message(room: Room, actor: User, client_msg_id: uuid.UUID, body: str) -> Message:
    message = Message(
        conversation=room.conversation,
        sender=actor,
        side=room.conversation.side_of(actor),
        client_msg_id=client_msg_id,
        body=body,
        public_id=new_public_id(),
    )
    message.shown_attachments, message.shown_reactions = [], []
    return message


@transaction.atomic
def send_together(*, letters: Sequence[Letter]) -> list[Message | None]:
    """Send texts of many people by one transaction and as many statements as for one; all are stored, or none.

    What has to be told why it cannot be sent, was sent before, brings its sender back, or would wait for a
    conversation that somebody else holds, is None: send it alone. Everything else is judged and counted here as
    there, under the same lock, in the order of ``letters``. Nobody waits here for a conversation; for the streams of
    the people who are told everybody waits, in the same order.
    """
    held = hold({letter.conversation_id for letter in letters}, waits=False)
    rooms = rooms_of([(letter.conversation_id, letter.actor) for letter in letters])
    waiting: dict[int, tuple[Room, Message]] = {}
    keys: set[Key] = set()
    for index, (letter, room) in enumerate(zip(letters, rooms, strict=True)):
        if room is not None and str(letter.conversation_id) in held and _is_plain(letter, room):
            message = _message(room, letter.actor, letter.client_msg_id, letter.body)
            key = key_of(message)
            if key not in keys:
                keys.add(key)
                waiting[index] = room, message
    ready = _numbered(waiting)
    if ready:
        _store_and_tell([(letters[index], *waiting[index]) for index in sorted(ready)])
    return [waiting[index][1] if index in ready else None for index in range(len(letters))]


def _is_plain(letter: Letter, room: Room) -> bool:
    actor = letter.actor
    is_allowed = actor.has_verified_email() and room.admits(actor) and room.is_reachable(actor)
    return bool(letter.body) and is_allowed and actor.pk not in room.away


def _numbered(waiting: dict[int, tuple[Room, Message]]) -> set[int]:
    """Give numbers to all that are new, within their sender's budget and not too many; return which got one."""
    if not waiting:
        return set()
    sent = sent_already([message for _, message in waiting.values()])
    new = [index for index, (_, message) in waiting.items() if key_of(message) not in sent]
    may = _within_budget([waiting[index] for index in new])
    return {index for index, is_within in zip(new, may, strict=True) if is_within and take_number(waiting[index][1])}


def _within_budget(sendings: list[tuple[Room, Message]]) -> list[bool]:
    """Count the conversations of several senders, each again only when this process last did a minute ago.

    So a conversation may leave the window up to a minute early; no more of them fit into it.
    """
    now = time.monotonic()
    pairs = {(message.sender_id, _member(room)) for room, message in sendings}
    due = [pair for pair in pairs if now - _counted.get(pair, -COUNTED_SECONDS) >= COUNTED_SECONDS]
    if len(_counted) > COUNTED_MOST:
        _counted.clear()
    allowed = spend_each(BUDGET, [(f"user:{sender}", member) for sender, member in due]) if due else []
    _counted.update({pair: now for pair, may in zip(due, allowed, strict=True) if may})
    refused = {pair for pair, may in zip(due, allowed, strict=True) if not may}
    return [(message.sender_id, _member(room)) not in refused for room, message in sendings]


def _store_and_tell(sendings: list[tuple[Letter, Room, Message]]) -> None:
    store([message for _, _, message in sendings])
    facts = [
        Fact(MessageSent(message.pk), message.conversation, letter.actor.pk, letter.request_id)
        for letter, _, message in sendings
    ]
    publish_all(facts)
    tellings = [
        ({*room.people, letter.actor.pk}, message_data(message), message.conversation_id)
        for letter, room, message in sendings
    ]
    tell_all("message.created", tellings)


def _spend_budget(actor: User, room: Room) -> None:
    """Count the conversation among those that the actor wrote in within the hour; a counted one costs nothing."""
    try:
        spend(BUDGET, f"user:{actor.pk}", member=_member(room))
    except TooManyRequests as error:
        raise _BudgetSpent(error.headers) from None


def _member(room: Room) -> str:
    return f"conversation:{room.conversation.pk}"


@transaction.atomic
def _alert(actor: User) -> None:
    """Tell staff's tools, once an hour, that somebody writes to too many people."""
    try:
        spend(ALERT, f"user:{actor.pk}")
    except TooManyRequests:
        return
    record("messages:budget_reached", actor=actor, target=actor)
    publish(MessageBudgetReached(actor.pk), aggregate=actor, actor=actor)


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
