"""The shapes of hiring teams."""

from __future__ import annotations

from rest_framework import serializers

from applications.hiring.models import JobMember
from applications.hiring.vocabulary import JobRole
from companies.models import Membership
from umemployed.api.fields import PublicIdRelatedField


class JobMemberSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    member = serializers.UUIDField(source="membership.public_id", help_text="The membership of the company.")
    person = serializers.UUIDField(source="membership.user.public_id")
    name = serializers.CharField(source="membership.user.display_name")

    class Meta:
        model = JobMember
        fields = ("id", "member", "person", "name", "role")


class JobMemberWriteSerializer(serializers.Serializer):
    member = PublicIdRelatedField(
        queryset=lambda request: Membership.objects.for_user(request.user), source="membership"
    )
    role = serializers.ChoiceField(JobRole.choices)
