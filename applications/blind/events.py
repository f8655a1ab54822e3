"""Facts about blind reviews."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class BlindReviewSwitched(Event):
    """A job's team reads its applications blind from now on, or no longer, which reveals all that were."""

    job_id: int
    is_on: bool


@dataclass(frozen=True)
class ApplicationRevealed(Event):
    """Somebody of the team had a candidate's identity shown."""

    application_id: int
