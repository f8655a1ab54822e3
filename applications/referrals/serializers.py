"""The shapes of referral links."""

from __future__ import annotations

from rest_framework import serializers

from applications.referrals.models import ReferralLink
from applications.serializers import PersonSerializer


class ReferralLinkSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    member = PersonSerializer(source="membership.user", allow_null=True, default=None)
    applications = serializers.IntegerField(source="application_count", help_text="Credited to this link.")

    class Meta:
        model = ReferralLink
        fields = ("id", "code", "member", "visit_count", "applications", "created_at")


class ReferredJobSerializer(serializers.Serializer):
    """Where a link leads."""

    job = serializers.UUIDField(source="job.public_id")
    title = serializers.CharField(source="job.title")


class ReferrerSerializer(serializers.Serializer):
    code = serializers.CharField()
    member = PersonSerializer(source="membership.user", allow_null=True, default=None)


class ApplicationSourceSerializer(serializers.Serializer):
    """Where an application came from: what the candidate said, and whose links they met."""

    source = serializers.CharField()
    first = ReferrerSerializer(allow_null=True, help_text="Met first; has the credit.")
    last = ReferrerSerializer(allow_null=True, help_text="Met last.")
