"""The REST door of conversations."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import EmailUnverified
from messaging.models import Conversation, Message
from messaging.serializers import (
    ConversationSerializer,
    ConversationWriteSerializer,
    MessageSerializer,
    MessageWriteSerializer,
    ReadUpToWriteSerializer,
)
from messaging.services import ClientMessageIdReused, mark_read, room_for, send_message, start_conversation
from umemployed.api.errors import NotFound
from umemployed.api.queries import QuerySerializer
from umemployed.api.views import ApiViewSet, CreateMixin, ListMixin, RetrieveMixin


class ConversationQuery(QuerySerializer):
    """What the list filters by."""

    application = serializers.UUIDField(help_text=_("Only the conversation on this application."))


class MessageQuery(QuerySerializer):
    """What the list of messages filters by."""

    after_seq = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, help_text=_("Only messages after this number.")
    )


class ConversationViewSet(ListMixin, RetrieveMixin, CreateMixin, ApiViewSet):
    """My conversations, those of my companies included; the newest message first."""

    serializer_class = ConversationSerializer
    write_serializer_class = ConversationWriteSerializer
    query_serializer_class = ConversationQuery
    orderings = {"last_message_at": "last_message_at"}
    ordering = ("-last_message_at", "-pk")
    errors = [EmailUnverified, NotFound]

    def get_queryset(self) -> QuerySet[Conversation]:
        """Return the conversations in which this person may read and write now."""
        user = self.actor
        rows = Conversation.objects.for_user(user).with_parties().with_newest().with_unread(user)
        if application := self.query.get("application"):
            rows = rows.filter(application__public_id=application)
        return rows

    def perform_create(self, serializer: serializers.BaseSerializer) -> Conversation:
        """Start the application's conversation, or find it."""
        return start_conversation(actor=self.actor, application_id=serializer.validated_data["application"])

    @action(detail=True, methods=["post"], write_serializer_class=ReadUpToWriteSerializer)
    def read(self, request: Request, public_id: Any) -> Response:
        """Say up to which message all is read; a lower number than before changes nothing."""
        conversation_id = self.get_object().public_id
        return self.answer(mark_read(actor=self.actor, conversation_id=conversation_id, **self.read_body()))


class MessageViewSet(ListMixin, CreateMixin, ApiViewSet):
    """The messages of one conversation, in their order."""

    serializer_class = MessageSerializer
    write_serializer_class = MessageWriteSerializer
    query_serializer_class = MessageQuery
    orderings = {"seq": "seq"}
    ordering = ("seq", "pk")
    errors = [EmailUnverified, ClientMessageIdReused]

    def get_queryset(self) -> QuerySet[Message]:
        """Return the conversation's messages, if this person may read it."""
        rows = Message.objects.for_user(self.actor).with_sender()
        rows = rows.filter(conversation__public_id=self.kwargs["conversation_id"])
        if (after := self.query.get("after_seq")) is not None:
            rows = rows.filter(seq__gt=after)
        return rows

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask for the conversation before anything else: a foreign one is not found, an empty one is empty."""
        super().initial(request, *args, **kwargs)
        room_for(self.actor, kwargs["conversation_id"])

    def perform_create(self, serializer: serializers.BaseSerializer) -> Message:
        """Send a message."""
        return send_message(
            actor=self.actor, conversation_id=self.kwargs["conversation_id"], **serializer.validated_data
        )
