"""The shapes of plans, subscriptions and usage."""

from __future__ import annotations

from rest_framework import serializers

from subscriptions.models import Plan, PlanLimit, PlanPrice, Status
from umemployed.api.fields import MoneyField


class PlanLimitSerializer(serializers.ModelSerializer):
    """How much of something the plan allows; a null amount is without limit."""

    class Meta:
        model = PlanLimit
        fields = ["key", "amount"]
        read_only_fields = fields


class PlanPriceSerializer(serializers.ModelSerializer):
    """What the plan costs each month or each year."""

    price = MoneyField("amount", "currency", read_only=True)

    class Meta:
        model = PlanPrice
        fields = ["interval", "price"]
        read_only_fields = fields


class PlanSerializer(serializers.ModelSerializer):
    """A plan on offer."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    limits = PlanLimitSerializer(many=True, read_only=True)
    prices = PlanPriceSerializer(many=True, read_only=True)

    class Meta:
        model = Plan
        fields = ["id", "code", "audience", "name", "description", "is_default", "limits", "prices"]
        read_only_fields = fields


class SubscriptionSerializer(serializers.Serializer):
    """The plan that applies now. Without a subscription that is the default plan, and the rest is null."""

    plan = PlanSerializer(read_only=True)
    status = serializers.ChoiceField(choices=Status.choices, allow_null=True, read_only=True)
    current_period_start_at = serializers.DateTimeField(allow_null=True, read_only=True)
    current_period_end_at = serializers.DateTimeField(allow_null=True, read_only=True)


class UsageSerializer(serializers.Serializer):
    """One quota: null `limit` and `left` are without limit, null `resets_at` never resets."""

    key = serializers.CharField(read_only=True)
    limit = serializers.IntegerField(allow_null=True, read_only=True)
    used = serializers.IntegerField(read_only=True)
    left = serializers.IntegerField(allow_null=True, read_only=True)
    resets_at = serializers.DateTimeField(allow_null=True, read_only=True)


class UsageListSerializer(serializers.Serializer):
    """Every quota that concerns the subscriber."""

    quotas = UsageSerializer(many=True, read_only=True)
