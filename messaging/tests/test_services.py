from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import User
from accounts.services import EmailUnverified
from accounts.tests.racing import race
from companies.models import Company, Membership, Role
from companies.rights import Right, members_with
from companies.services import remove_member
from companies.tests.factories import make_membership
from messaging import services
from messaging.handlers import cut_a_former_member
from messaging.models import Conversation, Message
from messaging.tests.factories import make_conversation, say
from umemployed.api.errors import NotFound
from umemployed.events.models import EventRecord
from umemployed.realtime import stream
from umemployed.realtime.models import Frame, Stream


def told(user: User) -> list[tuple[str, Any]]:
    """Return what a person's chat was told: (type, seq of the message or pointer)."""
    rows = Frame.objects.filter(user=user, socket="chat").order_by("seq").values_list("type", "data")
    return [(kind, data.get("seq", data.get("last_read_seq"))) for kind, data in rows]


def test_both_sides_and_every_recruiter_are_told_in_order(alice: User, bob: User, acme: Company, talk: Any) -> None:
    manager = make_membership(company=acme, role=Role.HIRING_MANAGER).user
    interviewer = make_membership(company=acme, role=Role.INTERVIEWER).user
    say(alice, talk, "one")
    say(bob, talk, "two")
    for person in (alice, bob, manager):
        assert told(person) == [("message.created", 1), ("message.created", 2)]
    assert told(interviewer) == []
    assert list(Message.objects.values_list("seq", "side", "body")) == [(1, "candidate", "one"), (2, "company", "two")]


def test_each_message_is_one_fact(alice: User, talk: Any) -> None:
    message = say(alice, talk)
    fact = EventRecord.objects.get(topic="messaging.MessageSent")
    assert (fact.payload, fact.actor) == ({"message_id": message.pk}, alice)


def test_the_same_client_id_is_the_same_message(alice: User, talk: Any) -> None:
    ident = uuid.uuid4()
    first, again = say(alice, talk, "hi", ident), say(alice, talk, "hi", ident)
    assert (first.pk, first.seq) == (again.pk, again.seq)
    assert (told(alice), EventRecord.objects.filter(topic="messaging.MessageSent").count()) == (
        [("message.created", 1)],
        1,
    )
    assert say(alice, talk, "next").seq == 2


def test_the_same_client_id_with_another_text_is_refused(alice: User, talk: Any) -> None:
    ident = uuid.uuid4()
    say(alice, talk, "hi", ident)
    with pytest.raises(services.ClientMessageIdReused):
        say(alice, talk, "something else", ident)


def test_client_ids_of_two_people_never_meet(alice: User, bob: User, talk: Any) -> None:
    ident = uuid.uuid4()
    assert [say(alice, talk, "a", ident).seq, say(bob, talk, "b", ident).seq] == [1, 2]


