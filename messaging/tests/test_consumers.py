from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_session
from companies.models import Company, Membership
from messaging.handlers import cut_a_former_member
from messaging.models import Conversation, Message
from messaging.tests.factories import say
from umemployed.realtime.tests.servers import Client

pytestmark = pytest.mark.django_db(transaction=True)


def enter(user: User, port: int) -> Client:
    return Client.of(make_session(user=user), port, "chat")


def send(client: Client, talk: Conversation, text: str, **overrides: Any) -> dict[str, Any]:
    ident = overrides.pop("client_msg_id", None) or str(uuid.uuid4())
    return client.do("message.send", conversation=str(talk.public_id), client_msg_id=ident, body=text)


def test_both_chat_over_two_processes(webs: tuple[int, int], alice: User, bob: User, talk: Conversation) -> None:
    hers, his = enter(alice, webs[0]), enter(bob, webs[1])
    sent = send(hers, talk, "Bonjour")
    assert sent["data"]["seq"] == 1
    heard = his.next("message.created")
    assert (heard["data"], heard["seq"]) == (sent["data"], 1)
    assert hers.next("message.created")["data"] == sent["data"]
    assert his.do("message.read", conversation=str(talk.public_id), seq=1)["data"] == {
        "last_read_seq": 1,
        "unread_count": 0,
    }
    assert hers.next("message.read")["data"]["last_read_seq"] == 1


def test_five_messages_missed_come_by_resume_exactly_and_in_order(
    webs: tuple[int, int], alice: User, bob: User, talk: Conversation
) -> None:
    hers, his = enter(alice, webs[0]), enter(bob, webs[1])
    send(his, talk, "before")
    last_seen = hers.next("message.created")["seq"]
    hers.close()
    for n in range(5):
        send(his, talk, f"missed {n}")
    back = enter(alice, webs[1])
    assert back.do("resume", after=last_seen)["data"]["replayed"] == 5
    assert [back.next("message.created")["data"]["body"] for _ in range(5)] == [f"missed {n}" for n in range(5)]
    assert back.is_silent()


def test_the_rest_door_and_the_socket_are_one(web: int, alice: User, bob: User, talk: Conversation) -> None:
    hers = enter(alice, web)
    message = say(bob, talk, "by REST")
    assert hers.next("message.created")["data"]["id"] == str(message.public_id)
    ident = str(uuid.uuid4())
    assert send(hers, talk, "x", client_msg_id=ident)["data"]["seq"] == 2
    assert send(hers, talk, "x", client_msg_id=ident)["data"]["seq"] == 2
    assert send(hers, talk, "y", client_msg_id=ident)["problem"]["code"] == "client_msg_id_reused"
    assert Message.objects.count() == 2


def test_carol_is_refused_by_every_command_and_hears_nothing(
    web: int, alice: User, carol: User, talk: Conversation
) -> None:
    hers, spy = enter(alice, web), enter(carol, web)
    for answer in (
        send(spy, talk, "forged"),
        spy.do("message.read", conversation=str(talk.public_id), seq=1),
        spy.do("typing", conversation=str(talk.public_id)),
    ):
        assert answer["problem"]["code"] == "not_found"
    forged = {"conversation": str(talk.public_id), "client_msg_id": str(uuid.uuid4()), "body": "x", "sender": 1}
    assert spy.do("message.send", **forged)["problem"]["errors"][0]["attr"] == "sender"
    send(hers, talk, "secret")
    hers.do("typing", conversation=str(talk.public_id))
    assert spy.is_silent(2.5)
    assert hers.next("message.created")["seq"] == 1
    assert Message.objects.count() == 1


def test_typing_is_told_to_the_others_and_not_too_often(web: int, alice: User, bob: User, talk: Conversation) -> None:
    hers, his = enter(alice, web), enter(bob, web)
    for _ in range(5):
        assert hers.do("typing", conversation=str(talk.public_id))["ok"]
    frame = his.next("typing")
    assert (frame["data"]["sender"]["name"], "seq" in frame) == ("Alice Ndongo", False)
    assert his.is_silent()
    assert hers.is_silent()


def test_losing_the_membership_ends_everything_at_once(
    web: int, alice: User, bob: User, acme: Company, talk: Conversation
) -> None:
    from companies.events import MemberRemoved
    from companies.tests.factories import make_membership

    leaver = make_membership(company=acme).user
    his = enter(leaver, web)
    assert send(his, talk, "still here")["ok"]
    Membership.objects.filter(user=leaver).delete()
    assert send(his, talk, "not any more")["problem"]["code"] == "not_found"
    say(alice, talk, "unheard")
    began = time.monotonic()
    cut_a_former_member(MemberRemoved(acme.pk, leaver.pk), None)  # type: ignore[arg-type]
    assert his.close_code() == 4403
    assert time.monotonic() - began < 5
    assert "unheard" not in str(his._seen)


def test_a_drop_in_the_middle_of_sending_loses_and_doubles_nothing(
    webs: tuple[int, int], alice: User, bob: User, talk: Conversation
) -> None:
    his = enter(bob, webs[1])
    client, sent = enter(alice, webs[0]), []
    for n in range(30):
        ident = str(uuid.uuid4())
        client.send("message.send", conversation=str(talk.public_id), client_msg_id=ident, body=f"{n}")
        if n % 7 == 3:  # the connection breaks before the answer: send the same again on a new one
            client.socket.socket.close()
            client = enter(alice, webs[n % 2])
        answer = send(client, talk, f"{n}", client_msg_id=ident)
        sent.append(answer["data"]["seq"])
        if n == 14:  # nobody may write for ever without an answer
            send(his, talk, "go on")
    assert sent == [*range(1, 16), *range(17, 32)]
    heard = [his.next("message.created")["data"]["body"] for _ in range(31)]
    assert heard == [*map(str, range(15)), "go on", *map(str, range(15, 30))]
    assert Message.objects.count() == 31
    assert Message.objects.latest("pk").created_at <= timezone.now()
