"""The closed lists of moderation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportReason(models.TextChoices):
    """Why somebody reports a posting."""

    FRAUD = "fraud", _("it looks like fraud")
    ASKS_FOR_MONEY = "asks_for_money", _("it asks for money or bank details")
    MISLEADING = "misleading", _("it is not what it says")
    DISCRIMINATION = "discrimination", _("it discriminates")
    OFFENSIVE = "offensive", _("it offends")
    NO_JOB = "no_job", _("there is no such job, or it is filled")
    OTHER = "other", _("something else")


class Verdict(models.TextChoices):
    """What staff made of a report or a signal."""

    OPEN = "open", _("to be looked at")
    UPHELD = "upheld", _("justified")
    DISMISSED = "dismissed", _("dismissed")


class SignalKind(models.TextChoices):
    """What can look wrong about a posting."""

    PAY = "pay", _("pay far from what such work pays")
    CONTACT = "contact", _("contact outside the platform")
    COPIED = "copied", _("text of another company")
    YOUNG = "young", _("young company that nobody verified")


# How much each weighs in the order of the queue; no sum decides anything.
WEIGHTS = {SignalKind.COPIED: 3, SignalKind.PAY: 2, SignalKind.CONTACT: 2, SignalKind.YOUNG: 1}
WEIGHT_OF_A_REPORT = 3
