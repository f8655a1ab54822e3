"""The shapes of reasons, bulk acts and dispositions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.decisions.bulk import ACTS, MOST, Outcome
from applications.decisions.models import CompanyReason, Disposition, DispositionItem
from applications.decisions.vocabulary import Act
from applications.models.core import NOTE_LENGTH
from applications.pipeline.serializers import A_FORTNIGHT
from applications.vocabulary import RejectionReason, Status
from umemployed.api.fields import LineField, TextField
from umemployed.api.problems import problem

VERSION: dict[str, Any] = {"min_value": 1, "max_value": 2**31 - 1}


class CompanyReasonSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = CompanyReason
        fields = ("id", "reason", "label", "is_retired")


class CompanyReasonWriteSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(RejectionReason.choices, help_text="Of which of ours it is a finer grain.")
    label = LineField(max_length=80)


class CompanyReasonEditSerializer(serializers.Serializer):
    label = LineField(max_length=80, required=False)
    is_retired = serializers.BooleanField(required=False)


class RejectionSerializer(serializers.Serializer):
    """Why, and when the candidate is told. One of the two reasons is enough."""

    reason = serializers.ChoiceField(RejectionReason.choices, required=False)
    company_reason = serializers.UUIDField(required=False, help_text="One of the company's own.")
    note = TextField(max_length=NOTE_LENGTH, required=False, allow_blank=True, help_text="For the team only.")
    delay_minutes = serializers.IntegerField(
        min_value=0,
        max_value=A_FORTNIGHT,
        required=False,
        allow_null=True,
        help_text="Until the candidate is told; by default what the company's policy says.",
    )

    def demand_reason(self, attrs: dict[str, Any]) -> None:
        """Refuse a rejection for no reason."""
        if not attrs.get("reason") and not attrs.get("company_reason"):
            raise serializers.ValidationError({"reason": [_("Give a reason.")]}, code="required")


class RejectWriteSerializer(RejectionSerializer):
    version = serializers.IntegerField(**VERSION, help_text="The version that you saw.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand a reason."""
        self.demand_reason(attrs)
        return attrs


class BulkItemSerializer(serializers.Serializer):
    application = serializers.UUIDField()
    version = serializers.IntegerField(**VERSION)


class BulkWriteSerializer(RejectionSerializer):
    action = serializers.ChoiceField(list(ACTS))
    items = BulkItemSerializer(many=True, min_length=1, max_length=MOST)
    stage = serializers.UUIDField(source="stage_id", required=False, help_text="Where to, of `move`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand what the act needs, refuse what it does not read."""
        reads = {
            "move": {"stage_id"},
            "reject": {"reason", "company_reason", "note", "delay_minutes"},
            "restore": set(),
        }
        own = set(attrs) - {"action", "items"}
        for name in sorted(own - reads[attrs["action"]]):
            raise serializers.ValidationError({name.removesuffix("_id"): [_("This act does not read it.")]})
        if attrs["action"] == "move" and "stage_id" not in attrs:
            raise serializers.ValidationError({"stage": [_("Name the stage.")]}, code="required")
        if attrs["action"] == "reject":
            self.demand_reason(attrs)
        return attrs

    def validate_items(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse an application that is named twice."""
        if len({item["application"] for item in value}) < len(value):
            raise serializers.ValidationError(_("Name each application once."), code="repeated")
        return value


class OutcomeSerializer(serializers.Serializer):
    """What became of one item; ``problem`` is the document that the single act would have been answered with."""

    application = serializers.UUIDField()
    ok = serializers.SerializerMethodField()
    status = serializers.ChoiceField(Status.choices, source="row.status", allow_null=True, default=None)
    version = serializers.IntegerField(source="row.version", allow_null=True, default=None)
    problem = serializers.SerializerMethodField()

    def get_ok(self, outcome: Outcome) -> bool:
        return outcome.error is None

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_problem(self, outcome: Outcome) -> dict[str, Any] | None:
        return problem(outcome.error) if outcome.error is not None else None


class BulkSerializer(serializers.Serializer):
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    results = OutcomeSerializer(many=True)


class DispositionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    total = serializers.IntegerField()
    pending = serializers.IntegerField(source="pending_count")
    done = serializers.IntegerField(source="done_count")
    failed = serializers.IntegerField(source="failed_count")

    class Meta:
        model = Disposition
        fields = ("id", "status", "total", "pending", "done", "failed", "created_at", "finished_at")


class ExceptionSerializer(serializers.Serializer):
    application = serializers.UUIDField()
    act = serializers.ChoiceField(Act.choices)
    reason = serializers.ChoiceField(RejectionReason.choices, required=False)


class DispositionWriteSerializer(serializers.Serializer):
    version = serializers.IntegerField(**VERSION, required=False, help_text="Of the job, if it is still to be closed.")
    act = serializers.ChoiceField(
        Act.choices, required=False, help_text="What happens to the rest; `reject` by default."
    )
    reason = serializers.ChoiceField(RejectionReason.choices, required=False)
    delay_minutes = serializers.IntegerField(min_value=0, max_value=A_FORTNIGHT, required=False, allow_null=True)
    exceptions = ExceptionSerializer(many=True, required=False, max_length=MOST)


class DispositionItemSerializer(serializers.ModelSerializer):
    application = serializers.UUIDField(source="application.public_id")
    problem = serializers.CharField(help_text="The code of what stood against it; else empty.")

    class Meta:
        model = DispositionItem
        fields = ("application", "act", "reason", "status", "problem")
