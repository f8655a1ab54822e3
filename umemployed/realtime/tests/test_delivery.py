from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Session
from accounts.tests.factories import make_client, make_session, make_user
from umemployed.realtime import push, stream
from umemployed.realtime.models import Frame
from umemployed.realtime.tasks import purge
from umemployed.realtime.tests.servers import Client, Process, eventually, redis_process, web_process

pytestmark = pytest.mark.django_db(transaction=True)


def tell(session: Session, *texts: str) -> None:
    for text in texts:
        with transaction.atomic():
            stream.emit("play", [session.user_id], "note", {"text": text})


def test_what_is_told_on_one_process_is_heard_on_another(webs: tuple[int, int], session: Session) -> None:
    here, there = Client.of(session, webs[0]), Client.of(session, webs[1])
    time.sleep(0.6)  # past the hold
    began = time.monotonic()
    assert here.do("tell", text="hi")["ok"]
    for client in (here, there):
        frame = client.next("note")
        assert (frame["seq"], frame["data"]) == (1, {"text": "hi"})
        assert frame["at"].endswith("Z")
    assert time.monotonic() - began < 1  # pushed, not swept


def test_only_the_person_hears(web: int, session: Session) -> None:
    other = Client.of(make_session(user=make_user()), web)
    mine = Client.of(session, web)
    mine.do("tell", text="a")
    mine.do("breathe", text="a")
    mine.next("note")
    assert other.is_silent()


def test_ephemeral_frames_have_no_number_and_no_row(web: int, session: Session) -> None:
    client = Client.of(session, web)
    client.do("breathe", text="in")
    assert "seq" not in client.next("breath")
    assert not Frame.objects.exists()


def test_resume_brings_exactly_what_was_missed_in_order(webs: tuple[int, int], session: Session) -> None:
    first = Client.of(session, webs[0])
    first.do("tell", text="seen")
    last_seen = first.next("note")["seq"]
    first.close()
    talker = Client.of(session, webs[1])
    for n in range(5):
        talker.do("tell", text=f"missed {n}")
    back = Client.of(session, webs[0])
    assert back.hello["data"]["seq"] == 6
    assert back.do("resume", after=last_seen) == {"re": 1, "ok": True, "data": {"seq": 6, "replayed": 5}}
    assert [back.next("note")["data"]["text"] for _ in range(5)] == [f"missed {n}" for n in range(5)]
    talker.do("tell", text="live")
    assert back.next("note")["seq"] == 7
    assert back.is_silent()


def test_frames_that_are_born_during_a_resume_come_once_and_in_order(web: int, session: Session) -> None:
    tell(session, *"abcdefgh" * 60)
    client = Client.of(session, web)
    done = threading.Event()

    def go_on_telling() -> None:
        for n in range(60):
            tell(session, f"live {n}")
        connection.close()
        done.set()

    threading.Thread(target=go_on_telling).start()
    client.do("resume", after=3)
    assert client.numbers(480 - 3 + 60, timeout=10) == list(range(4, 541))
    assert done.wait(10)
    assert client.is_silent()


@pytest.mark.parametrize("after", [7, 2**62, 2**63 - 1])
def test_a_number_of_the_future_or_of_another_stream_means_resync(web: int, session: Session, after: int) -> None:
    tell(session, "a")
    client = Client.of(session, web)
    assert client.do("resume", after=after)["data"] == {"seq": 1, "replayed": 0}
    assert client.next("resync")["data"] == {"reason": "future", "seq": 1}
    client.do("tell", text="b")
    assert client.next("note")["seq"] == 2


def test_a_number_older_than_seven_days_means_resync(web: int, session: Session) -> None:
    tell(session, "old", "old too", "new")
    Frame.objects.filter(seq__lte=2).update(at=timezone.now() - timedelta(days=7, minutes=1))
    client = Client.of(session, web)
    client.do("resume", after=1)
    assert client.next("resync")["data"] == {"reason": "too_old", "seq": 3}
    client.do("resume", after=2)
    assert client.next("note")["seq"] == 3
    purge()
    client.do("resume", after=1)
    assert client.next("resync")["data"]["reason"] == "too_old"


@pytest.mark.parametrize("after", [None, -1, 2**63, "1", 1.5, True, [], {}])
def test_a_senseless_number_is_answered(web: int, session: Session, after: Any) -> None:
    client = Client.of(session, web)
    assert client.do("resume", after=after)["problem"]["errors"][0]["attr"] == "after"
    assert client.do("echo", text="still here")["ok"]


