"""The shapes of offers. What only the team may read is one member, ``team``, null for the candidate."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.law import side_of
from applications.models import Application
from applications.offers.law import actions_of
from applications.offers.models import (
    LONGEST_VALIDITY_DAYS,
    MOST_APPROVALS,
    NOTE_LENGTH,
    TEXT_LENGTH,
    Offer,
    OfferEvent,
    OfferPolicy,
    OfferTerms,
)
from applications.offers.vocabulary import VIEW_OF, DeclineReason, OfferStatus, OfferView
from applications.serializers import VERSION, AppliedJobSerializer, PersonSerializer
from applications.vocabulary import Side
from jobs.models import EmploymentType, SalaryBasis, SalaryPeriod
from umemployed.api.actions import ActionSerializer
from umemployed.api.fields import LineField, MoneyField, TextField
from umemployed.api.queries import ChoiceListField, QuerySerializer


class OfferQuery(QuerySerializer):
    side = serializers.ChoiceField([side.value for side in Side], help_text=_("Only mine, or only my companies'."))
    status = ChoiceListField(choices=OfferStatus.choices, help_text=_("Of my companies' offers."))


class TermsSerializer(serializers.ModelSerializer):
    pay = MoneyField("pay_amount", "pay_currency")

    class Meta:
        model = OfferTerms
        fields = (
            "number",
            "title",
            "employment_type",
            "place",
            "starts_on",
            "pay",
            "pay_period",
            "pay_basis",
            "hours_per_week",
            "benefits",
            "conditions",
            "sha256",
        )


class TermsWriteSerializer(serializers.Serializer):
    title = LineField(max_length=200)
    employment_type = serializers.ChoiceField(EmploymentType.choices)
    place = LineField(max_length=200, required=False, allow_blank=True, default="")
    starts_on = serializers.DateField()
    pay = MoneyField("pay_amount", "pay_currency")
    pay_period = serializers.ChoiceField(SalaryPeriod.choices)
    pay_basis = serializers.ChoiceField(SalaryBasis.choices, default=SalaryBasis.GROSS)
    hours_per_week = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=1, max_value=168, required=False, allow_null=True, default=None
    )
    benefits = TextField(max_length=TEXT_LENGTH, required=False, allow_blank=True, default="")
    conditions = TextField(max_length=TEXT_LENGTH, required=False, allow_blank=True, default="")


class OfferWriteSerializer(serializers.Serializer):
    terms = TermsWriteSerializer(help_text=_("Written whole: each writing is a new version."))


class OfferVersionWriteSerializer(serializers.Serializer):
    version = serializers.IntegerField(**VERSION)


class NoteWriteSerializer(OfferVersionWriteSerializer):
    note = TextField(max_length=NOTE_LENGTH, required=False, allow_blank=True, help_text=_("For the team only."))


class SendWriteSerializer(OfferVersionWriteSerializer):
    expires_at = serializers.DateTimeField(
        required=False, help_text=_("Until when it can be accepted; by default as the company's policy says.")
    )


class AcceptWriteSerializer(OfferVersionWriteSerializer):
    name = LineField(min_length=2, max_length=150, help_text=_("My full name: typing it signs the terms."))


class DeclineWriteSerializer(OfferVersionWriteSerializer):
    reason = serializers.ChoiceField(DeclineReason.choices)
    note = TextField(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class OfferedApplicationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    job = AppliedJobSerializer()

    class Meta:
        model = Application
        fields = ("id", "job")


class OfferTeamSerializer(serializers.ModelSerializer):
    """What the company's team reads of an offer."""

    candidate = PersonSerializer(source="application.candidate")
    status = serializers.SerializerMethodField()
    terms = TermsSerializer()
    approvals = serializers.IntegerField(source="approval_count", help_text=_("Of the newest terms."))
    approvals_required = serializers.IntegerField()

    class Meta:
        model = Offer
        fields = (
            "candidate",
            "status",
            "terms",
            "approvals",
            "approvals_required",
            "decline_reason",
            "decline_note",
        )

    @extend_schema_field(serializers.ChoiceField(OfferStatus.choices))
    def get_status(self, offer: Offer) -> str:
        return offer.status_at().value


class EmploymentOfferSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    application = OfferedApplicationSerializer()
    state = serializers.SerializerMethodField(help_text=_("What the candidate is told; null before it was sent."))
    terms = TermsSerializer(source="sent_terms", allow_null=True, help_text=_("As the candidate reads them."))
    team = serializers.SerializerMethodField(help_text=_("For the company's team; null for the candidate."))
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Offer
        fields = (
            "id",
            "application",
            "state",
            "terms",
            "sent_at",
            "expires_at",
            "decided_at",
            "signed_name",
            "version",
            "created_at",
            "team",
            "actions",
        )

    @extend_schema_field(serializers.ChoiceField(OfferView.choices, allow_null=True))
    def get_state(self, offer: Offer) -> str | None:
        return VIEW_OF[offer.status_at()].value if offer.sent_at else None

    @extend_schema_field(OfferTeamSerializer(allow_null=True))
    def get_team(self, offer: Offer) -> dict[str, Any] | None:
        if side_of(self.context["request"].user.pk, offer.application) is Side.CANDIDATE:
            return None
        return OfferTeamSerializer(offer, context=self.context).data

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, offer: Offer) -> Any:
        reader = self.context["request"].user.pk
        acts = actions_of(offer, reader, self.context["view"].rights_on(offer.application))
        return ActionSerializer(acts, many=True).data


class OfferEventSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    at = serializers.DateTimeField(source="created_at")
    actor = PersonSerializer(allow_null=True)
    terms = TermsSerializer()

    class Meta:
        model = OfferEvent
        fields = ("id", "at", "kind", "actor", "status", "terms", "note", "version")


class OfferPolicySerializer(serializers.ModelSerializer):
    class Meta:
        model = OfferPolicy
        fields = ("approvals_required", "validity_days")


class OfferPolicyWriteSerializer(serializers.Serializer):
    approvals_required = serializers.IntegerField(
        min_value=0, max_value=MOST_APPROVALS, required=False, help_text=_("People beside the author who must say yes.")
    )
    validity_days = serializers.IntegerField(min_value=1, max_value=LONGEST_VALIDITY_DAYS, required=False)
