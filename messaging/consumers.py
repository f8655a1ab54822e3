"""The chat socket. Every command has its twin in the views, which calls the same service."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from accounts.models import User
from messaging import services
from messaging.models import Conversation, DeletionScope
from messaging.serializers import (
    DeleteCommandSerializer,
    EditCommandSerializer,
    InConversation,
    MessageSerializer,
    MuteCommandSerializer,
    PointerSerializer,
    ReactionCommandSerializer,
    ReadCommandSerializer,
    SendCommandSerializer,
    TypingCommandSerializer,
    message_data,
)
from umemployed.realtime.bootstrap import state
from umemployed.realtime.consumer import RealtimeConsumer, command
from umemployed.realtime.frames import Call

# Typing in one conversation is told on at most once in so many seconds.
TYPING_SECONDS = 2.0
STATE_LENGTH = 100


def send_together(calls: Sequence[Call]) -> list[dict[str, Any] | None]:
    """Write the messages that wait in this process by one transaction; those with attachments go alone."""
    letters = {
        place: services.Letter(
            actor=actor,
            conversation_id=data["conversation"],
            client_msg_id=data["client_msg_id"],
            body=data.get("body", ""),
            request_id=request_id,
        )
        for place, (actor, data, request_id) in enumerate(calls)
        if not data.get("attachments")
    }
    sent = dict(zip(letters, services.send_together(letters=list(letters.values())), strict=True)) if letters else {}
    found = [sent.get(place) for place in range(len(calls))]
    return [message_data(message) if message is not None else None for message in found]


class ChatConsumer(RealtimeConsumer):
    """Conversations, live: ``/ws/chat/``."""

    socket = "chat"
    typed: tuple[Any, float] = (None, 0.0)

    @command("message.send", serializer=SendCommandSerializer, reply=MessageSerializer, together=send_together)
    def send_message(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Write a message; repeat it with the same client_msg_id until it is answered."""
        message = services.send_message(
            actor=actor,
            conversation_id=data["conversation"],
            client_msg_id=data["client_msg_id"],
            body=data.get("body", ""),
            attachments=data.get("attachments", ()),
        )
        return message_data(message)

    @command("message.edit", serializer=EditCommandSerializer, reply=MessageSerializer)
    def edit_message(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Change the text of an own message that the other side has not read."""
        return message_data(services.edit_message(actor=actor, message_id=data["message"], body=data["body"]))

    @command("message.delete", serializer=DeleteCommandSerializer)
    def delete_message(self, actor: User, data: dict[str, Any]) -> None:
        """Delete a message for oneself, or an own one for everybody while the time for it runs."""
        if data["scope"] == DeletionScope.ALL:
            services.delete_message(actor=actor, message_id=data["message"])
        else:
            services.hide_message(actor=actor, message_id=data["message"])

    @command("reaction.add", serializer=ReactionCommandSerializer, reply=MessageSerializer)
    def add_reaction(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """React to a message with an emoji."""
        return message_data(services.add_reaction(actor=actor, message_id=data["message"], emoji=data["emoji"]))

    @command("reaction.remove", serializer=ReactionCommandSerializer, reply=MessageSerializer)
    def remove_reaction(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Take an own reaction back."""
        return message_data(services.remove_reaction(actor=actor, message_id=data["message"], emoji=data["emoji"]))

    @command("message.read", serializer=ReadCommandSerializer, reply=PointerSerializer)
    def mark_read(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Say up to which message all is read; a lower number than before changes nothing."""
        conversation = services.mark_read(actor=actor, conversation_id=data["conversation"], seq=data["seq"])
        return PointerSerializer(conversation).data

    @command("conversation.mute", serializer=MuteCommandSerializer)
    def mute_conversation(self, actor: User, data: dict[str, Any]) -> None:
        """Be told nothing of a conversation by notification or mail, until a time or for ever."""
        services.mute_conversation(actor=actor, conversation_id=data["conversation"], until=data.get("until"))

    @command("conversation.unmute", serializer=InConversation)
    def unmute_conversation(self, actor: User, data: dict[str, Any]) -> None:
        """Be told again."""
        services.unmute_conversation(actor=actor, conversation_id=data["conversation"])

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
    rows = Conversation.objects.for_user(user).with_unread(user).put_away(wanted=False)
    rows = rows.order_by("-last_message_at", "-pk")[:STATE_LENGTH]
    unread, muted = services.unread_totals(user)
    return {
        "unread_count": unread,
        "muted_unread_count": muted,
        "conversations": [
            {
                "id": str(row.public_id),
                "last_seq": row.last_seq,
                "last_read_seq": row.last_read_seq,
                "unread_count": row.unread_count,
                "is_muted": row.is_muted,
            }
            for row in rows
        ],
    }
