from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import make_session
from applications.board.handlers import cut_a_former_member, cut_who_left_the_team
from applications.board.models import MOST_WATCHED, BoardWatch
from applications.board.services import watch_board
from applications.hiring.events import JobMemberRemoved
from applications.hiring.tests.factories import make_job_member
from applications.models import Application, JobMember
from applications.pipeline.services import add_stage
from applications.services import mark_seen, move_application, reject_application, withdraw_application
from applications.tests.factories import make_application, seen_fresh
from applications.tests.races import in_parallel
from companies.events import MemberRemoved
from companies.models import Company, Membership, Role
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job
from umemployed.api.preconditions import StaleVersion
from umemployed.events.relay import Relay
from umemployed.realtime.tests.servers import Client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme)


def enter(user: User, port: int) -> Client:
    return Client.of(make_session(user=user), port, "board")


def watch(user: User, port: int, job: Job) -> Client:
    client = enter(user, port)
    assert client.do("board.watch", job=str(job.public_id))["ok"]
    return client


def relay() -> None:
    Relay().drain(seconds=30)


def changes(client: Client, count: int) -> list[tuple[str, int]]:
    frames = [client.next("card.changed")["data"] for _ in range(count)]
    return [(frame["change"], frame["version"]) for frame in frames]


def test_two_who_watch_get_each_change_once_and_in_order(
    webs: tuple[int, int], job: Job, acme: Company, bob: User, alice: User
) -> None:
    relay()
    his, hers = watch(bob, webs[0], job), watch(make_membership(company=acme).user, webs[1], job)
    application = make_application(job=job, candidate=alice)
    mark_seen(actor=bob, application_id=application.pk)
    stage = job.stages.all()[1]
    move_application(actor=bob, application_id=application.pk, stage_id=stage.public_id, version=1)
    withdraw_application(actor=alice, application_id=application.pk)
    began = time.monotonic()
    relay()
    expected = [("submitted", 1), ("seen", 1), ("moved", 2), ("withdrawn", 3)]
    for client in (his, hers):
        assert changes(client, 4) == expected
        assert client.is_silent()
    assert time.monotonic() - began < 20  # a loaded machine; bench tells the true latency
    assert "Alice" not in str(his._seen) + str(hers._seen)


def test_who_was_away_gets_what_was_missed_by_resume(web: int, job: Job, bob: User) -> None:
    client = watch(bob, web, job)
    application = make_application(job=job)
    relay()
    last = client.next("card.changed")["seq"]
    client.close()
    for at, stage in enumerate(job.stages.all()[1:], 1):
        move_application(actor=bob, application_id=application.pk, stage_id=stage.public_id, version=at)
    relay()
    back = enter(bob, web)
    assert back.do("resume", after=last)["data"]["replayed"] == 3
    assert changes(back, 3) == [("moved", 2), ("moved", 3), ("moved", 4)]
    assert back.is_silent()


def test_two_who_drag_the_same_card_converge(webs: tuple[int, int], job: Job, acme: Company, bob: User) -> None:
    other = make_membership(company=acme).user
    application = make_application(job=job)
    relay()
    screens = [watch(bob, webs[0], job), watch(other, webs[1], job)]
    stages = list(job.stages.all())[1:3]

    def drag(actor: User, at: int) -> Any:
        return move_application(actor=actor, application_id=application.pk, stage_id=stages[at].public_id, version=1)

    results = in_parallel(lambda: drag(bob, 0), lambda: drag(other, 1))
    assert sorted(type(result).__name__ for result in results) == ["Application", "StaleVersion"]
    refused = next(result for result in results if isinstance(result, StaleVersion))
    relay()
    now = seen_fresh(application)
    assert refused.extra["state"]["stage"]["id"] == str(now.stage.public_id)
    for screen in screens:
        frame = screen.next("card.changed")["data"]
        assert (frame["to_stage"], frame["version"]) == (str(now.stage.public_id), 2)
        assert screen.is_silent()


def test_columns_that_change_are_told(web: int, job: Job, bob: User) -> None:
    client = watch(bob, web, job)
    add_stage(actor=bob, job_id=job.pk, name="Trial")
    relay()
    assert client.next("columns.changed")["data"] == {"job": str(job.public_id)}


def test_carol_and_the_candidate_watch_nothing(
    web: int, job: Job, carol: User, alice: User, globex: Company, bob: User
) -> None:
    application = make_application(job=job, candidate=alice)
    for actor in (carol, alice):
        client = enter(actor, web)
        for ident in (job.public_id, uuid.uuid4()):
            assert client.do("board.watch", job=str(ident))["problem"]["code"] == "not_found"
        BoardWatch.objects.create(user=actor, job=job)  # as if it had slipped in
        reject_or_move(application, bob)
        relay()
        assert client.is_silent()


def reject_or_move(application: Application, actor: User) -> None:
    fresh = seen_fresh(application)
    stage = application.job.stages.exclude(pk=fresh.stage_id).first()
    move_application(actor=actor, application_id=fresh.pk, stage_id=stage.public_id, version=fresh.version)


def test_losing_the_right_cuts_at_once(web: int, job: Job, acme: Company, bob: User) -> None:
    leaver = make_membership(company=acme)
    client = watch(leaver.user, web, job)
    Membership.objects.filter(pk=leaver.pk).delete()
    application = make_application(job=job)
    relay()
    began = time.monotonic()
    cut_a_former_member(MemberRemoved(acme.pk, leaver.user_id), None)  # type: ignore[arg-type]
    assert client.close_code() == 4403
    assert time.monotonic() - began < 5
    assert str(application.public_id) not in str(client._seen)
    assert not BoardWatch.objects.exists()


def test_leaving_a_team_cuts_unless_the_role_still_lets(web: int, job: Job, acme: Company) -> None:
    for role, cut in ((Role.INTERVIEWER, True), (Role.RECRUITER, False)):
        member = make_membership(company=acme, role=role)
        make_job_member(membership=member, job=job)
        client = watch(member.user, web, job)
        JobMember.objects.all().delete()
        cut_who_left_the_team(JobMemberRemoved(job.pk, member.user_id), None)  # type: ignore[arg-type]
        if cut:
            assert client.close_code() == 4403
        else:
            assert client.do("board.watch", job=str(job.public_id))["ok"]
        assert BoardWatch.objects.filter(user=member.user).exists() is not cut


def test_watching_again_is_the_same_and_the_oldest_give_way(acme: Company, bob: User, job: Job) -> None:
    for _ in range(2):
        watch_board(actor=bob, job=job.public_id)
    assert BoardWatch.objects.count() == 1
    for _ in range(MOST_WATCHED):
        watch_board(actor=bob, job=make_job(company=acme).public_id)
    assert BoardWatch.objects.count() == MOST_WATCHED
    assert not BoardWatch.objects.filter(job=job).exists()


def test_a_decision_is_told_with_its_status(web: int, job: Job, bob: User) -> None:
    application = make_application(job=job)
    relay()
    client = watch(bob, web, job)
    reject_application(actor=bob, application_id=application.pk, version=1, reason="pay", delay_minutes=30)
    relay()
    frame = client.next("card.changed")["data"]
    assert (frame["change"], frame["status"], frame["by"]["name"]) == ("rejected", "rejected", "Bob Fotso")
