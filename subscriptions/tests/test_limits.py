"""The limits by which writes are judged are those of the plan that is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from companies.models import Company
from subscriptions.entitlements import limits_of, plans_of
from subscriptions.models import LimitKey, Status
from subscriptions.tests.factories import make_plan, make_subscription

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize(("begins", "ends"), [(-DAY, None), (-DAY, DAY), (-DAY, -DAY / 2), (DAY, 2 * DAY)])
@pytest.mark.parametrize("kind", ["user", "company"])
def test_the_statement_and_the_query_find_the_same_plan(
    kind: str, begins: timedelta, ends: timedelta | None, status: str, alice: User, acme: Company
) -> None:
    subject, now = {"user": alice, "company": acme}[kind], timezone.now()
    plan = make_plan(
        audience={"user": "seeker", "company": "company"}[kind],
        limits={LimitKey.APPLICATIONS_PER_DAY: 77, LimitKey.LIVE_JOBS: None},
    )
    make_subscription(
        subject,
        plan=plan,
        status=status,
        current_period_start_at=now + begins,
        current_period_end_at=None if ends is None else now + ends,
    )
    shown = plans_of(subject, now)[0]
    assert limits_of(subject, now) == dict(shown.limits.values_list("key", "amount"))
    assert (limits_of(subject, now).get(LimitKey.APPLICATIONS_PER_DAY) == 77) is (shown == plan)
