"""A company demands two-step sign-in of its owners and admins."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_client, make_user
from companies.models import Company, Role
from companies.rights import MfaDemanded, Right, companies_where, members_with, require
from companies.services import edit_company
from companies.tests.factories import make_membership


def turn_on(user: User) -> None:
    User.objects.filter(pk=user.pk).update(mfa_enabled_at=timezone.now())
    user.refresh_from_db()


def demand(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(demands_mfa=True)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_without_it_they_hold_no_right_until_they_turn_it_on(acme: Company, role: Role) -> None:
    user = make_membership(company=acme, role=role).user
    demand(acme)
    with pytest.raises(MfaDemanded):
        require(user, acme.pk, Right.POST_JOBS)
    assert not companies_where(user, Right.POST_JOBS).exists()
    assert user.pk not in members_with(acme.pk, Right.VIEW_APPLICATIONS)
    turn_on(user)
    assert require(user, acme.pk, Right.POST_JOBS).user_id == user.pk
    assert list(companies_where(user, Right.POST_JOBS)) == [acme.pk]
    assert user.pk in members_with(acme.pk, Right.VIEW_APPLICATIONS)


def test_the_others_are_not_asked(acme: Company) -> None:
    user = make_membership(company=acme, role=Role.RECRUITER).user
    demand(acme)
    assert require(user, acme.pk, Right.POST_JOBS)
    assert list(companies_where(user, Right.POST_JOBS)) == [acme.pk]


def test_who_demands_it_has_it(acme: Company, bob: User) -> None:
    with pytest.raises(MfaDemanded):
        edit_company(actor=bob, company_id=acme.pk, expected_version=acme.version, demands_mfa=True)
    turn_on(bob)
    edited = edit_company(actor=bob, company_id=acme.pk, expected_version=acme.version, demands_mfa=True)
    assert edited.demands_mfa


def test_the_demand_is_set_at_the_rest_door_and_shown_to_members_only(acme: Company, bob: User) -> None:
    turn_on(bob)
    client, url = make_client(bob), f"/api/v1/companies/{acme.slug}/"
    etag = client.get(url).headers["ETag"]
    answer = client.patch(url, {"demands_mfa": True}, HTTP_IF_MATCH=etag)
    assert (answer.status_code, answer.json()["demands_mfa"]) == (200, True)
    assert make_client(make_user()).get(url).json()["demands_mfa"] is None
    User.objects.filter(pk=bob.pk).update(mfa_enabled_at=None)
    answer = client.patch(url, {"name": "Other"}, HTTP_IF_MATCH=client.get(url).headers["ETag"])
    assert (answer.status_code, answer.json()["code"]) == (403, "mfa_demanded")


def test_who_is_shut_out_does_not_read_the_team_either(acme: Company, bob: User) -> None:
    url = f"/api/v1/companies/{acme.slug}/members/"
    mine = make_client(bob).get(url).json()["results"][0]["id"]
    Company.objects.filter(pk=acme.pk).update(demands_mfa=True)
    for path in (url, f"{url}{mine}/"):
        answer = make_client(bob).get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "mfa_demanded")
    turn_on(bob)
    assert make_client(bob).get(url).status_code == 200
    assert make_client(make_user()).get(url).status_code == 404
