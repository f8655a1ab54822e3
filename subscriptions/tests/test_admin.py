from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import make_user
from subscriptions.models import Plan, PlanLimit, UsageCounter
from subscriptions.tests.factories import make_plan, make_subscription


@pytest.fixture
def staff(client: Client, dana: User) -> Client:
    client.force_login(dana)
    return client


@pytest.mark.parametrize("count", [2, 20])
def test_lists_cost_the_same_however_long(staff: Client, count: int, django_assert_max_num_queries: Any) -> None:
    for _ in range(count):
        subscription = make_subscription(make_user(), plan=make_plan())
        UsageCounter.objects.create(
            user=subscription.user,
            key="applications_per_day",
            window_start_at=subscription.current_period_start_at,
            used=1,
        )
    for name in ("plan", "subscription", "usagecounter"):
        with django_assert_max_num_queries(10):
            assert staff.get(reverse(f"admin:subscriptions_{name}_changelist")).status_code == 200


def test_staff_edit_what_a_plan_allows(staff: Client) -> None:
    plan = Plan.objects.get(code="seeker-free")
    limit = plan.limits.get()
    form = {
        "code": plan.code,
        "audience": plan.audience,
        "name": plan.name,
        "rank": "0",
        "is_default": "on",
        "is_offered": "on",
        "limits-TOTAL_FORMS": "1",
        "limits-INITIAL_FORMS": "1",
        "limits-0-id": str(limit.pk),
        "limits-0-plan": str(plan.pk),
        "limits-0-key": limit.key,
        "limits-0-amount": "7",
        "prices-TOTAL_FORMS": "0",
        "prices-INITIAL_FORMS": "0",
    }
    assert staff.post(reverse("admin:subscriptions_plan_change", args=[plan.pk]), form).status_code == 302
    assert PlanLimit.objects.get(pk=limit.pk).amount == 7


def test_the_default_plan_cannot_be_deleted(staff: Client) -> None:
    plan = Plan.objects.get(code="seeker-free")
    assert staff.post(reverse("admin:subscriptions_plan_delete", args=[plan.pk]), {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [plan.pk], "post": "yes"}
    staff.post(reverse("admin:subscriptions_plan_changelist"), bulk)
    assert Plan.objects.filter(pk=plan.pk).exists()
