from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company, Role
from companies.tests.factories import make_membership
from subscriptions.entitlements import consume
from subscriptions.models import LimitKey, Plan
from subscriptions.tests.factories import make_plan, make_subscription

SignIn = Callable[[User], APIClient]
PLANS = "/api/v1/plans/"
SUBSCRIPTION = "/api/v1/subscription/"
USAGE = "/api/v1/subscription/usage/"


@pytest.mark.django_db
def test_anybody_sees_the_plans_and_their_prices(api: APIClient) -> None:
    answer = api.get(PLANS)
    standard = next(plan for plan in answer.json()["results"] if plan["code"] == "seeker-standard")
    assert [plan["code"] for plan in answer.json()["results"]] == [
        "company-free",
        "company-standard",
        "company-premium",
        "seeker-free",
        "seeker-standard",
        "seeker-premium",
    ]
    assert standard["limits"] == [{"key": "applications_per_day", "amount": 20}]
    assert standard["prices"] == [
        {"interval": "month", "price": {"amount": "9.00", "currency": "USD"}},
        {"interval": "year", "price": {"amount": "90.00", "currency": "USD"}},
    ]
    assert api.get(PLANS, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


@pytest.mark.django_db
def test_plans_are_narrowed_by_audience_and_only_offered_ones_shown(api: APIClient) -> None:
    Plan.objects.filter(code="seeker-premium").update(is_offered=False)
    codes = [plan["code"] for plan in api.get(f"{PLANS}?audience=seeker").json()["results"]]
    assert codes == ["seeker-free", "seeker-standard"]
    assert api.get(f"{PLANS}?audience=robots").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 20])
def test_the_list_of_plans_costs_the_same_however_long(
    api: APIClient, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        make_plan()
    with django_assert_max_num_queries(3):
        api.get(f"{PLANS}?page_size=50")


def test_without_a_subscription_my_plan_is_the_free_one(alice: User, as_user: SignIn) -> None:
    body = as_user(alice).get(SUBSCRIPTION).json()
    assert (body["plan"]["code"], body["status"], body["current_period_end_at"]) == ("seeker-free", None, None)


def test_my_subscription_shows_its_plan_and_period(alice: User, as_user: SignIn) -> None:
    ends = datetime(2099, 1, 1, tzinfo=UTC)
    make_subscription(alice, plan=Plan.objects.get(code="seeker-premium"), current_period_end_at=ends)
    body = as_user(alice).get(SUBSCRIPTION).json()
    assert (body["plan"]["code"], body["status"]) == ("seeker-premium", "active")
    assert body["current_period_end_at"] == "2099-01-01T00:00:00Z"


def test_usage_tells_limit_used_left_and_reset(alice: User, as_user: SignIn) -> None:
    consume(subject=alice, key=LimitKey.APPLICATIONS_PER_DAY, amount=2)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z")
    assert as_user(alice).get(USAGE).json() == {
        "quotas": [{"key": "applications_per_day", "limit": 5, "used": 2, "left": 3, "resets_at": tomorrow}]
    }


def test_a_companys_usage_is_for_those_who_post_its_jobs(acme: Company, bob: User, as_user: SignIn) -> None:
    quotas = as_user(bob).get(f"{USAGE}?company=acme").json()["quotas"]
    assert [(quota["key"], quota["limit"], quota["resets_at"]) for quota in quotas] == [("live_jobs", 1, None)]
    recruiter = make_membership(company=acme, role=Role.RECRUITER).user
    interviewer = make_membership(company=acme, role=Role.INTERVIEWER).user
    assert as_user(recruiter).get(f"{USAGE}?company=acme").status_code == 200
    assert as_user(recruiter).get(f"{SUBSCRIPTION}?company=acme").status_code == 403
    assert as_user(interviewer).get(f"{USAGE}?company=acme").status_code == 403
    assert as_user(bob).get(f"{SUBSCRIPTION}?company=acme").json()["plan"]["code"] == "company-free"


@pytest.mark.parametrize("path", [SUBSCRIPTION, USAGE])
def test_another_company_might_as_well_not_exist(
    path: str, acme: Company, carol: User, dana: User, alice: User, as_user: SignIn
) -> None:
    for other in (carol, dana, alice):
        foreign = as_user(other).get(f"{path}?company=acme")
        missing = as_user(other).get(f"{path}?company=nowhere")
        assert (foreign.status_code, foreign.json()["detail"]) == (404, missing.json()["detail"])
        assert missing.status_code == 404


@pytest.mark.parametrize("path", [SUBSCRIPTION, USAGE])
def test_nobody_has_a_subscription_without_signing_in(path: str, api: APIClient, db: None) -> None:
    assert api.get(path).status_code == 401
    assert api.get(f"{path}?company=acme").status_code == 401
