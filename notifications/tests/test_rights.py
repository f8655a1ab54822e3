"""A company's news are read only while one may: at every door, at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from applications.hiring.models import JobMember
from applications.hiring.services import place_on_team, remove_from_team
from applications.hiring.vocabulary import JobRole
from applications.models import Application
from applications.tests.factories import make_application
from companies.blocks.models import Block
from companies.models import Company, Membership, Role
from companies.services import change_role, remove_member
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job
from messaging.tests.factories import make_conversation, say
from notifications.models import Notification
from notifications.push import unread_counts
from umemployed.events.relay import Relay
from umemployed.realtime.models import Frame, Stream

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/notifications/"
AsUser = Callable[[User], APIClient]


@pytest.fixture
def owner(acme: Company) -> User:
    return make_membership(company=acme, role=Role.OWNER).user


@pytest.fixture
def application(acme: Company, alice: User, bob: User, owner: User) -> Application:
    made = make_application(candidate=alice, job=make_job(company=acme, title="Nurse"))
    say(alice, make_conversation(candidate=alice, company=acme))
    Relay().drain()
    return made


def kinds_of(client: APIClient) -> set[str]:
    return {row["kind"] for row in client.get(URL).json()["results"]}


def frames_of(user: User) -> list[str]:
    frames = Frame.objects.filter(user=user, socket="notifications").order_by("seq")
    return list(frames.values_list("type", flat=True))


def test_a_removed_member_reads_none_of_the_companys_news_and_loses_the_socket(
    as_user: AsUser, acme: Company, bob: User, owner: User, application: Application
) -> None:
    client = as_user(bob)
    assert {"application_received", "message_received"} <= kinds_of(client)
    told = len(frames_of(bob))
    old = Notification.objects.filter(recipient=bob).earliest("pk")
    epoch = Stream.objects.get(user=bob, socket="notifications").epoch
    remove_member(actor=owner, membership_id=Membership.objects.get(user=bob).pk)
    assert client.get(URL).json()["results"] == []
    assert client.get(f"{URL}unread-count/").json() == {"unread_count": 0}
    assert client.post(f"{URL}{old.public_id}/read/").status_code == 404
    assert client.post(f"{URL}read-all/", {"up_to": str(old.public_id)}).status_code == 404
    Relay().drain()
    assert frames_of(bob)[:told] == ["redacted"] * told
    assert Stream.objects.get(user=bob, socket="notifications").epoch > epoch
    assert kinds_of(client) == {"team_left"}
    assert kinds_of(as_user(owner)) >= {"application_received"}


def test_a_lesser_role_takes_back_what_it_may_not_read_and_a_greater_one_gives_it_back(
    as_user: AsUser, bob: User, owner: User, application: Application
) -> None:
    client, member = as_user(bob), Membership.objects.get(user=bob)
    before = kinds_of(client)
    change_role(actor=owner, membership_id=member.pk, role=Role.INTERVIEWER)
    assert kinds_of(client) == set()
    Relay().drain()
    assert kinds_of(client) == {"team_role_changed"}
    assert "application_received" not in str(Frame.objects.filter(user=bob).values_list("data", flat=True))
    change_role(actor=owner, membership_id=member.pk, role=Role.RECRUITER)
    assert kinds_of(client) >= before


def test_a_place_on_a_jobs_team_shows_the_jobs_news_and_its_end_hides_them(
    as_user: AsUser, acme: Company, alice: User, owner: User
) -> None:
    ivy = make_membership(company=acme, role=Role.INTERVIEWER, user=make_user(email="ivy@acme.example"))
    job = make_job(company=acme)
    place_on_team(actor=owner, job_id=job.pk, membership=ivy, role=JobRole.REVIEWER)
    make_application(candidate=alice, job=job)
    Relay().drain()
    assert kinds_of(as_user(ivy.user)) == {"application_received", "job_team_joined"}
    assert unread_counts([ivy.user_id]) == {ivy.user_id: 2}
    remove_from_team(actor=owner, place_id=JobMember.objects.get(membership=ivy).pk)
    assert kinds_of(as_user(ivy.user)) == set()
    assert unread_counts([ivy.user_id]) == {ivy.user_id: 0}


def test_a_candidates_own_news_need_no_right(as_user: AsUser, alice: User, application: Application) -> None:
    assert not Notification.objects.filter(recipient=alice, company__isnull=False).exists()


def test_the_blocked_are_not_told_of_each_other(
    as_user: AsUser, acme: Company, alice: User, bob: User, owner: User
) -> None:
    Block.objects.create(blocker=bob, person=alice)
    make_application(candidate=alice, job=make_job(company=acme))
    Relay().drain()
    assert kinds_of(as_user(bob)) == set()
    assert "application_received" in kinds_of(as_user(owner))


def test_a_block_of_the_company_stops_news_both_ways(
    as_user: AsUser, acme: Company, alice: User, bob: User, owner: User, application: Application
) -> None:
    from applications.services import mark_seen, withdraw_application

    Block.objects.create(blocker=alice, company=acme)
    mark_seen(actor=bob, application_id=application.pk)
    withdraw_application(actor=alice, application_id=application.pk)
    Relay().drain()
    assert "application_seen" not in kinds_of(as_user(alice))
    assert "application_withdrawn" not in kinds_of(as_user(bob))


def test_an_approver_is_asked_and_the_author_hears_the_answer(
    as_user: AsUser, acme: Company, bob: User, owner: User
) -> None:
    from jobs.services import reject_job, submit_job

    Company.objects.filter(pk=acme.pk).update(approves_jobs=True)
    job = make_job(company=acme, status="draft", created_by=bob)
    submit_job(actor=bob, job_id=job.pk)
    Relay().drain()
    assert "posting_to_approve" in kinds_of(as_user(owner))
    assert kinds_of(as_user(bob)) == set()
    reject_job(actor=owner, job_id=job.pk, objections=["text"])
    Relay().drain()
    assert kinds_of(as_user(bob)) == {"posting_rejected"}
