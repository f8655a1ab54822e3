"""The shapes of conversations, at both doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.serializers import EmployerSerializer
from messaging.models import BODY_LENGTH, Conversation, Message, Side
from umemployed.api.fields import StrictCharField
from umemployed.realtime.frames import moment


class CorrespondentSerializer(serializers.Serializer):
    """A person as the other side sees them."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="display_name")


def message_data(message: Message) -> dict[str, Any]:
    """Return what MessageSerializer shows; reads sender and conversation.

    By hand, because every message passes here three times and DRF builds a serializer's fields anew each time.
    """
    sender = message.sender
    return {
        "id": str(message.public_id),
        "conversation": str(message.conversation.public_id),
        "seq": message.seq,
        "client_msg_id": str(message.client_msg_id),
        "sender": {"id": str(sender.public_id), "name": sender.display_name()} if sender else None,
        "side": str(message.side),
        "body": message.body,
        "created_at": moment(message.created_at),
    }


class MessageSerializer(serializers.ModelSerializer):
    """A message. ``sender`` is null when the person's account is gone."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    conversation = serializers.UUIDField(source="conversation.public_id", read_only=True)
    sender = CorrespondentSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Message
        fields = ["id", "conversation", "seq", "client_msg_id", "sender", "side", "body", "created_at"]
        read_only_fields = fields

    def to_representation(self, instance: Message) -> dict[str, Any]:
        """Show the message."""
        return message_data(instance)


class ConversationSerializer(serializers.ModelSerializer):
    """A conversation as its reader sees it: ``unread_count`` counts others' messages after the own pointer."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    application = serializers.UUIDField(source="application.public_id", read_only=True)
    job_title = serializers.CharField(source="application.job.title", read_only=True)
    company = EmployerSerializer(
        read_only=True, allow_null=True, help_text=_("Null to the candidate where the employer is anonymous.")
    )
    candidate = CorrespondentSerializer(read_only=True)
    last_read_seq = serializers.IntegerField(read_only=True)
    unread_count = serializers.IntegerField(read_only=True)
    last_message = serializers.SerializerMethodField()

    class Meta:
        model = Conversation
        fields = [
            "id",
            "application",
            "job_title",
            "company",
            "candidate",
            "last_seq",
            "last_read_seq",
            "unread_count",
            "last_message",
            "last_message_at",
            "created_at",
        ]
        read_only_fields = fields

    def to_representation(self, conversation: Conversation) -> dict[str, Any]:
        """Keep an anonymous employer from the candidate."""
        shown = super().to_representation(conversation)
        if conversation.application.job.is_anonymous and self.context["request"].user.pk == conversation.candidate_id:
            shown["company"] = None
        return shown

    @extend_schema_field(MessageSerializer(allow_null=True))
    def get_last_message(self, conversation: Conversation) -> dict[str, Any] | None:
        """Return the newest message, which ``with_newest`` brought along."""
        return message_data(conversation.newest[0]) if conversation.newest else None


class ConversationWriteSerializer(serializers.Serializer):
    """About which application to talk."""

    application = serializers.UUIDField()


class MessageWriteSerializer(serializers.Serializer):
    """A message to send. Repeat it with the same ``client_msg_id`` until it is answered."""

    client_msg_id = serializers.UUIDField(help_text=_("A new UUID for each message."))
    body = StrictCharField(max_length=BODY_LENGTH)


class ReadUpToWriteSerializer(serializers.Serializer):
    """Up to which message all is read."""

    seq = serializers.IntegerField(min_value=0, max_value=2**63 - 1)


class InConversation(serializers.Serializer):
    """Which conversation a socket command is about."""

    conversation = serializers.UUIDField()


class SendCommandSerializer(InConversation, MessageWriteSerializer):
    """A message to send over the socket."""


class ReadCommandSerializer(InConversation, ReadUpToWriteSerializer):
    """Up to which message of which conversation all is read."""


class TypingCommandSerializer(InConversation):
    """In which conversation one types."""


class ReadFrameSerializer(serializers.Serializer):
    """Somebody has read up to a message; oneself on another device, too."""

    conversation = serializers.UUIDField()
    reader = serializers.UUIDField()
    last_read_seq = serializers.IntegerField()


class TyperSerializer(serializers.Serializer):
    """Who types."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class TypingFrameSerializer(serializers.Serializer):
    """Somebody types; hold it for a few seconds."""

    conversation = serializers.UUIDField()
    sender = TyperSerializer()
    side = serializers.ChoiceField(Side.choices)


class PointerSerializer(serializers.Serializer):
    """Where one's own pointer is now, and what is unread after it."""

    last_read_seq = serializers.IntegerField()
    unread_count = serializers.IntegerField()
