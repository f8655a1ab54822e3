"""Facts about candidates that a company takes for one person."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class CandidatesMerged(Event):
    """A company takes two candidates for one person."""

    merge_id: int


@dataclass(frozen=True)
class MergeUndone(Event):
    """It no longer does."""

    merge_id: int
