"""Messages that wait at the same time are sent by one transaction, and are what they would be if sent alone."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.factories import make_session
from accounts.tests.racing import race
from companies.blocks.models import Block
from companies.models import Company
from messaging import services
from messaging.models import Conversation, Message, Participant
from messaging.tests.factories import make_conversation, say
from umemployed.events.models import EventRecord
from umemployed.realtime.models import Frame
from umemployed.realtime.tests.servers import Client


def letter(actor: User, talk: Conversation, body: str = "Hello", ident: uuid.UUID | None = None) -> services.Letter:
    return services.Letter(actor, talk.public_id, ident or uuid.uuid4(), body, f"request-{body}")


def told(user: User) -> list[tuple[int, str]]:
    rows = Frame.objects.filter(user=user, socket="chat").order_by("seq").values_list("seq", "data")
    return [(seq, data["body"]) for seq, data in rows]


def test_letters_are_numbered_stored_published_and_told_in_their_order(alice: User, bob: User, talk: Any) -> None:
    other = make_conversation(candidate=alice, company=talk.company)
    letters = [letter(alice, talk, "a"), letter(bob, other, "b"), letter(bob, talk, "c"), letter(alice, talk, "d")]
    sent = services.send_together(letters=letters)
    assert [message and (message.conversation_id, message.seq, message.side) for message in sent] == [
        (talk.pk, 1, "candidate"),
        (other.pk, 1, "company"),
        (talk.pk, 2, "company"),
        (talk.pk, 3, "candidate"),
    ]
    assert told(alice) == told(bob) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    facts = EventRecord.objects.filter(topic="messaging.MessageSent").order_by("pk")
    assert [(fact.payload["message_id"], fact.actor_id, fact.request_id) for fact in facts] == [
        (message.pk, message.sender_id, f"request-{message.body}") for message in sent if message
    ]
    talk.refresh_from_db()
    assert (talk.last_seq, talk.streak, talk.streak_side) == (3, 1, "candidate")
    assert say(bob, talk).seq == 4


def test_a_message_sent_together_is_found_by_its_words(alice: User, talk: Any) -> None:
    services.send_together(letters=[letter(alice, talk, "The candidates were running")])
    assert Message.objects.filter(words="run").count() == 1


def test_sixty_letters_cost_as_many_statements_as_one(alice: User, bob: User, talk: Any) -> None:
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as sent:
            assert all(
                services.send_together(letters=[letter((alice, bob)[n % 2], talk, str(n)) for n in range(count)])
            )
        return len(sent)

    assert statements(1) == statements(60)


def test_what_needs_an_answer_of_its_own_is_left_to_be_sent_alone(
    alice: User, bob: User, carol: User, acme: Company, talk: Any, settings: Any
) -> None:
    settings.MESSAGES_UNANSWERED = 2
    known, twice = uuid.uuid4(), uuid.uuid4()
    say(alice, talk, "known", known)
    nowhere = services.Letter(alice, uuid.uuid4(), uuid.uuid4(), "nowhere", "")
    letters = [
        letter(carol, talk, "foreign"),
        nowhere,
        letter(alice, talk, "", None),
        letter(alice, talk, "known", known),
        letter(alice, talk, "first", twice),
        letter(alice, talk, "again", twice),
        letter(alice, talk, "third in a row"),
        letter(bob, talk, "an answer"),
        letter(alice, talk, "after the answer"),
    ]
    sent = services.send_together(letters=letters)
    assert [message and message.seq for message in sent] == [None, None, None, None, 2, None, None, 3, 4]
    assert Message.objects.count() == 4


def test_who_is_blocked_unverified_or_away_is_not_sent_for_here(alice: User, bob: User, talk: Any) -> None:
    Block.objects.create(blocker=alice, person=bob)
    assert services.send_together(letters=[letter(bob, talk)]) == [None]
    Block.objects.all().delete()
    bob.email_verified_at = None
    assert services.send_together(letters=[letter(bob, talk)]) == [None]
    services.leave_conversation(actor=alice, conversation_id=talk.public_id)
    assert services.send_together(letters=[letter(alice, talk)]) == [None]
    say(alice, talk)
    assert Participant.objects.get(user=alice).left_at is None


def test_the_budget_of_people_holds_together_as_alone(alice: User, acme: Company, talk: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "message_people": {"limit": 2, "seconds": 3600}}
    talks = [talk, *(make_conversation(candidate=alice, company=acme) for _ in range(3))]
    sent = services.send_together(letters=[letter(alice, each) for each in talks])
    assert sum(message is not None for message in sent) == 2
    known = next(each for each, message in zip(talks, sent, strict=True) if message)
    new = next(each for each, message in zip(talks, sent, strict=True) if not message)
    assert [m is not None for m in services.send_together(letters=[letter(alice, known), letter(alice, new)])] == [
        True,
        False,
    ]
    with pytest.raises(services.MessageBudgetSpent):
        say(alice, new)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_turns_and_single_sends_that_race_leave_no_gap_and_double_nothing(alice: User, bob: User, talk: Any) -> None:
    other = make_conversation(candidate=alice, company=talk.company)
    rooms, people = (talk, other), (alice, bob)
    turns = [[letter(people[n % 2], rooms[(n + m) % 2], f"{n}.{m}") for m in range(5)] for n in range(10)]

    def send(turn: list[services.Letter]) -> None:
        for each, message in zip(turn, services.send_together(letters=turn), strict=True):
            if message is None:
                services.send_message(
                    actor=each.actor,
                    conversation_id=each.conversation_id,
                    client_msg_id=each.client_msg_id,
                    body=each.body,
                )

    singles = [lambda n=n: say(people[n % 2], rooms[n % 2], f"single {n}") for n in range(10)]
    answers = race(*[lambda turn=turn: send(turn) for turn in turns], *singles)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Message.objects.count() == 60
    for room in rooms:
        numbers = list(room.messages.order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
    for person in people:
        assert [seq for seq, _ in told(person)] == list(range(1, 61))
        assert sorted(body for _, body in told(person)) == sorted(Message.objects.values_list("body", flat=True))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_letter_on_many_threads_is_one_message(alice: User, talk: Any) -> None:
    ident = uuid.uuid4()
    answers = race(*[lambda: services.send_together(letters=[letter(alice, talk, "once", ident)])] * 20)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert (Message.objects.count(), Conversation.objects.get().last_seq) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_conversation_that_somebody_holds_keeps_nobody_elses_message_waiting(
    web: int, alice: User, bob: User, acme: Company, talk: Any
) -> None:
    other = make_conversation(candidate=alice, company=acme)
    hers, his = (Client.of(make_session(user=user), web, "chat") for user in (alice, bob))
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Conversation.objects.select_for_update().get(pk=talk.pk)
            held.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    number = his.send("message.send", conversation=str(talk.public_id), client_msg_id=str(uuid.uuid4()), body="waits")
    time.sleep(0.2)
    data = {"conversation": str(other.public_id), "client_msg_id": str(uuid.uuid4()), "body": "goes on"}
    assert hers.do("message.send", **data)["ok"]
    assert not Message.objects.filter(body="waits").exists()
    done.set()
    holder.join()
    while (frame := his.read(20)).get("re") != number:
        pass
    assert (frame["ok"], frame["data"]["seq"]) == (True, 1)
