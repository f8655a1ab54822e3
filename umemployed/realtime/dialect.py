"""The frames that every socket has, described like those of the apps."""

from __future__ import annotations

from rest_framework import serializers

from umemployed.realtime.frames import CommandType, EventType, Nothing


class AuthenticateSerializer(serializers.Serializer):
    """An access token, in place of a ticket."""

    token = serializers.CharField()


class ResumeSerializer(serializers.Serializer):
    """The last sequence number that the client has seen."""

    after = serializers.IntegerField(min_value=0)


class ResumedSerializer(serializers.Serializer):
    """Where the stream is, and how many frames follow this reply."""

    seq = serializers.IntegerField()
    replayed = serializers.IntegerField(min_value=0)


class PositionSerializer(serializers.Serializer):
    """The last sequence number of the stream. A client that has seen less asks to resume."""

    seq = serializers.IntegerField()


class LimitsSerializer(serializers.Serializer):
    """What a connection may do."""

    frame_bytes = serializers.IntegerField()
    commands_per_minute = serializers.IntegerField()
    connections = serializers.IntegerField(help_text="Of one person on this socket at one server.")


class ReconnectSerializer(serializers.Serializer):
    """After any close, wait a random time between these before coming back."""

    min_ms = serializers.IntegerField()
    max_ms = serializers.IntegerField()


class HelloSerializer(serializers.Serializer):
    """The first frame of the server."""

    seq = serializers.IntegerField(help_text="The stream's last number now. Seen less? Send `resume` first.")
    heartbeat_seconds = serializers.FloatField()
    silence_seconds = serializers.FloatField(help_text="A client that sends nothing for so long is closed (4408).")
    resume_days = serializers.IntegerField()
    limits = LimitsSerializer()
    reconnect = ReconnectSerializer()


class ResyncSerializer(serializers.Serializer):
    """The gap cannot be replayed: read the state anew by REST. Live frames go on after `seq`."""

    reason = serializers.ChoiceField(choices=["too_old", "future"])
    seq = serializers.IntegerField()


def _refuse(*args: object) -> None:
    raise NotImplementedError("The dialect's own commands are answered by the consumer itself.")


def _command(kind: str, serializer: type, reply: type | None, summary: str) -> CommandType:
    return CommandType("", kind, serializer, reply, summary, _refuse)


COMMANDS = [
    _command("authenticate", AuthenticateSerializer, None, "Sign in by the first frame instead of a ticket."),
    _command("resume", ResumeSerializer, ResumedSerializer, "Replay what was missed, in order."),
    _command("heartbeat", Nothing, PositionSerializer, "Show that the client lives; answer each heartbeat with it."),
]
EVENTS = [
    EventType("", "hello", HelloSerializer, False, "The connection is open."),
    EventType("", "heartbeat", PositionSerializer, False, "The server lives, and so far is the stream."),
    EventType("", "resync", ResyncSerializer, False, "What was missed cannot be replayed."),
    EventType("", "redacted", Nothing, True, "What stood under this number may no longer be read."),
]
