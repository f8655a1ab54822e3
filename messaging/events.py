"""What happens in conversations, told upward."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class MessageSent(Event):
    """Somebody wrote. The sockets know already; this is for mails and counts."""

    message_id: int


@dataclass(frozen=True)
class MessageDeleted(Event):
    """A message was deleted for everybody, by its sender or by staff."""

    message_id: int


@dataclass(frozen=True)
class MessageBudgetReached(Event):
    """Somebody tried to write to more people within an hour than one person should; told once an hour."""

    user_id: int


@dataclass(frozen=True)
class ReportFiled(Event):
    """Somebody reported a message, a person or a company to staff."""

    report_id: int


@dataclass(frozen=True)
class ReportResolved(Event):
    """Staff decided on a report."""

    report_id: int
