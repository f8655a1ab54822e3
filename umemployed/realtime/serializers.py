"""What the two REST routes beside the sockets answer."""

from rest_framework import serializers


class TicketSerializer(serializers.Serializer):
    """A ticket, to be offered as the subprotocol ``ticket.<ticket>``."""

    ticket = serializers.CharField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)


class SocketStateSerializer(serializers.Serializer):
    """Where one socket stands."""

    seq = serializers.IntegerField(help_text="Resume after this number.")
    state = serializers.DictField(help_text="What the frames up to `seq` amount to.")


class BootstrapSerializer(serializers.Serializer):
    """Every socket's state at one moment."""

    sockets = serializers.DictField(child=SocketStateSerializer())
