"""Facts about résumés."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class ResumePublished(Event):
    resume_id: int


@dataclass(frozen=True)
class ResumeUnpublished(Event):
    resume_id: int


@dataclass(frozen=True)
class ResumeChanged(Event):
    """A published résumé says something else now; drafts concern nobody but their owner."""

    resume_id: int


@dataclass(frozen=True)
class ResumeDeleted(Event):
    resume_id: int
    owner_id: int
