"""The shapes of reports: our own, and Postmark's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from notifications.deliverability.models import Outcome
from notifications.deliverability.services import Report

POSTMARK_HARD = {"HardBounce", "BadEmailAddress", "ManuallyDeactivated"}


class ReportWriteSerializer(serializers.Serializer):
    """What became of one mail. The same ``id`` twice is one report."""

    id = serializers.CharField(max_length=128)
    outcome = serializers.ChoiceField(Outcome.choices)
    address = serializers.EmailField(max_length=254)
    detail = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")

    def report(self) -> Report:
        """Return it in our own words."""
        data = self.validated_data
        return Report("standard", data["id"], Outcome(data["outcome"]), data["address"], data["detail"])


class PostmarkReportWriteSerializer(serializers.Serializer):
    """Postmark's webhooks of type Bounce and SpamComplaint; members that are not named here are ignored."""

    RecordType = serializers.ChoiceField(["Bounce", "SpamComplaint"])
    ID = serializers.IntegerField(min_value=0, max_value=10**18 - 1)
    Type = serializers.CharField(max_length=60, required=False, default="")
    Email = serializers.EmailField(max_length=254)
    Description = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, default="", help_text=_("In words.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep the members that we know: the others are Postmark's business, and it adds to them."""
        super().__init__(*args, **kwargs)
        sent = getattr(self, "initial_data", None)
        if isinstance(sent, dict):
            self.initial_data = {name: value for name, value in sent.items() if name in self.fields}

    def report(self) -> Report:
        """Return it in our own words."""
        data: dict[str, Any] = self.validated_data
        outcome = Outcome.HARD_BOUNCE if data["Type"] in POSTMARK_HARD else Outcome.SOFT_BOUNCE
        if data["RecordType"] == "SpamComplaint" or data["Type"] == "SpamComplaint":
            outcome = Outcome.COMPLAINT
        return Report("postmark", str(data["ID"]), outcome, data["Email"], data["Description"])


class TakenSerializer(serializers.Serializer):
    """What was made of it."""

    is_new = serializers.BooleanField(help_text=_("False: it was known, and changed nothing."))
