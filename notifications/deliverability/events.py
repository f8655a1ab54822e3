"""Facts about addresses."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class AddressSuppressed(Event):
    """Mails to a person's address come back for good; the person is to be told in the app."""

    user_id: int
    address: str


@dataclass(frozen=True)
class MailsComplainedOf(Event):
    """A person called our mail spam, and gets no more of those that can be chosen."""

    user_id: int
