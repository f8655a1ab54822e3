"""The words of assessments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionKind(models.TextChoices):
    """What an answer is, and so how it is marked (``marking``)."""

    SINGLE = "single", _("one of the options")
    MULTIPLE = "multiple", _("all right options")
    NUMERIC = "numeric", _("a number")
    SHORT_TEXT = "short_text", _("a few words")
    CODE_READING = "code_reading", _("what the code does")


WITH_OPTIONS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)


class AttemptStatus(models.TextChoices):
    """Where an attempt is. One whose time is over counts as timed out at once, before the clock's task marks it."""

    RUNNING = "running", _("running")
    SUBMITTED = "submitted", _("submitted")
    TIMED_OUT = "timed_out", _("out of time")


TRANSITIONS: dict[AttemptStatus, frozenset[AttemptStatus]] = {
    AttemptStatus.RUNNING: frozenset({AttemptStatus.SUBMITTED, AttemptStatus.TIMED_OUT}),
    AttemptStatus.SUBMITTED: frozenset(),
    AttemptStatus.TIMED_OUT: frozenset(),
}
FINISHED = (AttemptStatus.SUBMITTED, AttemptStatus.TIMED_OUT)
