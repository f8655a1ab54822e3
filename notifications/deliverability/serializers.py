"""The shapes of reports: our own, Postmark's, and those of Amazon SES as SNS carries them."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from notifications.deliverability.models import Outcome
from notifications.deliverability.services import Report

SES_LARGEST = 256 * 1024
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


class KnownMembers(serializers.Serializer):
    """Keeps the members that we know: the others are the provider's business, and it adds to them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = getattr(self, "initial_data", None)
        if isinstance(sent, dict):
            self.initial_data = {name: value for name, value in sent.items() if name in self.fields}


class PostmarkReportWriteSerializer(KnownMembers):
    """Postmark's webhooks of type Bounce and SpamComplaint; members that are not named here are ignored."""

    RecordType = serializers.ChoiceField(["Bounce", "SpamComplaint"])
    ID = serializers.IntegerField(min_value=0, max_value=10**18 - 1)
    Type = serializers.CharField(max_length=60, required=False, default="")
    Email = serializers.EmailField(max_length=254)
    Description = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, default="", help_text=_("In words.")
    )

    def report(self) -> Report:
        """Return it in our own words."""
        data: dict[str, Any] = self.validated_data
        outcome = Outcome.HARD_BOUNCE if data["Type"] in POSTMARK_HARD else Outcome.SOFT_BOUNCE
        if data["RecordType"] == "SpamComplaint" or data["Type"] == "SpamComplaint":
            outcome = Outcome.COMPLAINT
        return Report("postmark", str(data["ID"]), outcome, data["Email"], data["Description"])


class SnsMessageWriteSerializer(KnownMembers):
    """A message of Amazon SNS: a report of SES as text in ``Message``, or the question whether we subscribe."""

    Type = serializers.ChoiceField(["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"])
    MessageId = serializers.CharField(max_length=128)
    TopicArn = serializers.CharField(max_length=2048)
    Message = serializers.CharField(max_length=SES_LARGEST, trim_whitespace=False)
    SubscribeURL = serializers.CharField(max_length=2048, required=False)

    def reports(self) -> list[Report]:
        """Return a report for each recipient; none of what is neither a bounce nor a complaint (a delivery, a test)."""
        try:
            told = json.loads(self.validated_data["Message"])
        except (ValueError, RecursionError):
            return []
        if not isinstance(told, dict):
            return []
        kind = told.get("notificationType", told.get("eventType"))
        what, listed = {
            "Bounce": ("bounce", "bouncedRecipients"),
            "Complaint": ("complaint", "complainedRecipients"),
        }.get(str(kind), ("", ""))
        detail = told.get(what)
        if not isinstance(detail, dict) or not isinstance(rows := detail.get(listed), list):
            return []
        outcome = Outcome.COMPLAINT if what == "complaint" else Outcome.SOFT_BOUNCE
        if what == "bounce" and detail.get("bounceType") == "Permanent":
            outcome = Outcome.HARD_BOUNCE
        return [self._report(row, outcome, number) for number, row in enumerate(rows) if is_addressed(row)]

    def _report(self, row: dict[str, Any], outcome: Outcome, number: int) -> Report:
        detail = row.get("diagnosticCode") or row.get("status") or ""
        report_id = f"{self.validated_data['MessageId'][:120]}.{number}"
        return Report("ses", report_id, outcome, row["emailAddress"].strip("<> "), str(detail))


def is_addressed(row: Any) -> bool:
    """Say whether a recipient of a report is an address that we can look for."""
    address = row.get("emailAddress") if isinstance(row, dict) else None
    return isinstance(address, str) and "@" in address and len(address) <= 254 and address.isprintable()


class TakenSerializer(serializers.Serializer):
    """What was made of it."""

    is_new = serializers.BooleanField(help_text=_("False: it was known, and changed nothing."))
