"""Two web processes, clients that drop at random, processes that are killed: nothing is lost, doubled or moved.

The small storm runs with the others; ``./dev chaos`` runs 200 clients and 10,000 messages (minutes, on two idle cores).
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from accounts.tests.factories import make_session, make_user
from companies.tests.factories import make_company
from messaging.models import Message
from messaging.tests.factories import make_conversation
from messaging.tests.storm import Sailor, sail_all
from umemployed.realtime.tests.servers import Process, token_of, web_process

pytestmark = pytest.mark.django_db(transaction=True)
APPLICATION = "umemployed.asgi:application"


@pytest.fixture
def shores(redis_server: Process) -> Iterator[tuple[Process, Process]]:
    """Two web processes of this test alone, which let one side write more than the other answers."""
    options = {"MESSAGES_UNANSWERED": "100000", "REALTIME_CHECK_FRAMES": "0"}
    with (
        web_process(redis_server.port, APPLICATION, **options) as one,
        web_process(redis_server.port, APPLICATION, **options) as two,
    ):
        yield one, two


def crew(rooms: int, letters: int, ports: tuple[int, ...], seed: int, pause: float) -> list[Sailor]:
    """Seat two people in each conversation."""
    sailors = []
    for room in range(rooms):
        people = (make_user(), make_user())
        talk = make_conversation(candidate=people[0], company=make_company(owner=people[1]))
        for number, person in enumerate(people):
            sailors.append(
                Sailor(
                    name=f"{room}.{number}",
                    token=partial(token_of, make_session(user=person)),
                    room=str(talk.public_id),
                    ports=ports,
                    letters=[f"{room}.{number}.{letter}" for letter in range(letters)],
                    expected=2 * letters,
                    chance=random.Random(f"{seed}.{room}.{number}"),
                    pause=pause,
                )
            )
    return sailors


class Blows(threading.Thread):
    """Kills one process after the other in turn, and starts it again: ``most`` kills, spread over all the letters.

    Kill and letter wait for each other, so that a slow machine has as many kills as a fast one: the next kill for
    its share of what is acknowledged, and a letter for its share of the kills. Neither can wait for ever, because
    ``most`` kills let everybody write everything, and fewer let everybody write what the next kill waits for.
    """

    def __init__(self, processes: tuple[Process, ...], sailors: list[Sailor], *, most: int) -> None:
        super().__init__()
        self.processes, self.sailors, self.most = processes, sailors, most
        self.letters = len(sailors[0].letters)
        self.kills = 0
        self.over = threading.Event()
        for sailor in sailors:
            sailor.may_send = self.allows
        self.start()

    def allows(self, number: int) -> bool:
        """Say whether the storm has come to everybody's letter of this number (from 0)."""
        return self.kills * self.letters >= number * self.most

    def is_due(self) -> bool:
        """Say whether nine tenths of what comes before the next kill are acknowledged; who is late hinders nobody."""
        acknowledged = sum(len(sailor.acknowledged) for sailor in self.sailors)
        return acknowledged * self.most >= 0.9 * self.kills * self.letters * len(self.sailors)

    def run(self) -> None:
        """Blow."""
        while self.kills < self.most and not self.over.wait(0.2):
            if self.is_due():
                process = self.processes[self.kills % len(self.processes)]
                process.stop(signal.SIGKILL)
                process.start()
                self.kills += 1

    def end(self) -> None:
        """Stop, when the process that was killed last stands again."""
        self.over.set()
        self.join()


def weather(
    shores: tuple[Process, Process],
    *,
    rooms: int,
    letters: int,
    seconds: float,
    kills: int,
    pause: float = 0,
) -> None:
    """Send everything through the storm, and judge what everybody heard against what is stored."""
    sailors = crew(rooms, letters, tuple(process.port for process in shores), seed=42, pause=pause)
    blow = Blows(shores, sailors, most=kills)
    try:
        late = asyncio.run(sail_all(sailors, seconds))
    finally:
        blow.end()
    assert late == []
    assert blow.kills == kills, "a process did not come back"
    assert [fault for sailor in sailors for fault in sailor.faults] == []
    stored: dict[str, list[tuple[int, str]]] = {}
    rows = Message.objects.order_by("conversation", "seq").values_list("conversation__public_id", "seq", "body")
    for room, seq, body in rows:
        stored.setdefault(str(room), []).append((seq, body))
    total = 0
    for sailor in sailors:
        assert sailor.heard == stored[sailor.room], f"{sailor.name} heard something else than was said"
        assert [seq for seq, _ in sailor.heard] == list(range(1, 2 * letters + 1))
        own = [text for _, text in sailor.heard if text.startswith(f"{sailor.name}.")]
        assert own == sailor.letters, "each letter once, in the order in which it was written"
        assert all((seq, text) in sailor.heard for text, seq in sailor.acknowledged.items())
        total += len(own)
    assert total == Message.objects.count() == rooms * 2 * letters
    drops = sum(sailor.drops for sailor in sailors)
    assert drops >= total * 0.02, "the storm was none"
    gaps = sum(sailor.gaps for sailor in sailors)
    story = (
        f"{len(sailors)} clients, {total} messages, {drops} drops, {blow.kills} kills, {gaps} gaps closed by a resume"
    )
    sys.stdout.write(f"{story}: 0 lost, 0 doubled, 0 out of order\n")


def test_a_small_storm_loses_nothing(shores: tuple[Process, Process]) -> None:
    weather(shores, rooms=6, letters=12, seconds=120, kills=1)


@pytest.mark.chaos
def test_two_hundred_clients_and_ten_thousand_messages_through_a_storm(shores: tuple[Process, Process]) -> None:
    weather(shores, rooms=100, letters=50, seconds=1500, kills=30, pause=8)
