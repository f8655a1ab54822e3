"""A socket whose commands are made for tests."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection, transaction
from rest_framework import serializers

from umemployed.api.errors import Forbidden
from umemployed.realtime import stream
from umemployed.realtime.consumer import RealtimeConsumer, command
from umemployed.realtime.frames import declare


class NoteSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=200)


class SleepSerializer(serializers.Serializer):
    seconds = serializers.FloatField(min_value=0, max_value=5)


class FloodSerializer(serializers.Serializer):
    size = serializers.IntegerField(min_value=1, max_value=60_000)
    times = serializers.IntegerField(min_value=1, max_value=5000)


class FillerSerializer(serializers.Serializer):
    filler = serializers.CharField()


declare("play", "note", NoteSerializer)
declare("play", "breath", NoteSerializer, durable=False)
declare("play", "filler", FillerSerializer, durable=False)


class PlayConsumer(RealtimeConsumer):
    socket = "play"

    @command("echo", serializer=NoteSerializer, reply=NoteSerializer)
    def echo(self, actor: Any, data: dict[str, Any]) -> dict[str, Any]:
        return data

    @command("tell", serializer=NoteSerializer)
    def tell(self, actor: Any, data: dict[str, Any]) -> None:
        with transaction.atomic():
            stream.emit("play", [actor.pk], "note", data)

    @command("breathe", serializer=NoteSerializer)
    def breathe(self, actor: Any, data: dict[str, Any]) -> None:
        stream.whisper("play", [actor.pk], "breath", data)

    @command("sleep", serializer=SleepSerializer)
    def sleep(self, actor: Any, data: dict[str, Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [data["seconds"]])

    @command("flood", serializer=FloodSerializer)
    def flood(self, actor: Any, data: dict[str, Any]) -> None:
        for _ in range(data["times"]):
            stream.whisper("play", [actor.pk], "filler", {"filler": "x" * data["size"]})
            time.sleep(0.001)

    @command("forbidden", serializer=NoteSerializer)
    def forbidden(self, actor: Any, data: dict[str, Any]) -> None:
        raise Forbidden

    @command("bug", serializer=NoteSerializer)
    def bug(self, actor: Any, data: dict[str, Any]) -> None:
        raise ZeroDivisionError("a secret of the implementation")