def test_carol_is_refused_and_nothing_changed(carol: User, alice: User, talk: Any) -> None:
    say(alice, talk)
    for attempt in (
        lambda: say(carol, talk),
        lambda: services.mark_read(actor=carol, conversation_id=talk.public_id, seq=1),
        lambda: services.tell_typing(actor=carol, conversation_id=talk.public_id),
        lambda: services.start_conversation(actor=carol, application_id=talk.application.public_id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert (Message.objects.count(), told(carol)) == (1, [])


def test_who_has_not_proved_the_address_cannot_write(alice: User, talk: Any) -> None:
    alice.email_verified_at = None
    alice.save()
    with pytest.raises(EmailUnverified):
        say(alice, talk)


def test_an_interviewer_neither_reads_nor_writes(acme: Company, talk: Any) -> None:
    interviewer = make_membership(company=acme, role=Role.INTERVIEWER).user
    with pytest.raises(NotFound):
        say(interviewer, talk)
    assert not Conversation.objects.for_user(interviewer).exists()


def test_the_room_is_the_candidate_and_whoever_holds_the_right_now(
    alice: User, bob: User, acme: Company, talk: Any
) -> None:
    for role in Role:
        make_membership(company=acme, role=role)
    gone = make_membership(company=acme, role=Role.RECRUITER).user
    User.objects.filter(pk=gone.pk).update(is_active=False)
    room = services.room_for(bob, talk.public_id)
    assert (room.conversation, room.conversation.last_seq) == (talk, 0)
    assert room.people == sorted({alice.pk, *members_with(acme.pk, Right.MESSAGE_CANDIDATES)})


def test_starting_twice_finds_the_same_conversation(alice: User, bob: User, talk: Any) -> None:
    again = services.start_conversation(actor=bob, application_id=talk.application.public_id)
    assert again.pk == talk.pk
    assert Conversation.objects.count() == 1


def test_leaving_the_company_ends_reading_writing_and_replay_at_once(
    bob: User, alice: User, acme: Company, talk: Any, django_capture_on_commit_callbacks: Any
) -> None:
    leaver = make_membership(company=acme).user
    say(alice, talk, "confidential")
    membership = Membership.objects.get(user=leaver)
    remove_member(actor=bob, membership_id=membership.pk)
    with pytest.raises(NotFound):
        say(leaver, talk)
    say(alice, talk, "after")
    assert told(leaver) == [("message.created", 1)]
    fact = EventRecord.objects.get(topic="companies.MemberRemoved")
    cut_a_former_member(_event_of(fact), None)  # type: ignore[arg-type]
    assert "confidential" not in stream.frames_after("chat", leaver.pk, 0, limit=9)[0].text
    assert "confidential" in stream.frames_after("chat", bob.pk, 0, limit=9)[0].text
    assert Stream.objects.get(user=leaver, socket="chat").epoch == 1


def _event_of(fact: EventRecord) -> Any:
    from companies.events import MemberRemoved

    return MemberRemoved(**fact.payload)


def test_unread_counts_others_messages_after_my_pointer(alice: User, bob: User, talk: Any) -> None:
    def unread(user: User) -> int:
        return Conversation.objects.for_user(user).with_unread(user).get().unread_count

    say(alice, talk)
    say(bob, talk)
    say(bob, talk)
    assert (unread(alice), unread(bob)) == (2, 1)
    assert services.mark_read(actor=alice, conversation_id=talk.public_id, seq=2).unread_count == 1
    assert services.unread_totals(alice) == (1, 0)


def test_a_stale_device_cannot_rewind_and_nobody_reads_the_future(alice: User, bob: User, talk: Any) -> None:
    for _ in range(3):
        say(bob, talk)
    read = [
        services.mark_read(actor=alice, conversation_id=talk.public_id, seq=seq).last_read_seq
        for seq in (2, 1, 2, 2**62, 0)
    ]
    assert read == [2, 2, 2, 3, 3]
    assert [entry for entry in told(bob) if entry[0] == "message.read"] == [("message.read", 2), ("message.read", 3)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_sends_of_one_client_id_are_one_message(alice: User, bob: User, talk: Any) -> None:
    ident = uuid.uuid4()
    answers = race(*[lambda: say(alice, talk, "once", ident)] * 50)
    assert {answer.pk for answer in answers} == {Message.objects.get().pk}
    assert Conversation.objects.get().last_seq == 1
    assert told(bob) == [("message.created", 1)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_sends_leave_no_gap_and_everybody_hears_the_same_order(alice: User, bob: User, talk: Any) -> None:
    other = make_conversation(candidate=alice, company=talk.company)
    calls = [lambda n=n: say((alice, bob)[n % 2], (talk, other)[n % 3 == 0], str(n)) for n in range(60)]
    answers = race(*calls)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    for conversation in (talk, other):
        numbers = list(conversation.messages.order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
    for person in (alice, bob):
        heard: dict[str, list[int]] = {}
        for data in Frame.objects.filter(user=person).order_by("seq").values_list("data", flat=True):
            heard.setdefault(data["conversation"], []).append(data["seq"])
        assert all(seqs == sorted(seqs) for seqs in heard.values())
        assert sum(map(len, heard.values())) == 60
