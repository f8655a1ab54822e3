"""The REST door of plans and subscriptions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from companies.models import Company
from companies.rights import Right, require
from subscriptions.entitlements import plans_of, usage
from subscriptions.models import Audience, Plan, Subscription
from subscriptions.serializers import PlanSerializer, SubscriptionSerializer, UsageListSerializer
from umemployed.api.errors import NotFound
from umemployed.api.queries import ChoiceListField, QuerySerializer
from umemployed.api.views import ApiView, ApiViewSet, ListMixin


class PlanQuery(QuerySerializer):
    """What the list filters by."""

    audience = ChoiceListField(choices=Audience.choices)


class SubjectQuery(QuerySerializer):
    """Whose subscription."""

    company = serializers.SlugField(max_length=80, help_text=_("A company's slug; without it, mine."))


class PlanViewSet(ListMixin, ApiViewSet):
    """The plans on offer; public."""

    permission_classes = [AllowAny]
    serializer_class = PlanSerializer
    query_serializer_class = PlanQuery
    ordering = ("audience", "rank", "pk")

    def get_queryset(self) -> QuerySet[Plan]:
        """Return what is offered, with limits and prices."""
        plans = Plan.objects.filter(is_offered=True).prefetch_related("limits", "prices")
        return plans.filter(audience__in=self.query["audience"]) if self.query.get("audience") else plans


class SubjectView(ApiView):
    """Base of what is shown of me, or of a company in which I have the right."""

    query_serializer_class = SubjectQuery
    errors = [NotFound]
    right: Right

    def subject(self) -> User | Company:
        """Return me, or the company named; raises NotFound unless I am a member, Forbidden without the right."""
        slug = self.query.get("company")
        if slug is None:
            return self.actor
        company = Company.objects.filter(slug=slug).first()
        if company is None:
            raise NotFound
        require(self.actor, company.pk, self.right)
        return company


class SubscriptionView(SubjectView):
    """The plan that applies."""

    serializer_class = SubscriptionSerializer
    right = Right.MANAGE_COMPANY

    def get(self, request: Request) -> Response:
        """Show my plan, or a company's where I manage it."""
        return self.answer(shown(self.subject()))


class UsageView(SubjectView):
    """What is used of it."""

    serializer_class = UsageListSerializer
    right = Right.POST_JOBS

    def get(self, request: Request) -> Response:
        """Show limit, used, left and the reset of each of my quotas, or of a company's where I post jobs."""
        return self.answer({"quotas": usage(self.subject())})


def shown(subject: User | Company) -> dict[str, Any]:
    """Return the plan of a subject and the period for which it is paid; four queries."""
    now = timezone.now()
    subscription = Subscription.objects.of(subject).entitling(now).first()
    plan = plans_of(subject, now).prefetch_related("limits", "prices").first()
    names = ("status", "current_period_start_at", "current_period_end_at")
    return {"plan": plan, **{name: getattr(subscription, name, None) for name in names}}
