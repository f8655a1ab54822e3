"""The REST door of conversations."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.services import EmailUnverified
from messaging import services
from messaging.models import ChatSettings, Conversation, DeletionScope, Message, Side
from messaging.presence import choose_settings, settings_of
from messaging.rooms import NotReachable, Room, room_for
from messaging.search import QUERY_LENGTH, messages_about
from messaging.serializers import (
    ChatSettingsSerializer,
    ConversationSerializer,
    ConversationWriteSerializer,
    EmojiSerializer,
    FoundMessageSerializer,
    MessageEditSerializer,
    MessageSerializer,
    MessageWriteSerializer,
    MuteWriteSerializer,
    ParticipantSerializer,
    ReadUpToWriteSerializer,
)
from messaging.services.telling import SOCKET
from umemployed.api.errors import Forbidden, NotFound
from umemployed.api.fields import StrictCharField
from umemployed.api.queries import QuerySerializer
from umemployed.api.views import ApiView, ApiViewSet, CreateMixin, DestroyMixin, ListMixin, RetrieveMixin, UpdateMixin
from umemployed.realtime.presence import present_among


class ConversationQuery(QuerySerializer):
    """What the list filters by."""

    application = serializers.UUIDField(help_text=_("Only the conversation on this application."))
    company = serializers.SlugField(max_length=80, help_text=_("Only conversations with this company."))
    archived = serializers.BooleanField(default=False, help_text=_("What was archived or left, instead of the rest."))


class MessageQuery(QuerySerializer):
    """What the list of messages filters by."""

    after_seq = serializers.IntegerField(
        min_value=0, max_value=2**63 - 1, help_text=_("Only messages after this number.")
    )


class SearchQuery(QuerySerializer):
    """What to look for, and where."""

    q = StrictCharField(
        max_length=QUERY_LENGTH, required=True, help_text=_('Words, "a phrase", -without, this or that.')
    )
    conversation = serializers.UUIDField(help_text=_("Only in this conversation."))


class DeletionQuery(QuerySerializer):
    """For whom to delete."""

    scope = serializers.ChoiceField(DeletionScope.choices, default=DeletionScope.ME)


class EmojiQuery(QuerySerializer):
    """Which reaction to take back."""

    emoji = StrictCharField(max_length=40, required=True)


class ConversationViewSet(ListMixin, RetrieveMixin, CreateMixin, ApiViewSet):
    """My conversations, those of my companies included; the newest message first."""

    serializer_class = ConversationSerializer
    write_serializer_class = ConversationWriteSerializer
    query_serializer_class = ConversationQuery
    orderings = {"last_message_at": "last_message_at"}
    ordering = ("-last_message_at", "-pk")
    errors = [EmailUnverified, NotFound, services.MessagesNotTaken]

    def get_queryset(self) -> QuerySet[Conversation]:
        """Return the conversations in which this person may read and write now."""
        user = self.actor
        rows = Conversation.objects.for_user(user).with_parties().with_newest(user).with_unread(user)
        if self.operation != "list":
            return rows
        if application := self.query.get("application"):
            rows = rows.filter(application__public_id=application)
        if company := self.query.get("company"):
            rows = rows.with_company(company, user)
        return rows.put_away(wanted=self.query["archived"])

    def perform_create(self, serializer: serializers.BaseSerializer) -> Conversation:
        """Start the conversation, or find it."""
        asked = serializer.validated_data
        return services.start_conversation(
            actor=self.actor,
            application_id=asked.get("application"),
            company_slug=asked.get("company"),
            candidate_id=asked.get("candidate"),
        )

    @action(detail=True, methods=["post"], write_serializer_class=ReadUpToWriteSerializer)
    def read(self, request: Request, public_id: Any) -> Response:
        """Say up to which message all is read; a lower number than before changes nothing."""
        room_for(self.actor, public_id)  # a foreign one is not found, whatever the body says
        return self.in_full(services.mark_read(actor=self.actor, conversation_id=public_id, **self.read_body()))

    @action(detail=True, methods=["post"], write_serializer_class=MuteWriteSerializer)
    def mute(self, request: Request, public_id: Any) -> Response:
        """Be told nothing of it by notification or mail, until a time or for ever."""
        room_for(self.actor, public_id)
        return self.in_full(services.mute_conversation(actor=self.actor, conversation_id=public_id, **self.read_body()))

    @mute.mapping.delete
    def unmute(self, request: Request, public_id: Any) -> Response:
        """Be told again."""
        return self.in_full(services.unmute_conversation(actor=self.actor, conversation_id=public_id))

    @action(detail=True, methods=["post"])
    def archive(self, request: Request, public_id: Any) -> Response:
        """Put it away until the next message."""
        return self.in_full(services.archive_conversation(actor=self.actor, conversation_id=public_id))

    @archive.mapping.delete
    def unarchive(self, request: Request, public_id: Any) -> Response:
        """Bring it back into the list."""
        return self.in_full(services.unarchive_conversation(actor=self.actor, conversation_id=public_id))

    @action(detail=True, methods=["post"])
    def leave(self, request: Request, public_id: Any) -> Response:
        """Be told nothing any more; writing in it is coming back."""
        return self.in_full(services.leave_conversation(actor=self.actor, conversation_id=public_id))

    @action(detail=True, methods=["post"], serializer_class=None)
    def typing(self, request: Request, public_id: Any) -> Response:
        """Tell the others that one types."""
        services.tell_typing(actor=self.actor, conversation_id=public_id)
        return self.answer()

    def in_full(self, conversation: Conversation) -> Response:
        """Answer a conversation as its reader sees it."""
        return self.answer(self.reload(conversation))


class ParticipantViewSet(ListMixin, ApiViewSet):
    """Who reads a conversation now, and how far each has read."""

    serializer_class = ParticipantSerializer
    ordering = ("pk",)

    def get_queryset(self) -> QuerySet[User]:
        """Return the people who may read it and have not left, if the reader is one of them."""
        room = room_for(self.actor, self.kwargs["conversation_id"])
        return people_of(room)


class MessageViewSet(ListMixin, CreateMixin, ApiViewSet):
    """The messages of one conversation, in their order."""

    serializer_class = MessageSerializer
    write_serializer_class = MessageWriteSerializer
    query_serializer_class = MessageQuery
    orderings = {"seq": "seq"}
    ordering = ("seq", "pk")
    errors = [
        EmailUnverified,
        NotReachable,
        services.ClientMessageIdReused,
        services.TooManyUnanswered,
        services.MessageBudgetSpent,
    ]

    def get_queryset(self) -> QuerySet[Message]:
        """Return the conversation's messages, if this person may read it."""
        rows = Message.objects.for_user(self.actor).with_sender().with_details()
        rows = rows.filter(conversation__public_id=self.kwargs["conversation_id"])
        if (after := self.query.get("after_seq")) is not None:
            rows = rows.filter(seq__gt=after)
        return rows

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask for the conversation before anything else: a foreign one is not found, an empty one is empty."""
        super().initial(request, *args, **kwargs)
        room_for(self.actor, kwargs["conversation_id"])

    @property
    def throttle_scope(self) -> str | None:  # type: ignore[override]
        """Count what is written as messages, what is read as any read."""
        return "message" if self.request.method == "POST" else None

    def perform_create(self, serializer: serializers.BaseSerializer) -> Message:
        """Send a message."""
        return services.send_message(
            actor=self.actor, conversation_id=self.kwargs["conversation_id"], **serializer.validated_data
        )

    def reload(self, instance: Any) -> Any:
        """Show the message as the service returned it, with its details."""
        return instance


class MyMessageViewSet(ListMixin, RetrieveMixin, UpdateMixin, DestroyMixin, ApiViewSet):
    """Search in all my messages, and what one does with one of them."""

    serializer_class = MessageSerializer
    serializer_classes = {"list": FoundMessageSerializer}
    write_serializer_class = MessageEditSerializer
    query_serializer_classes = {"list": SearchQuery, "destroy": DeletionQuery, "unreact": EmojiQuery}
    ordering = ("-pk",)
    errors = [
        EmailUnverified,
        Forbidden,
        NotReachable,
        services.MessageIsDeleted,
        services.MessageIsRead,
        services.TooLateToDelete,
    ]

    def get_queryset(self) -> QuerySet[Message]:
        """Return the messages that this person may read now; in the list, those that answer the query."""
        if self.operation != "list":
            return Message.objects.for_user(self.actor).with_sender().with_details()
        rows: Any = messages_about(self.actor, self.query["q"])
        if conversation := self.query.get("conversation"):
            rows = rows.filter(conversation__public_id=conversation)
        return rows.with_sender().with_details()

    def perform_update(self, serializer: Any) -> Message:
        """Change the text of an own message that the other side has not read."""
        message_id = self.kwargs["public_id"]
        return services.edit_message(
            actor=self.actor,
            message_id=message_id,
            body=serializer.validated_data.get("body", serializer.instance.body),
        )

    def perform_destroy(self, instance: Message) -> None:
        """Delete for oneself, or for everybody within the window."""
        if self.query["scope"] == DeletionScope.ALL:
            services.delete_message(actor=self.actor, message_id=instance.public_id)
        else:
            services.hide_message(actor=self.actor, message_id=instance.public_id)

    @action(
        detail=True,
        methods=["post"],
        url_path="reactions",
        write_serializer_class=EmojiSerializer,
        errors=[EmailUnverified, NotReachable, services.MessageIsDeleted, services.TooManyReactions],
    )
    def react(self, request: Request, public_id: Any) -> Response:
        """React to the message with an emoji; again is the same."""
        message_id = self.get_object().public_id
        emoji = self.read_body()["emoji"]
        return self.answer(services.add_reaction(actor=self.actor, message_id=message_id, emoji=emoji))

    @react.mapping.delete
    def unreact(self, request: Request, public_id: Any) -> Response:
        """Take one's own reaction back."""
        emoji = self.query["emoji"]
        return self.answer(services.remove_reaction(actor=self.actor, message_id=public_id, emoji=emoji))


