"""Facts about postings. Each is about the posting's life; a first publication is told only once."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class JobPublished(Event):
    """A draft went live, which happens once in a posting's life."""

    job_id: int


@dataclass(frozen=True)
class JobEdited(Event):
    """What a published posting says has changed; ``version`` is the new one."""

    job_id: int
    version: int


@dataclass(frozen=True)
class JobPaused(Event):
    """A live posting takes no applications for a while."""

    job_id: int


@dataclass(frozen=True)
class JobResumed(Event):
    """A paused posting is live again."""

    job_id: int


@dataclass(frozen=True)
class JobClosed(Event):
    """A posting takes no applications any more."""

    job_id: int


@dataclass(frozen=True)
class JobReopened(Event):
    """A closed posting is live again."""

    job_id: int


@dataclass(frozen=True)
class JobArchived(Event):
    """A posting was put away for good."""

    job_id: int
