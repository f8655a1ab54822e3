from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from companies.models import Company, Invitation, Membership, Role
from companies.tests.factories import make_company, make_invitation, make_membership, secret_from

As = Callable[[User], APIClient]
COMPANIES = "/api/v1/companies/"


def test_anybody_reads_a_company(api: APIClient, acme: Company) -> None:
    page = api.get(f"{COMPANIES}acme/").json()
    assert (page["name"], page["my_role"], page["id"]) == ("Acme", None, str(acme.public_id))
    assert [row["slug"] for row in api.get(COMPANIES).json()["results"]] == ["acme"]
    assert api.get(f"{COMPANIES}nowhere/").status_code == 404


def test_a_founder_owns_what_they_founded_and_finds_it_among_theirs(as_user: As, alice: User, acme: Company) -> None:
    client = as_user(alice)
    made = client.post(
        COMPANIES, {"name": "Alice & Sons", "country": "CM", "website": "https://a.example", "size": "1-10"}
    )
    assert (made.status_code, made.json()["slug"], made.json()["my_role"]) == (201, "alice-sons", "owner")
    assert [row["slug"] for row in client.get(COMPANIES, {"mine": "true"}).json()["results"]] == ["alice-sons"]
    assert client.get("/api/v1/me/").json()["homes"] == ["recruiter"]


@pytest.mark.django_db
def test_an_unproved_address_founds_nothing(as_user: As) -> None:
    answer = as_user(make_user(email_verified_at=None)).post(COMPANIES, {"name": "Hasty"})
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": ""}, 400),
        ({"name": "x" * 121}, 400),
        ({"name": "A", "country": "cm"}, 400),
        ({"name": "A", "country": "CMR"}, 400),
        ({"name": "A", "size": "big"}, 400),
        ({"name": "A", "website": "javascript:alert(1)"}, 400),
        ({"name": "A", "website": "ftp://a.example/"}, 400),
        ({"name": "A", "slug": "no spaces"}, 400),
        ({"name": "A", "slug": "acme"}, 409),
        ({"name": "A", "slug": "ACME"}, 409),
    ],
)
def test_a_company_is_judged_by_its_fields(as_user: As, alice: User, acme: Company, body: dict, status: int) -> None:
    assert as_user(alice).post(COMPANIES, body).status_code == status
    assert Company.objects.count() == 1


def test_an_edit_needs_the_version_that_was_seen(as_user: As, bob: User, acme: Company) -> None:
    client = as_user(bob)
    tag = client.get(f"{COMPANIES}acme/")["ETag"]
    assert client.patch(f"{COMPANIES}acme/", {"about": "New"}).status_code == 428
    done = client.patch(f"{COMPANIES}acme/", {"about": "New"}, HTTP_IF_MATCH=tag)
    assert (done.status_code, done.json()["about"], done.json()["version"]) == (200, "New", 2)
    assert client.patch(f"{COMPANIES}acme/", {"about": "Newer"}, HTTP_IF_MATCH=tag).status_code == 412
    assert client.delete(f"{COMPANIES}acme/", HTTP_IF_MATCH=tag).status_code == 412
    assert client.delete(f"{COMPANIES}acme/", HTTP_IF_MATCH=done["ETag"]).status_code == 204
    assert not Company.objects.exists()


def test_nobody_edits_what_is_not_in_the_list(as_user: As, bob: User, acme: Company) -> None:
    client = as_user(bob)
    tag = client.get(f"{COMPANIES}acme/")["ETag"]
    wish = {"slug": "other", "verified_at": "2026-01-01T00:00:00Z", "version": 99, "id": "x", "created_at": None}
    refused = client.patch(f"{COMPANIES}acme/", wish | {"about": "We plant trees."}, HTTP_IF_MATCH=tag)
    assert {item["attr"] for item in refused.json()["errors"]} == set(wish)
    read = client.get(f"{COMPANIES}acme/").json()
    page = client.patch(f"{COMPANIES}acme/", read | {"about": "We plant trees."}, HTTP_IF_MATCH=tag).json()
    assert page == read | {"about": "We plant trees.", "version": 2}


