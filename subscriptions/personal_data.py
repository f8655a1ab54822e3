"""What subscriptions hold about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from subscriptions.models import ENTITLING, Plan, PlanLimit, PlanPrice, Subscription, UsageCounter
from umemployed.privacy.registry import Basis, Delete, Keep, Kept, declare, nothing, register_hold

register_hold(lambda person: Subscription.objects.filter(user=person, status__in=ENTITLING).exists())
nothing(Plan, PlanLimit, PlanPrice, because=_("What we offer, to everybody."))
declare(
    UsageCounter,
    of="user",
    holds=_("how much of your plan you used"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    Subscription,
    of="user",
    holds=_("which plan you had, and when"),
    basis=Basis.LAW,
    kept=Kept.ACCOUNTING,
    forget=Keep(_("Books must be kept; the row names a plan, its times and a number, not you.")),
    also=("plan__name",),
)
