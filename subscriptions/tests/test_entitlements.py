from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.utils import timezone

from accounts.models import User
from subscriptions import entitlements
from subscriptions.entitlements import PlanLimitReached, consume, judge, usage
from subscriptions.models import LimitKey, Plan, PlanLimit, Subscription, UsageCounter
from subscriptions.plans import install_default_plans
from subscriptions.tests.factories import make_plan, make_subscription

KEY = LimitKey.APPLICATIONS_PER_DAY
DEFAULTS = {
    ("seeker-free", KEY): 5,
    ("seeker-standard", KEY): 20,
    ("seeker-premium", KEY): None,
    ("company-free", "live_jobs"): 1,
    ("company-standard", "live_jobs"): 5,
    ("company-premium", "live_jobs"): 20,
}


@pytest.mark.django_db
def test_a_new_house_starts_with_the_default_plans() -> None:
    assert {(row.plan.code, row.key): row.amount for row in PlanLimit.objects.select_related("plan")} == DEFAULTS


@pytest.mark.django_db
def test_migrating_again_leaves_what_staff_edited() -> None:
    Plan.objects.exclude(code="seeker-free").delete()
    PlanLimit.objects.filter(plan__code="seeker-free").update(amount=7)
    install_default_plans(apps)
    assert list(PlanLimit.objects.values_list("plan__code", "amount")) == [("seeker-free", 7)]


@pytest.mark.django_db
def test_without_a_subscription_the_free_plan_applies(alice: User) -> None:
    for _ in range(5):
        consume(subject=alice, key=KEY)
    with pytest.raises(PlanLimitReached) as refused:
        consume(subject=alice, key=KEY)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")
    assert refused.value.status_code == 402
    assert refused.value.extra == {
        "key": "applications_per_day",
        "limit": 5,
        "used": 5,
        "left": 0,
        "resets_at": tomorrow,
    }


@pytest.mark.django_db
def test_an_amount_that_would_pass_the_limit_takes_nothing(alice: User) -> None:
    with pytest.raises(PlanLimitReached):
        consume(subject=alice, key=KEY, amount=6)
    assert not UsageCounter.objects.exists()
    assert consume(subject=alice, key=KEY, amount=5).left == 0


@pytest.mark.django_db
def test_a_subscription_replaces_the_free_plan_and_keeps_what_was_used(alice: User) -> None:
    consume(subject=alice, key=KEY, amount=5)
    make_subscription(alice, plan=Plan.objects.get(code="seeker-standard"))
    assert consume(subject=alice, key=KEY).left == 14


@pytest.mark.django_db
def test_premium_has_no_limit_and_still_counts(alice: User) -> None:
    make_subscription(alice, plan=Plan.objects.get(code="seeker-premium"))
    assert consume(subject=alice, key=KEY, amount=1000).left is None
    assert usage(alice)[0].used == 1000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("overrides", "entitles"),
    [
        ({}, True),
        ({"status": "past_due"}, True),
        ({"status": "ended"}, False),
        ({"current_period_end_at": timezone.now() - timedelta(minutes=1)}, False),
        ({"current_period_end_at": timezone.now() + timedelta(days=1)}, True),
        ({"current_period_start_at": timezone.now() + timedelta(hours=1)}, False),
    ],
)
def test_only_a_current_subscription_entitles(alice: User, overrides: dict[str, Any], entitles: bool) -> None:
    subscription = make_subscription(alice, plan=Plan.objects.get(code="seeker-standard"), **overrides)
    now = timezone.now()
    assert subscription.is_entitling(now) is entitles
    assert Subscription.objects.of(alice).entitling(now).exists() is entitles
    assert usage(alice)[0].limit == (20 if entitles else 5)


@pytest.mark.django_db
def test_what_the_plan_does_not_name_is_not_allowed(alice: User) -> None:
    make_subscription(alice, plan=make_plan(limits={LimitKey.LIVE_JOBS: 3}))
    with pytest.raises(PlanLimitReached):
        consume(subject=alice, key=KEY)


@pytest.mark.django_db
def test_each_day_begins_anew(alice: User) -> None:
    yesterday = entitlements.day_of(timezone.now()) - timedelta(days=1)
    UsageCounter.objects.create(user=alice, key=KEY, window_start_at=yesterday, used=5)
    assert consume(subject=alice, key=KEY).used == 1


@pytest.mark.django_db
def test_people_do_not_share_a_quota(alice: User, bob: User) -> None:
    consume(subject=alice, key=KEY, amount=5)
    assert consume(subject=bob, key=KEY).left == 4


@pytest.mark.django_db
def test_live_jobs_are_counted_by_the_caller_and_judged(acme: Any) -> None:
    assert judge(subject=acme, key=LimitKey.LIVE_JOBS, used=0).limit == 1
    with pytest.raises(PlanLimitReached) as refused:
        judge(subject=acme, key=LimitKey.LIVE_JOBS, used=1)
    assert refused.value.extra["resets_at"] is None
    make_subscription(acme, plan=Plan.objects.get(code="company-standard"))
    assert judge(subject=acme, key=LimitKey.LIVE_JOBS, used=4).left == 1


@pytest.mark.django_db
def test_after_a_downgrade_nothing_is_left_rather_than_less_than_nothing(acme: Any) -> None:
    with pytest.raises(PlanLimitReached) as refused:
        judge(subject=acme, key=LimitKey.LIVE_JOBS, used=4)
    assert refused.value.extra["left"] == 0


@pytest.mark.django_db
def test_only_people_and_companies_subscribe() -> None:
    with pytest.raises(TypeError):
        usage(Plan.objects.first())


@pytest.mark.django_db
def test_a_counted_quota_cannot_be_consumed(acme: Any) -> None:
    with pytest.raises(ValueError, match="cannot be consumed"):
        consume(subject=acme, key=LimitKey.LIVE_JOBS)


@pytest.mark.django_db
@pytest.mark.parametrize("both", [True, False])
def test_a_subscription_belongs_to_one_subject(alice: User, acme: Any, both: bool) -> None:
    subjects = {"user": alice, "company": acme} if both else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.create(plan=Plan.objects.first(), current_period_start_at=timezone.now(), **subjects)


@pytest.mark.django_db
def test_nobody_has_two_subscriptions_at_once(alice: User) -> None:
    make_subscription(alice, status="ended")
    make_subscription(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_subscription(alice)


@pytest.mark.django_db(transaction=True)
def test_a_roll_back_refunds(alice: User) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        consume(subject=alice, key=KEY, amount=3)
        raise ZeroDivisionError
    with transaction.atomic():
        assert consume(subject=alice, key=KEY).used == 1


@pytest.mark.django_db(transaction=True)
def test_consuming_outside_a_transaction_is_a_mistake_of_the_program(alice: User) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        consume(subject=alice, key=KEY)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_fifty_parallel_requests_at_a_cap_of_three_exactly_three_pass(alice: User) -> None:
    make_subscription(alice, plan=make_plan(limits={KEY: 3}))
    start, outcomes = threading.Barrier(50), []

    def request() -> None:
        try:
            with transaction.atomic():
                connection.ensure_connection()
                start.wait(timeout=30)
                consume(subject=alice, key=KEY)
            outcomes.append("passed")
        except PlanLimitReached:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=request) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["passed"] * 3 + ["refused"] * 47
    assert UsageCounter.objects.get().used == 3


@pytest.mark.django_db(transaction=True)
def test_the_default_plans_survive_a_flush() -> None:
    call_command("flush", interactive=False, verbosity=0)
    close_old_connections()
    assert Plan.objects.filter(is_default=True).count() == 2
