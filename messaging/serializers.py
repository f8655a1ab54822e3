"""The shapes of conversations, at both doors."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.serializers import EmployerSerializer
from messaging.models import (
    ATTACHMENTS,
    BODY_LENGTH,
    EMOJI_LENGTH,
    ChatSettings,
    Conversation,
    DeletionScope,
    Message,
    Side,
)
from messaging.search import pieces
from umemployed.api.fields import StrictCharField, TextField
from umemployed.realtime.frames import moment


class CorrespondentSerializer(serializers.Serializer):
    """A person as the other side sees them."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="display_name")


def attachments_data(message: Message) -> list[dict[str, Any]]:
    """Return the files of a message with its details; the bytes come by ``/files/{id}/link/``."""
    files = [attachment.file for attachment in message.shown_attachments]
    return [
        {"id": str(file.public_id), "name": file.name, "size": file.size, "content_type": file.content_type}
        for file in files
    ]


def reactions_data(message: Message) -> list[dict[str, Any]]:
    """Return the emoji of a message with its details, in the order of their first use, and who used them."""
    people: dict[str, list[str]] = {}
    for reaction in message.shown_reactions:
        people.setdefault(reaction.emoji, []).append(str(reaction.user.public_id))
    return [{"emoji": emoji, "people": ids} for emoji, ids in people.items()]


def message_data(message: Message) -> dict[str, Any]:
    """Return what MessageSerializer shows; reads sender, conversation and details.

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
        "attachments": attachments_data(message),
        "reactions": reactions_data(message),
        "created_at": moment(message.created_at),
        "edited_at": moment(message.edited_at) if message.edited_at else None,
        "deleted_at": moment(message.deleted_at) if message.deleted_at else None,
    }


class AttachmentSerializer(serializers.Serializer):
    """A file that a message carries; ask ``/files/{id}/link/`` for the bytes."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text=_("Bytes."))
    content_type = serializers.CharField()


class ReactionSerializer(serializers.Serializer):
    """One emoji on a message, and who used it."""

    emoji = serializers.CharField()
    people = serializers.ListField(child=serializers.UUIDField())


class MessageSerializer(serializers.ModelSerializer):
    """A message. ``sender`` is null when the person's account is gone; what was deleted is empty, its number stays."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    conversation = serializers.UUIDField(source="conversation.public_id", read_only=True)
    sender = CorrespondentSerializer(allow_null=True, read_only=True)
    attachments = AttachmentSerializer(many=True, read_only=True)
    reactions = ReactionSerializer(many=True, read_only=True)

    class Meta:
        model = Message
        fields = [
            "id",
            "conversation",
            "seq",
            "client_msg_id",
            "sender",
            "side",
            "body",
            "attachments",
            "reactions",
            "created_at",
            "edited_at",
            "deleted_at",
        ]
        read_only_fields = fields

    def to_representation(self, instance: Message) -> dict[str, Any]:
        """Show the message."""
        return message_data(instance)


class PieceSerializer(serializers.Serializer):
    """A part of a found text."""

    text = serializers.CharField()
    is_match = serializers.BooleanField()


class FoundMessageSerializer(MessageSerializer):
    """A message that a search found, with the text around what was found."""

    pieces = PieceSerializer(many=True, read_only=True)

    class Meta(MessageSerializer.Meta):
        fields = [*MessageSerializer.Meta.fields, "pieces"]
        read_only_fields = fields

    def to_representation(self, instance: Message) -> dict[str, Any]:
        """Show the message and the pieces."""
        found = [{"text": piece.text, "is_match": piece.is_match} for piece in pieces(instance)]
        return {**message_data(instance), "pieces": found}


class ConversationSerializer(serializers.ModelSerializer):
    """A conversation as its reader sees it: ``unread_count`` counts others' messages after the own pointer.

    ``application`` and ``job_title`` are null where a person talks with a company's team as such.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    application = serializers.UUIDField(source="application.public_id", read_only=True, allow_null=True, default=None)
    job_title = serializers.CharField(source="application.job.title", read_only=True, allow_null=True, default=None)
    company = EmployerSerializer(
        read_only=True, allow_null=True, help_text=_("Null to the candidate where the employer is anonymous.")
    )
    candidate = CorrespondentSerializer(read_only=True)
    last_read_seq = serializers.IntegerField(read_only=True)
    unread_count = serializers.IntegerField(read_only=True)
    is_muted = serializers.BooleanField(read_only=True)
    muted_until = serializers.SerializerMethodField()
    is_archived = serializers.BooleanField(read_only=True)
    has_left = serializers.BooleanField(read_only=True)
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
            "is_muted",
            "muted_until",
            "is_archived",
            "has_left",
            "last_message",
            "last_message_at",
            "created_at",
        ]
        read_only_fields = fields

    def to_representation(self, conversation: Conversation) -> dict[str, Any]:
        """Keep an anonymous employer from the candidate."""
        shown = super().to_representation(conversation)
        if conversation.is_anonymous() and self.context["request"].user.pk == conversation.candidate_id:
            shown["company"] = None
        return shown

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_muted_until(self, conversation: Any) -> Any:
        """Return until when it is muted; null for ever, and where it is not."""
        return conversation.muted_until if conversation.is_muted else None

    @extend_schema_field(MessageSerializer(allow_null=True))
    def get_last_message(self, conversation: Conversation) -> dict[str, Any] | None:
        """Return the newest message, which ``with_newest`` brought along."""
        return message_data(conversation.newest[0]) if conversation.newest else None