def test_bootstrap_gives_state_and_the_number_to_resume_after(session: Session) -> None:
    tell(session, "a", "b")
    answer = make_client(session=session).get("/api/v1/realtime/bootstrap/")
    assert answer.status_code == 200
    assert answer.json()["sockets"]["play"] == {"seq": 2, "state": {}}


def test_the_heartbeat_reply_tells_the_last_number(web: int, session: Session) -> None:
    tell(session, "a", "b")
    assert Client.of(session, web).do("heartbeat")["data"] == {"seq": 2}


def test_a_publication_that_was_lost_is_repaired_by_the_sweep(web: int, session: Session, monkeypatch: Any) -> None:
    client = Client.of(session, web)
    client.do("echo", text="past the hold")
    monkeypatch.setattr(push, "_silent_until", time.monotonic() + 60)  # nothing of this process reaches Redis
    began = time.monotonic()
    tell(session, "a", "b", "c")
    assert client.numbers(3) == [1, 2, 3]
    assert time.monotonic() - began < 3


def test_a_live_frame_after_a_gap_brings_the_gap_first(web: int, session: Session, monkeypatch: Any) -> None:
    client = Client.of(session, web)
    client.do("echo", text="past the hold")
    monkeypatch.setattr(push, "_silent_until", time.monotonic() + 60)
    tell(session, "lost 1", "lost 2")
    client.do("tell", text="live")
    assert client.numbers(3) == [1, 2, 3]
    assert client.is_silent(2.5)


@pytest.fixture
def own_house(django_db_setup: None) -> Iterator[tuple[Process, Process]]:
    """A Redis and a web process that a test may break."""
    with redis_process() as redis_server, web_process(redis_server.port) as web_server:
        yield redis_server, web_server


def test_without_redis_everything_still_arrives_and_access_still_ends(own_house: Any, session: Session) -> None:
    redis_server, web_server = own_house
    early = Client.of(session, web_server.port)
    early.do("tell", text="with redis")
    assert early.numbers(1) == [1]
    redis_server.stop(signal.SIGKILL)
    began = time.monotonic()
    assert early.do("tell", text="without")["ok"]
    assert time.monotonic() - began < 1.5  # the request did not wait for Redis
    late = Client.of(session, web_server.port)
    assert late.do("tell", text="and again")["ok"]
    assert early.numbers(2) == [2, 3]
    assert late.numbers(1) == [3]
    Session.objects.update(revoked_at=timezone.now(), revoked_reason="signed_out")
    ended = time.monotonic()
    assert (early.close_code(), late.close_code()) == (4401, 4401)
    assert time.monotonic() - ended < 5


def test_after_a_restart_of_redis_pushes_are_live_again(own_house: Any, session: Session) -> None:
    redis_server, web_server = own_house
    client = Client.of(session, web_server.port)
    redis_server.stop(signal.SIGKILL)
    client.do("tell", text="lost in Redis")
    assert client.numbers(1) == [1]
    redis_server.start()

    def is_live() -> bool:
        began = time.monotonic()
        client.do("tell", text="again")
        client.next("note")
        return time.monotonic() - began < 0.15

    eventually(is_live, seconds=10)


def test_signing_out_closes_the_socket_within_five_seconds(webs: tuple[int, int], session: Session) -> None:
    doomed = [Client.of(session, port) for port in webs]
    other = Client.of(make_session(user=session.user), webs[0])
    Session.objects.filter(pk=session.pk).update(revoked_at=timezone.now(), revoked_reason="signed_out")
    began = time.monotonic()
    assert [client.close_code() for client in doomed] == [4401, 4401]
    assert time.monotonic() - began < 5
    assert other.do("echo", text="the other device stays")["ok"]


def test_a_suspended_person_is_out_at_once_for_commands_and_soon_for_the_socket(web: int, session: Session) -> None:
    client = Client.of(session, web)
    session.user.is_active = False
    session.user.save()
    assert client.do("echo", text="x")["problem"]["code"] == "unauthenticated"
    assert client.close_code() == 4401


def test_cut_access_closes_at_once(web: int, session: Session) -> None:
    client = Client.of(session, web)
    began = time.monotonic()
    with transaction.atomic():
        stream.cut([session.user_id], ["play"])
    assert client.close_code() == 4403
    assert time.monotonic() - began < 5
    assert Client.of(session, web).do("echo", text="back")["ok"]


def test_a_restart_says_so(redis_server: Process, session: Session) -> None:
    with web_process(redis_server.port) as process:
        client = Client.of(session, process.port)
        process.child.send_signal(signal.SIGTERM)
        assert client.close_code() == 1012
        assert process.child.wait(10) in {0, -signal.SIGTERM}
        assert client.hello["data"]["reconnect"]["max_ms"] > client.hello["data"]["reconnect"]["min_ms"]
