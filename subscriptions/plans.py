"""The plans that a new house starts with. Afterwards they are data, and staff edit them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.apps import apps as current_apps
from django.apps.registry import Apps
from django.db import transaction

# audience, code, name, rank, limits (None is unlimited), monthly price in USD; a year costs ten months.
DEFAULTS: tuple[tuple[str, str, str, int, dict[str, int | None], Decimal | None], ...] = (
    ("seeker", "seeker-free", "Free", 0, {"applications_per_day": 5}, None),
    ("seeker", "seeker-standard", "Standard", 1, {"applications_per_day": 20}, Decimal("9.00")),
    ("seeker", "seeker-premium", "Premium", 2, {"applications_per_day": None}, Decimal("19.00")),
    ("company", "company-free", "Free", 0, {"live_jobs": 1}, None),
    ("company", "company-standard", "Standard", 1, {"live_jobs": 5}, Decimal("49.00")),
    ("company", "company-premium", "Premium", 2, {"live_jobs": 20}, Decimal("149.00")),
)


def install_default_plans(apps: Apps = current_apps, using: str = "default", **_ignored: Any) -> None:
    """Create the default plans where there is no plan at all; what staff have edited is never touched.

    Runs after ``migrate`` and ``flush``. ``apps`` is the state just migrated to; before our own tables
    exist in it there is nothing to do.
    """
    try:
        plan_model, limit_model, price_model = (
            apps.get_model("subscriptions", name) for name in ("Plan", "PlanLimit", "PlanPrice")
        )
    except LookupError:
        return
    with transaction.atomic(using=using):
        if plan_model.objects.using(using).exists():
            return
        for audience, code, name, rank, limits, monthly in DEFAULTS:
            plan = plan_model.objects.using(using).create(
                audience=audience, code=code, name=name, rank=rank, is_default=monthly is None
            )
            for key, amount in limits.items():
                limit_model.objects.using(using).create(plan=plan, key=key, amount=amount)
            prices = {"month": monthly, "year": monthly * 10} if monthly is not None else {}
            for interval, price in prices.items():
                price_model.objects.using(using).create(plan=plan, currency="USD", interval=interval, amount=price)