class ConversationWriteSerializer(serializers.Serializer):
    """With whom to talk: on an application, or with a company's team; a team's member names the candidate, too."""

    application = serializers.UUIDField(required=False)
    company = serializers.SlugField(max_length=80, required=False, help_text=_("The company's slug."))
    candidate = serializers.UUIDField(required=False, help_text=_("An applicant, to whom the company's member writes."))


class MessageWriteSerializer(serializers.Serializer):
    """A message to send. Repeat it with the same ``client_msg_id`` until it is answered."""

    client_msg_id = serializers.UUIDField(help_text=_("A new UUID for each message."))
    body = TextField(max_length=BODY_LENGTH, required=False, help_text=_("May be left out with an attachment."))
    attachments = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=ATTACHMENTS,
        required=False,
        help_text=_("Ids of own files that were uploaded for `message_attachment`."),
    )


class MessageEditSerializer(serializers.Serializer):
    """The new text of a message."""

    body = TextField(max_length=BODY_LENGTH)


class EmojiSerializer(serializers.Serializer):
    """What to react with."""

    emoji = StrictCharField(max_length=EMOJI_LENGTH, help_text=_("One emoji of Unicode."))


class ReadUpToWriteSerializer(serializers.Serializer):
    """Up to which message all is read."""

    seq = serializers.IntegerField(min_value=0, max_value=2**63 - 1)


class MuteWriteSerializer(serializers.Serializer):
    """Until when to be told nothing; left out or null: for ever."""

    until = serializers.DateTimeField(required=False, allow_null=True)


class ParticipantSerializer(serializers.Serializer):
    """Somebody who reads a conversation now, and how far they have read."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="display_name")
    side = serializers.ChoiceField(Side.choices)
    last_read_seq = serializers.IntegerField()
    read_at = serializers.DateTimeField(allow_null=True)
    is_online = serializers.BooleanField(allow_null=True, help_text=_("Null for who does not show it."))
    last_seen_at = serializers.DateTimeField(allow_null=True)


class InConversation(serializers.Serializer):
    """Which conversation a socket command is about."""

    conversation = serializers.UUIDField()


class SendCommandSerializer(InConversation, MessageWriteSerializer):
    """A message to send over the socket."""


class ReadCommandSerializer(InConversation, ReadUpToWriteSerializer):
    """Up to which message of which conversation all is read."""


class TypingCommandSerializer(InConversation):
    """In which conversation one types."""


class MuteCommandSerializer(InConversation, MuteWriteSerializer):
    """Which conversation to mute, and until when."""


class AboutMessage(serializers.Serializer):
    """Which message a socket command is about."""

    message = serializers.UUIDField()


class EditCommandSerializer(AboutMessage, MessageEditSerializer):
    """The new text of which message."""


class DeleteCommandSerializer(AboutMessage):
    """Which message to delete, and for whom."""

    scope = serializers.ChoiceField(DeletionScope.choices, default=DeletionScope.ME)


class ReactionCommandSerializer(AboutMessage, EmojiSerializer):
    """The emoji, and which message it is for."""


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


class DeletionFrameSerializer(serializers.Serializer):
    """A message is gone, for all or for oneself on every device."""

    conversation = serializers.UUIDField()
    message = serializers.UUIDField()
    seq = serializers.IntegerField()
    scope = serializers.ChoiceField(DeletionScope.choices)


class ReactionFrameSerializer(serializers.Serializer):
    """Somebody reacted, or took it back; ``reactions`` are all that the message has now."""

    conversation = serializers.UUIDField()
    message = serializers.UUIDField()
    emoji = serializers.CharField()
    person = serializers.UUIDField()
    is_added = serializers.BooleanField()
    reactions = ReactionSerializer(many=True)


class StandingFrameSerializer(serializers.Serializer):
    """What oneself decided about a conversation, on any device."""

    conversation = serializers.UUIDField()
    is_muted = serializers.BooleanField()
    muted_until = serializers.DateTimeField(allow_null=True)
    is_archived = serializers.BooleanField()
    has_left = serializers.BooleanField()


class PresenceFrameSerializer(serializers.Serializer):
    """Somebody with whom one talks came or went."""

    person = serializers.UUIDField()
    is_online = serializers.BooleanField()
    last_seen_at = serializers.DateTimeField()


class ChatSettingsSerializer(serializers.ModelSerializer):
    """What one lets the others know: whether one is there, and when one was last seen."""

    class Meta:
        model = ChatSettings
        fields = ["shares_presence"]