def test_carol_is_refused_everywhere_and_nothing_changed(as_user: As, carol: User, acme: Company) -> None:
    client = as_user(carol)
    mine, invitation = acme.memberships.get(), make_invitation(company=acme)
    before = (list(Company.objects.values()), list(Membership.objects.values()), list(Invitation.objects.values()))
    base = f"{COMPANIES}acme/"
    tag = client.get(base)["ETag"]
    answers = [
        client.patch(base, {"name": "Carol's"}, HTTP_IF_MATCH=tag),
        client.delete(base, HTTP_IF_MATCH=tag),
        client.get(f"{base}members/"),
        client.get(f"{base}members/{mine.public_id}/"),
        client.patch(f"{base}members/{mine.public_id}/", {"role": "recruiter"}),
        client.delete(f"{base}members/{mine.public_id}/"),
        client.get(f"{base}invitations/"),
        client.post(f"{base}invitations/", {"email": "x@example.com", "role": "admin"}),
        client.delete(f"{base}invitations/{invitation.public_id}/"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 9
    assert client.post(f"{base}ownership/", {"member_id": str(mine.public_id)}).status_code == 400
    nowhere = client.get(f"{COMPANIES}nowhere/members/").json()
    here = client.get(f"{base}members/").json()
    assert {**nowhere, "request_id": ""} == {**here, "request_id": ""}
    assert before == (
        list(Company.objects.values()),
        list(Membership.objects.values()),
        list(Invitation.objects.values()),
    )


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.HIRING_MANAGER, Role.INTERVIEWER])
def test_members_without_the_right_see_the_team_and_change_nothing(as_user: As, acme: Company, role: Role) -> None:
    client = as_user(make_membership(company=acme, role=role).user)
    owner = acme.memberships.get(role=Role.OWNER)
    base = f"{COMPANIES}acme/"
    assert len(client.get(f"{base}members/").json()["results"]) == 2
    answers = [
        client.patch(base, {"name": "Ours"}, HTTP_IF_MATCH=client.get(base)["ETag"]),
        client.patch(f"{base}members/{owner.public_id}/", {"role": "recruiter"}),
        client.delete(f"{base}members/{owner.public_id}/"),
        client.get(f"{base}invitations/"),
        client.post(f"{base}invitations/", {"email": "x@example.com", "role": "admin"}),
        client.post(f"{base}ownership/", {"member_id": str(owner.public_id)}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 6


def test_an_invitation_leads_into_the_team(as_user: As, bob: User, acme: Company) -> None:
    client, erin = as_user(bob), make_user(email="erin@example.com")
    sent = client.post(f"{COMPANIES}acme/invitations/", {"email": "Erin@example.com", "role": "hiring_manager"})
    assert (sent.status_code, sent.json()["email"], sent.json()["invited_by"]) == (201, erin.email, "Bob Fotso")
    assert "digest" not in sent.json()
    joined = as_user(erin).post(f"/api/v1/invitations/{secret_from(Invitation.objects.get())}/accept/")
    assert (joined.status_code, joined.json()["company"], joined.json()["role"]) == (200, "acme", "hiring_manager")
    assert client.get(f"{COMPANIES}acme/invitations/").json()["results"] == []
    assert [row["name"] for row in client.get(f"{COMPANIES}acme/members/").json()["results"]] == [
        "Bob Fotso",
        erin.full_name,
    ]


def test_an_invitation_serves_its_own_address_only(as_user: As, carol: User, acme: Company) -> None:
    path = f"/api/v1/invitations/{secret_from(make_invitation(company=acme, email='erin@example.com'))}/accept/"
    refused = as_user(carol).post(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "invitation_for_another")
    unproved = as_user(make_user(email="erin@example.com", email_verified_at=None)).post(path)
    assert unproved.json()["code"] == "email_unverified"
    assert not acme.memberships.exclude(role=Role.OWNER).exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, 410),
        ({"revoked_at": timezone.now()}, 410),
        ({"accepted_at": timezone.now()}, 410),
    ],
)
def test_an_invitation_that_is_over_is_gone(as_user: As, alice: User, acme: Company, fields: dict, status: int) -> None:
    invitation = make_invitation(company=acme, email=alice.email, **fields)
    assert as_user(alice).post(f"/api/v1/invitations/{secret_from(invitation)}/accept/").status_code == status
    assert as_user(alice).post("/api/v1/invitations/unknown/accept/").status_code == 404


def test_a_withdrawn_invitation_leaves_the_list(as_user: As, bob: User, acme: Company) -> None:
    client, invitation = as_user(bob), make_invitation(company=acme)
    path = f"{COMPANIES}acme/invitations/{invitation.public_id}/"
    assert [client.delete(path).status_code for _ in range(2)] == [204, 404]


def test_the_last_owner_is_told_why_they_cannot_leave(as_user: As, bob: User, acme: Company) -> None:
    client, mine = as_user(bob), acme.memberships.get()
    path = f"{COMPANIES}acme/members/{mine.public_id}/"
    for answer in (client.delete(path), client.patch(path, {"role": "admin"})):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")


def test_ownership_is_handed_over(as_user: As, bob: User, acme: Company) -> None:
    heir = make_membership(company=acme)
    client = as_user(bob)
    done = client.post(f"{COMPANIES}acme/ownership/", {"member_id": str(heir.public_id)})
    assert (done.status_code, done.json()["role"]) == (200, "owner")
    assert client.get(f"{COMPANIES}acme/").json()["my_role"] == "admin"


def test_removal_is_immediate(as_user: As, bob: User, acme: Company) -> None:
    member = make_membership(company=acme)
    theirs, path = as_user(member.user), f"{COMPANIES}acme/members/"
    assert theirs.get(path).status_code == 200
    assert as_user(bob).delete(f"{path}{member.public_id}/").status_code == 204
    assert theirs.get(path).status_code == 404
    assert theirs.get("/api/v1/me/").json()["homes"] == []


@pytest.mark.parametrize("path", ["", "acme/members/", "acme/invitations/"])
def test_lists_cost_the_same_for_two_as_for_twenty(as_user: As, bob: User, acme: Company, path: str) -> None:

    client, costs = as_user(bob), []
    for count in (2, 18):
        for _ in range(count):
            make_company()
            make_membership(company=acme)
            make_invitation(company=acme, invited_by=make_user())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(COMPANIES + path).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 5
