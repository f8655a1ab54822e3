"""Facts about a team's work on an application."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class NoteWritten(Event):
    """A member wrote a note."""

    note_id: int


@dataclass(frozen=True)
class MemberMentioned(Event):
    """A note names a member who may read it; told once per note and member."""

    note_id: int
    user_id: int


@dataclass(frozen=True)
class ApplicationAssigned(Event):
    """A member is now in charge of an application."""

    application_id: int
    user_id: int
