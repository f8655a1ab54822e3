"""Facts about postings. Each is about the posting's life; a first publication is told only once."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class JobPublished(Event):
    """A posting went live for the first time, which happens once in its life."""

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


@dataclass(frozen=True)
class JobSubmitted(Event):
    """A draft waits for the approval of somebody else in its company."""

    job_id: int


@dataclass(frozen=True)
class JobApproved(Event):
    """A submitted posting was let through; it is live, or scheduled."""

    job_id: int


@dataclass(frozen=True)
class JobRejected(Event):
    """A submitted posting was sent back to its author, with reasons (``JobReview``)."""

    job_id: int


@dataclass(frozen=True)
class JobRecalled(Event):
    """A submitted or scheduled posting was taken back to draft."""

    job_id: int


@dataclass(frozen=True)
class JobScheduled(Event):
    """A posting will go live at its moment."""

    job_id: int


@dataclass(frozen=True)
class JobHeldBack(Event):
    """A posting could not go live at its moment; it is a draft again and says why."""

    job_id: int


@dataclass(frozen=True)
class JobTakenDown(Event):
    """Staff took a posting off the market; the company cannot publish it."""

    job_id: int


@dataclass(frozen=True)
class JobRestored(Event):
    """Staff let a posting that was taken down be published again; the company has to do it."""

    job_id: int


@dataclass(frozen=True)
class PostingsIndexedAnew(Event):
    """A company's postings up to ``up_to`` (a key) are found under its present name; the others are still to be."""

    company_id: int
    up_to: int


@dataclass(frozen=True)
class SearchesMatched(Event):
    """Saved searches found a posting that went live; which ones, their matches say (``awaits_telling``)."""

    job_id: int