class ChatSettingsView(ApiView):
    """What I let the others of my conversations know."""

    serializer_class = ChatSettingsSerializer
    write_serializer_classes = {"patch": ChatSettingsSerializer}

    def get(self, request: Request) -> Response:
        """Return my choices."""
        return self.answer(settings_of(self.actor))

    def patch(self, request: Request) -> Response:
        """Choose."""
        standing = settings_of(self.actor)
        chosen = self.body(standing, partial=True).validated_data
        shares = chosen.get("shares_presence", standing.shares_presence)
        return self.answer(choose_settings(actor=self.actor, shares_presence=shares))


def people_of(room: Room) -> QuerySet[User]:
    """Return who is told in a room, with ``side``, pointer and presence; those stay empty across a block."""
    mine = room.conversation.participants.filter(user=OuterRef("pk"))
    open_ = ChatSettings.objects.filter(user=OuterRef("pk"), shares_presence=True)
    hides = Exists(ChatSettings.objects.filter(user=OuterRef("pk"), shares_presence=False)) | Value(room.is_blocked)
    nobody = Value(None, output_field=BooleanField())
    return User.objects.filter(pk__in=room.people).annotate(
        side=Case(When(pk=room.conversation.candidate_id, then=Value(Side.CANDIDATE)), default=Value(Side.COMPANY)),
        last_read_seq=Coalesce(Subquery(mine.values("last_read_seq")), 0),
        read_at=Subquery(mine.values("read_at")),
        is_online=Case(When(hides, then=nobody), default=Q(pk__in=present_among(SOCKET, room.people))),
        last_seen_at=Case(When(hides, then=Value(None)), default=Subquery(open_.values("last_seen_at"))),
    )
