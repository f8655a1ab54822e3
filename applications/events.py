"""Facts about applications. ``transition_id`` names the row of the history that tells the rest."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class ApplicationSubmitted(Event):
    """Somebody applied."""

    application_id: int


@dataclass(frozen=True)
class ApplicationMoved(Event):
    """The team moved, rejected, restored or hired."""

    application_id: int
    transition_id: int


@dataclass(frozen=True)
class ApplicationWithdrawn(Event):
    """The candidate withdrew."""

    application_id: int


@dataclass(frozen=True)
class ApplicationSeen(Event):
    """Somebody of the team opened it for the first time."""

    application_id: int


@dataclass(frozen=True)
class ReplyFallsDue(Event):
    """The team promised the candidate an answer, and a day is left."""

    application_id: int
