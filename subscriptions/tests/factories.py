from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.tests.factories import make_user
from subscriptions.models import LimitKey, Plan, PlanLimit, Subscription, UsageCounter
from subscriptions.querysets import subject_field


def make_plan(*, limits: dict[str, int | None] | None = None, **overrides: Any) -> Plan:
    number = Plan.objects.count()
    plan = Plan.objects.create(
        **{"code": f"plan-{number}", "audience": "seeker", "name": f"Plan {number}", "rank": 10} | overrides
    )
    for key, amount in (limits or {LimitKey.APPLICATIONS_PER_DAY: 3}).items():
        PlanLimit.objects.create(plan=plan, key=key, amount=amount)
    return plan


def make_subscription(subject: models.Model | None = None, **overrides: Any) -> Subscription:
    subject = subject or make_user()
    values = {"current_period_start_at": timezone.now() - timedelta(days=1), subject_field(subject): subject}
    if "plan" not in overrides:
        values["plan"] = make_plan()
    return Subscription.objects.create(**values | overrides)


def make_usage_counter(**overrides: Any) -> UsageCounter:
    values = {"key": LimitKey.APPLICATIONS_PER_DAY, "window_start_at": timezone.now(), "used": 1, **overrides}
    return UsageCounter.objects.create(**{"user": make_user()} | values)
