"""Who is there: over devices and processes, told to those who talk with them, if they let it be known."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_session
from companies.models import Company
from companies.tests.factories import make_block
from messaging.consumers import ChatConsumer
from messaging.models import ChatSettings, Conversation
from messaging.presence import _witnesses
from messaging.tests.factories import make_chat_settings
from umemployed.realtime import presence
from umemployed.realtime.authority import Principal
from umemployed.realtime.hub import Hub
from umemployed.realtime.models import Presence
from umemployed.realtime.tests.servers import Client, eventually

SOON = 20.0  # seconds; a tick takes five on an idle machine


def enter(user: User, port: int) -> Client:
    return Client.of(make_session(user=user), port, "chat")


def be_there(*people: User) -> None:
    """Lease presence as a web process would."""
    presence.keep_present(str(uuid.uuid4()), [(person.pk, "chat") for person in people])


def witnesses(person: User) -> list[int]:
    """Return who is told that a person came or went."""
    return dict(_witnesses({person.pk})).get(person.pk, [])


@pytest.mark.django_db(transaction=True)
def test_people_who_talk_hear_each_other_come_and_go_over_two_processes(
    webs: tuple[int, int], alice: User, bob: User, carol: User, globex: Company, talk: Conversation
) -> None:
    his, spy = enter(bob, webs[0]), enter(carol, webs[1])
    eventually(lambda: presence.present_among("chat", [bob.pk, carol.pk]) == {bob.pk, carol.pk}, seconds=SOON)
    phone, laptop = enter(alice, webs[0]), enter(alice, webs[1])
    came = his.next("presence", SOON)["data"]
    assert (came["person"], came["is_online"]) == (str(alice.public_id), True)
    phone.close()
    eventually(lambda: Presence.objects.filter(user=alice).count() == 1, seconds=SOON)
    laptop.close()
    went = his.next("presence", SOON)["data"]
    assert (went["person"], went["is_online"]) == (str(alice.public_id), False)
    assert ChatSettings.objects.get(user=alice).last_seen_at is not None
    assert spy.is_silent()
    assert "presence" not in [frame.get("type") for frame in spy._seen]


@pytest.mark.django_db
def test_a_killed_process_leaves_nobody_behind(alice: User) -> None:
    be_there(alice)
    assert presence.present_among("chat", [alice.pk]) == {alice.pk}
    Presence.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert presence.present_among("chat", [alice.pk]) == set()
    be_there()  # another process, with nobody
    assert not Presence.objects.exists()
    assert ChatSettings.objects.get(user=alice).last_seen_at is not None


def test_a_line_that_went_dead_stops_counting_before_it_is_closed() -> None:
    hub = Hub()
    connection = ChatConsumer({"headers": []}, None, None)  # type: ignore[arg-type]
    connection.principal = Principal(7, "session")
    hub._connections[7, "chat"] = {connection}
    assert hub.heard(connection.heard_at + 44) == {(7, "chat")}
    assert hub.heard(connection.heard_at + 46) == set()
    assert presence.HEARD_SECONDS + presence.TICK_SECONDS <= 60


@pytest.mark.django_db
def test_only_those_who_talk_and_are_there_are_told(
    alice: User, bob: User, carol: User, acme: Company, globex: Company, talk: Conversation
) -> None:
    assert witnesses(alice) == []
    be_there(bob, carol)
    assert (witnesses(alice), witnesses(bob)) == ([bob.pk], [])
    block = make_block(blocker=alice, company=acme)
    assert witnesses(alice) == []
    block.delete()
    make_chat_settings(user=alice, shares_presence=False)
    assert witnesses(alice) == []


@pytest.mark.django_db
def test_participants_show_it_unless_it_is_hidden(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    def shown() -> list[tuple[str, bool | None]]:
        rows = as_user(bob).get(f"/api/v1/conversations/{talk.public_id}/participants/").json()["results"]
        return [(row["name"], row["is_online"]) for row in rows]

    be_there(alice)
    assert shown() == [("Alice Ndongo", True), ("Bob Fotso", False)]
    client = as_user(alice)
    assert client.get("/api/v1/chat-settings/").json() == {"shares_presence": True}
    assert client.patch("/api/v1/chat-settings/", {"shares_presence": False}).json() == {"shares_presence": False}
    assert shown() == [("Alice Ndongo", None), ("Bob Fotso", False)]
    client.patch("/api/v1/chat-settings/", {"shares_presence": True})
    make_block(blocker=alice, person=bob)
    assert shown() == [("Alice Ndongo", None), ("Bob Fotso", None)]
