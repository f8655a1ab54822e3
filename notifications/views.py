"""The REST door of notifications and preferences."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from notifications.kinds import KINDS
from notifications.models import Notification
from notifications.push import unread_counts
from notifications.serializers import (
    NotificationSerializer,
    PreferencesSerializer,
    PreferencesWriteSerializer,
    ReadAllWriteSerializer,
    UnreadCountSerializer,
)
from notifications.services import mark_all_read, mark_read, preferences_of, set_preferences
from umemployed.api.errors import NotFound
from umemployed.api.queries import ChoiceListField, QuerySerializer
from umemployed.api.views import ApiView, ApiViewSet, ListMixin


class NotificationQuery(QuerySerializer):
    """What the list filters by."""

    unread = serializers.BooleanField(help_text=_("Only what I have not read, or only what I have."))
    kind = ChoiceListField(choices=sorted(KINDS))
    group = serializers.CharField(max_length=80, help_text=_("Only news of one thing, as named in `group`."))


class NotificationViewSet(ListMixin, ApiViewSet):
    """My news, newest first."""

    serializer_class = NotificationSerializer
    query_serializer_class = NotificationQuery
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Notification]:
        """Return what I am shown, narrowed by the query."""
        rows = Notification.objects.for_user(self.actor).with_actor()
        if (unread := self.query.get("unread")) is not None:
            rows = rows.filter(read_at__isnull=unread)
        if kinds := self.query.get("kind"):
            rows = rows.filter(kind__in=kinds)
        if group := self.query.get("group"):
            rows = rows.filter(group=group)
        return rows

    @action(detail=False, methods=["get"], url_path="unread-count", serializer_class=UnreadCountSerializer)
    def unread_count(self, request: Request) -> Response:
        """Tell how much I have not read."""
        return self.count()

    @action(detail=True, methods=["post"])
    def read(self, request: Request, public_id: Any) -> Response:
        """Mark one as read, on all my devices."""
        return self.answer(mark_read(actor=self.actor, public_id=public_id))

    @action(
        detail=False,
        methods=["post"],
        url_path="read-all",
        serializer_class=UnreadCountSerializer,
        write_serializer_class=ReadAllWriteSerializer,
        errors=[NotFound],
    )
    def read_all(self, request: Request) -> Response:
        """Mark everything as read, or everything up to what I have seen."""
        mark_all_read(actor=self.actor, **self.read_body())
        return self.count()

    def count(self) -> Response:
        """Answer with the number of what is unread."""
        user_id = self.actor.pk
        return self.answer({"unread_count": unread_counts([user_id])[user_id]})


class PreferencesView(ApiView):
    """How each kind of news reaches me."""

    serializer_class = PreferencesSerializer
    write_serializer_classes = {"patch": PreferencesWriteSerializer}

    def get(self, request: Request) -> Response:
        """List every kind with my choice, or with what holds if I choose nothing."""
        return self.answer({"preferences": preferences_of(self.actor)})

    def patch(self, request: Request) -> Response:
        """Change some choices; the others stay."""
        set_preferences(actor=self.actor, choices=self.read_body()["preferences"])
        return self.answer({"preferences": preferences_of(self.actor)})
