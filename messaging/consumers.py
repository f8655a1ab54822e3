"""The chat socket."""

from umemployed.realtime.consumer import RealtimeConsumer


class ChatConsumer(RealtimeConsumer):
    """Conversations, live: ``/ws/chat/``."""

    socket = "chat"
