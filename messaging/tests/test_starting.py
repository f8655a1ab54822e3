"""Who may write to whom first, and who is no longer reached."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import make_user
from accounts.tests.racing import race
from applications.tests.factories import make_application
from companies.models import Block, Company
from companies.tests.factories import make_block, make_membership
from jobs.tests.factories import make_job
from messaging import services
from messaging.models import Conversation, Message
from messaging.tests.factories import make_conversation, make_team_conversation, say
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord
from umemployed.realtime.models import Frame

URL = "/api/v1/conversations/"


def told(user: User) -> list[str]:
    return list(Frame.objects.filter(user=user, socket="chat").order_by("seq").values_list("type", flat=True))


# --- Who may begin -------------------------------------------------------------------------------
def test_a_stranger_writes_only_to_a_company_that_takes_messages(as_user: Any, alice: User, acme: Company) -> None:
    refused = as_user(alice).post(URL, {"company": "acme"})
    assert (refused.status_code, refused.json()["code"]) == (403, "messages_not_taken")
    Company.objects.update(accepts_messages=True)
    started = as_user(alice).post(URL, {"company": "acme"})
    assert (started.status_code, started.json()["application"], started.json()["job_title"]) == (201, None, None)
    assert as_user(alice).post(URL, {"company": "acme"}).json()["id"] == started.json()["id"]


def test_who_applied_may_write_to_the_team(alice: User, acme: Company) -> None:
    make_application(candidate=alice, job=make_job(company=acme))
    conversation = services.start_conversation(actor=alice, company_slug="acme")
    assert conversation.application is None


def test_a_recruiter_writes_to_applicants_and_to_nobody_else(
    as_user: Any, alice: User, bob: User, carol: User, acme: Company, globex: Company
) -> None:
    make_application(candidate=alice, job=make_job(company=acme))
    stranger = make_user()
    ask = {"company": "acme", "candidate": str(alice.public_id)}
    assert as_user(bob).post(URL, ask).status_code == 201
    for actor, company, person in (
        (bob, "acme", stranger.public_id),
        (bob, "acme", uuid.uuid4()),
        (carol, "globex", alice.public_id),
        (carol, "acme", alice.public_id),
    ):
        answer = as_user(actor).post(URL, {"company": company, "candidate": str(person)})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Conversation.objects.count() == 1


def test_a_member_does_not_write_to_the_own_team_from_outside(as_user: Any, bob: User, acme: Company) -> None:
    Company.objects.update(accepts_messages=True)
    assert as_user(bob).post(URL, {"company": "acme"}).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"candidate": str(uuid.uuid4())},
        {"application": str(uuid.uuid4()), "company": "acme"},
        {"application": str(uuid.uuid4()), "candidate": str(uuid.uuid4())},
        {"company": "not a slug"},
    ],
)
def test_a_senseless_start_is_refused(as_user: Any, bob: User, acme: Company, wrong: dict[str, str]) -> None:
    assert as_user(bob).post(URL, wrong).status_code == 400


def test_the_conversations_on_an_application_and_with_the_team_are_two(alice: User, acme: Company, talk: Any) -> None:
    team = services.start_conversation(actor=alice, company_slug="acme")
    assert (team == talk, team.company) == (False, talk.company)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_however_many_start_at_once_there_is_one(alice: User, bob: User, acme: Company) -> None:
    make_application(candidate=alice, job=make_job(company=acme))
    found = race(
        *[lambda: services.start_conversation(actor=alice, company_slug="acme")] * 10,
        *[lambda: services.start_conversation(actor=bob, company_slug="acme", candidate_id=alice.public_id)] * 10,
    )
    assert {conversation.pk for conversation in found} == {Conversation.objects.get().pk}
    assert AuditEntry.objects.filter(action="conversation:started").count() == 1


# --- Who is not reached --------------------------------------------------------------------------
def refusal(as_user: Any, actor: User, talk: Conversation) -> dict[str, Any]:
    """Try to write, and return the problem without what names the request."""
    letter = {"client_msg_id": str(uuid.uuid4()), "body": "Hello?"}
    answer = as_user(actor).post(f"{URL}{talk.public_id}/messages/", letter)
    return {**answer.json(), "status": answer.status_code, "request_id": ""}


def test_a_block_refuses_both_sides_alike_and_like_any_other_unreachability(
    as_user: Any, alice: User, bob: User, acme: Company, talk: Conversation
) -> None:
    block = make_block(blocker=alice, company=acme)
    by_block = refusal(as_user, bob, talk)
    assert (by_block["status"], by_block["code"]) == (403, "not_reachable")
    assert refusal(as_user, alice, talk) == by_block
    block.delete()
    services.leave_conversation(actor=alice, conversation_id=talk.public_id)
    assert refusal(as_user, bob, talk) == by_block
    services.unarchive_conversation(actor=alice, conversation_id=talk.public_id)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert refusal(as_user, bob, talk) == by_block
    assert not Message.objects.exists()


def test_a_block_of_one_recruiter_stops_that_one(alice: User, bob: User, acme: Company, talk: Conversation) -> None:
    colleague = make_membership(company=acme).user
    make_block(blocker=alice, person=bob)
    with pytest.raises(services.NotReachable):
        say(bob, talk)
    assert say(colleague, talk).seq == 1
    assert say(alice, talk).seq == 2


def test_a_recruiter_who_blocked_a_candidate_does_not_write_either(alice: User, bob: User, talk: Conversation) -> None:
    make_block(blocker=bob, person=alice)
    with pytest.raises(services.NotReachable):
        say(bob, talk)


def test_a_block_stops_edits_reactions_receipts_and_typing(
    alice: User, bob: User, acme: Company, talk: Conversation
) -> None:
    message = say(bob, talk)
    make_block(blocker=alice, company=acme)
    before = (told(alice), told(bob))
    with pytest.raises(services.NotReachable):
        services.edit_message(actor=bob, message_id=message.public_id, body="listen")
    with pytest.raises(services.NotReachable):
        services.add_reaction(actor=bob, message_id=message.public_id, emoji="👀")
    services.mark_read(actor=alice, conversation_id=talk.public_id, seq=1)
    services.tell_typing(actor=bob, conversation_id=talk.public_id)
    assert (told(alice), told(bob)) == ([*before[0], "message.read"], before[1])


def test_one_blocks_whom_one_talks_with(as_user: Any, alice: User, bob: User, carol: User, talk: Conversation) -> None:
    assert as_user(alice).post("/api/v1/blocks/", {"person": str(bob.public_id)}).status_code == 201
    assert as_user(alice).post("/api/v1/blocks/", {"person": str(carol.public_id)}).status_code == 404
    assert Block.objects.get().person == bob


def test_when_nobody_of_the_team_is_left_the_candidate_is_told_so(alice: User, bob: User, talk: Conversation) -> None:
    services.leave_conversation(actor=bob, conversation_id=talk.public_id)
    with pytest.raises(services.NotReachable):
        say(alice, talk)
    say(bob, talk, "I am back")
    assert say(alice, talk).seq == 2
    assert told(bob)[-1] == "message.created"


def test_who_left_hears_nothing_and_may_still_read(
    as_user: Any, alice: User, bob: User, acme: Company, talk: Any
) -> None:
    colleague = make_membership(company=acme).user
    services.leave_conversation(actor=colleague, conversation_id=talk.public_id)
    say(alice, talk)
    assert told(colleague) == ["conversation.updated"]
    assert as_user(colleague).get(URL).json()["results"] == []
    (found,) = as_user(colleague).get(URL, {"archived": "true"}).json()["results"]
    assert (found["has_left"], found["unread_count"]) == (True, 1)
    assert services.unread_totals(colleague) == (0, 0)


def test_a_member_whom_the_company_shuts_out_hears_nothing(alice: User, bob: User, acme: Company, talk: Any) -> None:
    Company.objects.update(demands_mfa=True)
    make_membership(company=acme)
    say(alice, talk)
    assert told(bob) == []


# --- How much one may write ----------------------------------------------------------------------
def test_a_side_waits_for_an_answer_after_so_many_messages(
    as_user: Any, alice: User, bob: User, acme: Company, talk: Conversation, settings: Any
) -> None:
    settings.MESSAGES_UNANSWERED = 3
    colleague = make_membership(company=acme).user
    for writer in (bob, colleague, bob):
        say(writer, talk)
    problem = refusal(as_user, colleague, talk)
    assert (problem["status"], problem["code"], problem["limit"]) == (409, "too_many_unanswered", 3)
    say(alice, talk)
    assert say(bob, talk).seq == 5


def test_repeating_a_message_is_no_message_more(alice: User, talk: Conversation, settings: Any) -> None:
    settings.MESSAGES_UNANSWERED = 1
    ident = uuid.uuid4()
    assert say(alice, talk, "once", ident) == say(alice, talk, "once", ident)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_do_not_pass_the_cap(alice: User, talk: Conversation, settings: Any) -> None:
    settings.MESSAGES_UNANSWERED = 5
    outcomes = race(*[lambda n=n: say(alice, talk, str(n)) for n in range(30)])
    assert sum(isinstance(each, Message) for each in outcomes) == 5
    assert sum(isinstance(each, services.TooManyUnanswered) for each in outcomes) == 25
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]


def test_one_writes_to_so_many_people_an_hour_and_staff_learn_of_it_once(
    as_user: Any, bob: User, acme: Company, settings: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "message_people": {"limit": 2, "seconds": 3600}}
    first, second, third = (make_conversation(company=acme) for _ in range(3))
    for talk in (first, second, first, second):
        say(bob, talk)
    for _ in range(2):
        problem = refusal(as_user, bob, third)
        assert (problem["status"], problem["code"]) == (429, "message_budget_spent")
    assert say(bob, first).seq == 3
    assert EventRecord.objects.filter(topic="messaging.MessageBudgetReached").count() == 1
    assert AuditEntry.objects.filter(action="messages:budget_reached").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_conversations_at_once_do_not_pass_the_budget(bob: User, acme: Company, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "message_people": {"limit": 4, "seconds": 3600}}
    talks = [make_conversation(company=acme) for _ in range(16)]
    outcomes = race(*[lambda talk=talk: say(bob, talk) for talk in talks])
    assert sum(isinstance(each, Message) for each in outcomes) == 4
    assert sum(isinstance(each, services.MessageBudgetSpent) for each in outcomes) == 12
    assert EventRecord.objects.filter(topic="messaging.MessageBudgetReached").count() == 1


# --- Muting and putting away ---------------------------------------------------------------------
def test_muting_keeps_the_count_apart_and_tells_ones_devices(
    as_user: Any, alice: User, bob: User, acme: Company, talk: Conversation
) -> None:
    muted = as_user(alice).post(f"{URL}{talk.public_id}/mute/", {"until": "2999-01-01T00:00:00Z"}).json()
    assert (muted["is_muted"], muted["muted_until"]) == (True, "2999-01-01T00:00:00Z")
    message = say(bob, talk)
    assert services.unread_totals(alice) == (0, 1)
    assert services.audience_of(message) == set()
    state = as_user(alice).get("/api/v1/realtime/bootstrap/").json()["sockets"]["chat"]["state"]
    assert (state["unread_count"], state["muted_unread_count"]) == (0, 1)
    assert as_user(alice).delete(f"{URL}{talk.public_id}/mute/").json()["is_muted"] is False
    assert services.audience_of(message) == {alice.pk}
    assert told(alice) == ["conversation.updated", "message.created", "conversation.updated"]
    assert as_user(alice).post(f"{URL}{talk.public_id}/mute/", {}).json()["muted_until"] is None


def test_a_mute_that_is_over_mutes_nothing(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    past = as_user(alice).post(f"{URL}{talk.public_id}/mute/", {"until": "2020-01-01T00:00:00Z"})
    assert past.status_code == 400
    talk.participants.create(user=alice, muted=True, muted_until="2020-01-01T00:00:00Z")
    assert services.audience_of(say(bob, talk)) == {alice.pk}
    assert as_user(alice).get(f"{URL}{talk.public_id}/").json()["is_muted"] is False


def test_what_is_put_away_comes_back_with_the_next_message(
    as_user: Any, alice: User, bob: User, talk: Conversation
) -> None:
    say(bob, talk)
    client = as_user(alice)
    assert client.post(f"{URL}{talk.public_id}/archive/").json()["is_archived"] is True
    assert client.get(URL).json()["results"] == []
    assert len(client.get(URL, {"archived": "true"}).json()["results"]) == 1
    say(bob, talk)
    assert client.get(URL).json()["results"][0]["is_archived"] is False
    client.post(f"{URL}{talk.public_id}/archive/")
    assert client.delete(f"{URL}{talk.public_id}/archive/").json()["is_archived"] is False


def test_a_message_is_for_the_other_side_unless_a_block_stands(
    alice: User, bob: User, acme: Company, talk: Conversation
) -> None:
    colleague = make_membership(company=acme).user
    message = say(alice, talk)
    assert services.audience_of(message) == {bob.pk, colleague.pk}
    make_block(blocker=bob, person=alice)
    assert services.audience_of(message) == {colleague.pk}
    answer = say(colleague, talk)
    make_block(blocker=alice, company=acme)
    assert services.audience_of(answer) == set()


def test_a_talk_with_the_team_carries_messages_like_any_other(alice: User, bob: User, acme: Company) -> None:
    talk = make_team_conversation(candidate=alice, company=acme)
    assert [say(alice, talk).seq, say(bob, talk).seq] == [1, 2]
    assert told(bob) == ["message.created", "message.created"]


# --- Anonymous employers -------------------------------------------------------------------------
def test_no_door_of_conversations_tells_whose_an_anonymous_posting_is(
    as_user: Any, alice: User, bob: User, acme: Company
) -> None:
    application = make_application(candidate=alice, job=make_job(company=acme, is_anonymous=True))
    talk = make_conversation(application=application)
    client = as_user(alice)
    assert client.post(URL, {"company": "acme"}).json()["code"] == "messages_not_taken"
    assert as_user(bob).post(URL, {"company": "acme", "candidate": str(alice.public_id)}).status_code == 404
    assert client.get(URL, {"company": "acme"}).json()["results"] == []
    assert len(as_user(bob).get(URL, {"company": "acme"}).json()["results"]) == 1
    make_block(blocker=alice, company=acme)
    message = say(alice, talk)
    assert services.audience_of(message) == {bob.pk}
    assert services.audience_of(say(bob, talk)) == {alice.pk}
    assert "acme" not in str(client.get(URL).json()).lower()
