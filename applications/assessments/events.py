"""Facts about assessments."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class AssessmentStarted(Event):
    """A candidate began."""

    attempt_id: int


@dataclass(frozen=True)
class AssessmentFinished(Event):
    """An attempt was submitted, or ran out of time, and is marked."""

    attempt_id: int


@dataclass(frozen=True)
class RetakeGranted(Event):
    """A candidate may try once more."""

    application_id: int
