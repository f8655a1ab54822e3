"""Facts about hiring teams."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class JobMemberPlaced(Event):
    """A member was put on a job's team, or given another role there."""

    job_id: int
    user_id: int


@dataclass(frozen=True)
class JobMemberRemoved(Event):
    """A member's place on a job's team ended; whatever only it allowed is over now."""

    job_id: int
    user_id: int
