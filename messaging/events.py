"""What happens in conversations, told upward."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class MessageSent(Event):
    """Somebody wrote. The sockets know already; this is for mails and counts."""

    message_id: int
