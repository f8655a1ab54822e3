"""REST and socket are two doors of the same services; both hold against whoever forges and fuzzes."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import pytest
from django.urls import get_resolver
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from accounts.tests.factories import make_session
from companies.models import Company
from messaging import services
from messaging.models import Conversation, Message, Reaction
from messaging.tests.factories import make_conversation, say
from umemployed.realtime.frames import COMMANDS
from umemployed.realtime.models import Frame
from umemployed.realtime.tests.servers import Client
from umemployed.tests.test_routes import patterns

SERVICES = {name for name in services.__all__ if isinstance(getattr(services, name), FunctionType)}


def verbs_of(function: Any) -> set[str]:
    """Return the services that a function calls."""
    return SERVICES & set(function.__code__.co_names)


def view_methods() -> Iterator[Any]:
    """Yield every function of every view of this app that a route leads to."""
    for _path, entry in patterns(get_resolver()):
        view = getattr(entry.callback, "cls", None)
        if view is not None and view.__module__.startswith("messaging."):
            yield from (each for each in vars(view).values() if isinstance(each, FunctionType))


def test_every_command_of_the_socket_has_its_twin_in_rest(db: None) -> None:
    by_rest = {verb for method in view_methods() for verb in verbs_of(method)}
    commands = {kind: verbs_of(each.handler) for (socket, kind), each in COMMANDS.items() if socket == "chat"}
    assert len(commands) >= 9
    assert {kind for kind, verbs in commands.items() if not verbs} == set(), "a command that calls no service"
    assert {kind: verbs - by_rest for kind, verbs in commands.items() if verbs - by_rest} == {}


def enter(user: User, port: int) -> Client:
    return Client.of(make_session(user=user), port, "chat")


def forged(
    random_: random.Random, talk: Conversation, message: Message, victim: User
) -> tuple[str, dict[str, Any], str]:
    """Return a command about a foreign conversation, often naming another sender, and the code of its refusal."""
    room, target = {"conversation": str(talk.public_id)}, {"message": str(message.public_id)}
    kind, data = random_.choice(
        [
            ("message.send", {**room, "client_msg_id": str(uuid.uuid4()), "body": "forged"}),
            ("message.edit", {**target, "body": "forged"}),
            ("message.delete", {**target, "scope": random_.choice(["me", "all"])}),
            ("message.read", {**room, "seq": 1}),
            ("reaction.add", {**target, "emoji": "👍"}),
            ("reaction.remove", {**target, "emoji": "👍"}),
            ("conversation.mute", room),
            ("conversation.unmute", room),
            ("typing", room),
        ]
    )
    extra = random_.choice([{}, {"sender": str(victim.public_id)}, {"side": "candidate"}, {"actor": victim.pk}])
    return kind, {**data, **extra}, "invalid" if extra else "not_found"


@pytest.mark.django_db(transaction=True)
def test_a_hundred_forged_frames_deliver_nothing(
    web: int, alice: User, bob: User, carol: User, acme: Company, globex: Company, talk: Conversation
) -> None:
    message = say(alice, talk, "true")
    before = Frame.objects.count()
    hers, his, spy = enter(alice, web), enter(bob, web), enter(carol, web)
    chance = random.Random(20)
    for _ in range(99):
        kind, data, code = forged(chance, talk, message, alice)
        assert spy.do(kind, **data)["problem"]["code"] == code, kind
    assert hers.is_silent()
    assert his.is_silent()
    assert (Message.objects.get().body, Reaction.objects.count(), Frame.objects.count()) == ("true", 0, before)


@pytest.mark.django_db(transaction=True)
def test_nobody_names_the_sender(web: int, alice: User, bob: User, talk: Conversation) -> None:
    hers = enter(alice, web)
    letter = {"conversation": str(talk.public_id), "client_msg_id": str(uuid.uuid4()), "body": "I am Bob"}
    for claim in ({"sender": {"id": str(bob.public_id), "name": "Bob Fotso"}}, {"side": "company"}):
        assert hers.do("message.send", **letter, **claim)["problem"]["code"] == "invalid"
    sent = hers.do("message.send", **letter)["data"]
    assert (sent["sender"]["id"], sent["side"]) == (str(alice.public_id), "candidate")


def garbage(chance: random.Random, depth: int = 0) -> Any:
    """Return a JSON value of any kind, the awkward ones among them."""
    plain: list[Any] = [
        None,
        True,
        -1,
        0,
        2**70,
        1.5,
        "",
        "a\x00b",
        "\ud800",
        "x" * 300,
        "👍",
        str(uuid.uuid4()),
        "1e999",
    ]
    if depth > 3 or chance.random() < 0.6:
        return chance.choice(plain)
    if chance.random() < 0.5:
        return [garbage(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(["id", "type", "data", "x", ""]): garbage(chance, depth + 1) for _ in range(3)}


def fuzzed(chance: random.Random, talk: Conversation, message: Message, ident: int) -> str:
    """Return a frame that is almost right: a known command with one wrong thing, or no frame at all."""
    kind = chance.choice(sorted(kind for socket, kind in COMMANDS if socket == "chat"))
    fields = COMMANDS["chat", kind].serializer().fields
    known = {
        "conversation": str(talk.public_id),
        "message": str(message.public_id),
        "client_msg_id": str(uuid.uuid4()),
        "body": "fuzz",
        "emoji": "👍",
        "seq": 1,
        "scope": "me",
        "attachments": [],
        "until": "2999-01-01T00:00:00Z",
    }
    members = {name: known[name] for name in fields}
    for name in chance.sample(sorted(members), chance.randrange(0, min(3, len(members)) + 1)):
        members[name] = garbage(chance)
    if chance.random() < 0.2:
        members.pop(chance.choice(sorted(members)))
    if chance.random() < 0.1:
        members[chance.choice(["sender", "x", "\ud800"])] = garbage(chance)
    frame: Any = {"id": ident, "type": kind, "data": chance.choice([members, members, members, garbage(chance)])}
    text = json.dumps(frame)
    if chance.random() < 0.05:
        return text[: chance.randrange(len(text))]
    return text


@pytest.mark.django_db(transaction=True)
def test_a_thousand_fuzzed_frames_break_nothing(web: int, alice: User, bob: User, acme: Company) -> None:
    chance = random.Random(24)
    talk = make_conversation(candidate=alice, company=acme)
    message = say(alice, talk, "stays")
    client, codes, closings = enter(alice, web), set(), set()
    for ident in range(1, 1001):
        if ident % 95 == 0:  # a connection takes a hundred commands a minute
            client.close()
            client = enter(alice, web)
        try:
            client.socket.send(fuzzed(chance, talk, message, ident))
            while (frame := json.loads(client.socket.recv(timeout=20))).get("re") != ident:
                pass
            codes.add("ok" if frame["ok"] else frame["problem"]["code"])
        except ConnectionClosed as closed:
            closings.add(closed.rcvd.code if closed.rcvd else 1006)
            client = enter(alice, web)
    assert "internal_error" not in codes
    assert {"ok", "invalid"} <= codes
    assert closings == {4400}, "only what cannot be answered closes, and says so"
    assert enter(bob, web).do("heartbeat")["ok"]
