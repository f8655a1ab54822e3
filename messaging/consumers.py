"""The chat socket."""

from __future__ import annotations

import time
from typing import Any

from accounts.models import User
from messaging import services
from messaging.models import Conversation
from messaging.serializers import (
    MessageSerializer,
    PointerSerializer,
    ReadCommandSerializer,
    SendCommandSerializer,
    TypingCommandSerializer,
    message_data,
)
from umemployed.realtime.bootstrap import state
from umemployed.realtime.consumer import RealtimeConsumer, command

# Typing in one conversation is told on at most once in so many seconds.
TYPING_SECONDS = 2.0
STATE_LENGTH = 100


class ChatConsumer(RealtimeConsumer):
    """Conversations, live: ``/ws/chat/``."""

    socket = "chat"
    typed: tuple[Any, float] = (None, 0.0)

    @command("message.send", serializer=SendCommandSerializer, reply=MessageSerializer)
    def send_message(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Write a message; repeat it with the same client_msg_id until it is answered."""
        message = services.send_message(
            actor=actor,
            conversation_id=data["conversation"],
            client_msg_id=data["client_msg_id"],
            body=data["body"],
        )
        return message_data(message)

    @command("message.read", serializer=ReadCommandSerializer, reply=PointerSerializer)
    def mark_read(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Say up to which message all is read; a lower number than before changes nothing."""
        conversation = services.mark_read(actor=actor, conversation_id=data["conversation"], seq=data["seq"])
        return PointerSerializer(conversation).data

    @command("typing", serializer=TypingCommandSerializer)
    def tell_typing(self, actor: User, data: dict[str, Any]) -> None:
        """Tell the others that one types."""
        conversation, at = self.typed
        now = time.monotonic()
        if conversation == data["conversation"] and now - at < TYPING_SECONDS:
            return
        services.tell_typing(actor=actor, conversation_id=data["conversation"])
        self.typed = (data["conversation"], now)


@state("chat")
def conversations_of(user: User) -> dict[str, Any]:
    """Tell where a client begins: what is unread, and the newest conversations with their numbers."""
    rows = Conversation.objects.for_user(user).with_unread(user).order_by("-last_message_at", "-pk")[:STATE_LENGTH]
    return {
        "unread_count": services.unread_total(user),
        "conversations": [
            {
                "id": str(row.public_id),
                "last_seq": row.last_seq,
                "last_read_seq": row.last_read_seq,
                "unread_count": row.unread_count,
            }
            for row in rows
        ],
    }
