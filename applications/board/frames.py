"""What the board socket tells."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.vocabulary import EventKind, Status
from umemployed.realtime.frames import declare


class DoerSerializer(serializers.Serializer):
    """Who did it."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class CardChangedSerializer(serializers.Serializer):
    """One row of an application's history. Of two about a card the one with the higher version is the later."""

    job = serializers.UUIDField()
    application = serializers.UUIDField()
    change = serializers.ChoiceField(EventKind.choices)
    status = serializers.ChoiceField(Status.choices)
    from_stage = serializers.UUIDField(allow_null=True)
    to_stage = serializers.UUIDField()
    version = serializers.IntegerField(min_value=1)
    by = DoerSerializer(allow_null=True)
    at = serializers.DateTimeField()


class ColumnsChangedSerializer(serializers.Serializer):
    """The stages of a job are others now: read the board again."""

    job = serializers.UUIDField()


declare("board", "card.changed", CardChangedSerializer, summary=_("Something happened to an application."))
declare("board", "columns.changed", ColumnsChangedSerializer, summary=_("The job's stages changed."))
