"""The REST door of notifications and preferences."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from notifications.hours import hours_of
from notifications.kinds import KINDS
from notifications.models import Notification
from notifications.preferences import MandatoryKind, preferences_of, set_hours, set_preferences
from notifications.push import unread_counts
from notifications.serializers import (
    NotificationSerializer,
    PreferencesSerializer,
    PreferencesWriteSerializer,
    ReadAllWriteSerializer,
    ReadOneWriteSerializer,
    UnreadCountSerializer,
)
from notifications.services import mark_all_read, mark_read
from umemployed.api.errors import NotFound
from umemployed.api.queries import ChoiceListField, QuerySerializer
from umemployed.api.views import ApiView, ApiViewSet, ListMixin


class NotificationQuery(QuerySerializer):
    """What the list filters by."""

    unread = serializers.BooleanField(help_text=_("Only what I have not read, or only what I have."))
    kind = ChoiceListField(choices=sorted(KINDS))
    group = serializers.CharField(max_length=80, help_text=_("Only news of one thing, as named in `group`."))
    line = serializers.UUIDField(help_text=_("Only the facts of one line."))
    grouped = serializers.BooleanField(
        help_text=_("One row for each line: facts of one kind and group that were unread together, as `line_text`.")
    )


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
        for name in ("group", "line"):
            if value := self.query.get(name):
                rows = rows.filter(**{name: value})
        if self.query.get("grouped"):
            rows = rows.lines()
        return rows

    @action(detail=False, methods=["get"], url_path="unread-count", serializer_class=UnreadCountSerializer)
    def unread_count(self, request: Request) -> Response:
        """Tell how much I have not read."""
        return self.count()

    @action(detail=True, methods=["post"], write_serializer_class=ReadOneWriteSerializer)
    def read(self, request: Request, public_id: Any) -> Response:
        """Mark one as read, or its whole line, on all my devices."""
        return self.answer(mark_read(actor=self.actor, public_id=public_id, **self.read_body()))

    @action(
        detail=False,
        methods=["post"],
        url_path="read-all",
        serializer_class=UnreadCountSerializer,
        write_serializer_class=ReadAllWriteSerializer,
        errors=[NotFound],
    )
    def read_all(self, request: Request) -> Response:
        """Mark everything as read, or everything of one group, or up to what I have seen."""
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

    errors = [MandatoryKind]

    def get(self, request: Request) -> Response:
        """List every kind with my choice, or with what holds if I choose nothing, and my hours."""
        return self.tell()

    def patch(self, request: Request) -> Response:
        """Change some choices or hours; the others stay."""
        wanted = self.read_body()
        set_preferences(actor=self.actor, choices=wanted.pop("preferences", ()))
        if wanted:
            set_hours(actor=self.actor, **wanted)
        return self.tell()

    def tell(self) -> Response:
        """Answer with all that is chosen."""
        actor = self.actor
        hours = hours_of([actor])[actor.pk]
        quiet = {"from": hours.quiet_from, "until": hours.quiet_until} if hours.quiet_from is not None else None
        clock = {"timezone": actor.timezone, "digest_hour": hours.digest_hour, "quiet_hours": quiet}
        return self.answer({"preferences": preferences_of(actor), **clock})
