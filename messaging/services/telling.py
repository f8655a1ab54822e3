"""How the sockets of a conversation's people are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from messaging.models import Attachment, Message, Reaction
from umemployed.realtime.stream import Telling, emit, emit_all, redact

SOCKET = "chat"


def scope_of(conversation_id: int) -> str:
    """Name the conversation's frames, so that they can be redacted."""
    return f"conversation:{conversation_id}"


def tell(people: Iterable[int], kind: str, data: dict[str, Any], conversation_id: int) -> None:
    """Send a durable frame about a conversation; the last act of a service."""
    emit(SOCKET, people, kind, data, scope=scope_of(conversation_id))


def tell_all(kind: str, tellings: Iterable[tuple[Iterable[int], dict[str, Any], int]]) -> None:
    """Like ``tell``, several frames of one type, each (people, data, conversation id); the last act of a service."""
    emit_all(SOCKET, kind, [Telling(people, data, scope_of(pk)) for people, data, pk in tellings])


def take_back(people: Iterable[int], message: Message) -> None:
    """Blank the frames that carry a message's text: what comes by resume must not tell more than the lists."""
    redact(scope_of(message.conversation_id), user_ids=people, id=str(message.public_id))


def load_details(message: Message) -> Message:
    """Set what a message is shown with; two queries."""
    message.shown_attachments = list(Attachment.objects.filter(message=message).select_related("file").order_by("pk"))
    message.shown_reactions = list(Reaction.objects.filter(message=message).select_related("user").order_by("pk"))
    return message
