"""What the notification socket tells."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from notifications.serializers import NotificationSerializer
from umemployed.realtime.frames import declare


class CreatedSerializer(serializers.Serializer):
    """News, and how much is unread with it."""

    notification = NotificationSerializer()
    unread_count = serializers.IntegerField(min_value=0)


class ReadSerializer(serializers.Serializer):
    """What a device of the same person has read: ``ids``, or (``all``) everything up to ``up_to`` of ``group``."""

    ids = serializers.ListField(child=serializers.UUIDField())
    all = serializers.BooleanField()
    up_to = serializers.UUIDField(allow_null=True, help_text=_("Null: whatever was there."))
    group = serializers.CharField(allow_null=True, help_text=_("Null: of every group."))
    unread_count = serializers.IntegerField(min_value=0)


declare("notifications", "notification.created", CreatedSerializer, summary=_("Something happened."))
declare("notifications", "notification.read", ReadSerializer, summary=_("Read, here or on another device."))
