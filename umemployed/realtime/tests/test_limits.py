from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from accounts.models import Session
from accounts.tests.factories import make_session, make_user
from umemployed.realtime.tests.servers import Client

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_command_is_answered_by_its_own_id(web: int, session: Session) -> None:
    client = Client.of(session, web)
    client.socket.send('{"id":"my-id","type":"echo","data":{"text":"é ✓ \\ud83d\\ude00"}}')
    assert client.read() == {"re": "my-id", "ok": True, "data": {"text": "é ✓ 😀"}}


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("nothing", {}, "unknown_command"),
        ("authenticate", {"token": "x"}, "already_authenticated"),
        ("echo", {}, "invalid"),
        ("echo", {"text": None}, "invalid"),
        ("echo", {"text": "a\x00b"}, "invalid"),
        ("echo", {"text": "x" * 201}, "invalid"),
        ("echo", {"text": {"a": []}}, "invalid"),
        ("forbidden", {"text": "x"}, "forbidden"),
        ("bug", {"text": "x"}, "internal_error"),
    ],
)
def test_what_cannot_be_done_is_answered_with_the_same_problem_as_rest(
    web: int, session: Session, kind: str, data: dict[str, Any], code: str
) -> None:
    client = Client.of(session, web)
    answer = client.do(kind, **data)
    assert (answer["ok"], answer["problem"]["code"]) == (False, code)
    assert "secret" not in json.dumps(answer)
    assert client.do("echo", text="still here")["ok"]


@pytest.mark.parametrize("data", ["[]", '"x"', "null", "5", '{"text":"\\ud800"}', "[" * 900 + "]" * 900])
def test_data_of_any_shape_are_answered(web: int, session: Session, data: str) -> None:
    client = Client.of(session, web)
    client.socket.send(f'{{"id":1,"type":"echo","data":{data}}}')
    assert client.read()["problem"]["code"] == "invalid"


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "5", '"x"', "{}", '{"id":1}', '{"type":"echo"}', '{"id":true,"type":"echo"}',
        '{"id":-1,"type":"echo"}', '{"id":1.5,"type":"echo"}', '{"id":9007199254740993,"type":"echo"}',
        '{"id":"","type":"echo"}', '{"id":1,"type":5}', '{"id":1,"type":"echo","seq":1}', "[" * 30_000,
        '{"id":1,"id":2,"type":"echo","data":{}}', '{"id":1,"type":"echo","data":{"text":"a","text":"b"}}',
        '{"id":1,"type":"echo","data":NaN}', '{"id":' + "9" * 5000 + ',"type":"echo"}', b"\x00\x01", b"",
    ],
)  # fmt: skip
def test_what_cannot_be_answered_closes_with_4400(web: int, session: Session, text: str | bytes) -> None:
    client = Client.of(session, web)
    client.socket.send(text)
    assert client.close_code() == 4400


def test_more_than_64_kib_is_too_large(web: int, session: Session) -> None:
    client = Client.of(session, web)
    client.socket.send('{"id":1,"type":"nothing","data":"' + "x" * 65_000 + '"}')
    problem = client.read()["problem"]
    assert problem["code"] == "unknown_command" and problem["request_id"].endswith("-1")
    client.socket.send('{"id":2,"type":"nothing","data":"' + "x" * 65_536 + '"}')
    assert client.close_code() == 4413


def test_the_limit_is_in_bytes(web: int, session: Session) -> None:
    client = Client.of(session, web)
    client.socket.send('{"id":1,"type":"nothing","data":"' + "é" * 40_000 + '"}')
    assert client.close_code() == 4413


def test_a_megabyte_is_refused_by_the_protocol_itself(web: int, session: Session) -> None:
    client = Client.of(session, web)
    client.socket.send("x" * 1_000_000)
    assert client.close_code() == 1009


def test_a_hundred_commands_pass_and_the_next_does_not(web: int, session: Session) -> None:
    client = Client.of(session, web)
    assert all(client.do("heartbeat")["ok"] for _ in range(100))
    assert client.do("heartbeat")["problem"]["code"] == "too_many_requests"
    assert client.close_code() == 4429


def test_a_slow_command_delays_nobody_else(web: int, session: Session) -> None:
    sleepers = [Client.of(make_session(user=make_user()), web) for _ in range(4)]
    client = Client.of(session, web)
    client.do("echo", text="warm")
    for sleeper in sleepers:
        sleeper.send("sleep", seconds=2)
    time.sleep(0.1)
    began = time.monotonic()
    assert client.do("echo", text="quick")["ok"]
    assert time.monotonic() - began < 1


def test_a_peer_that_does_not_read_is_closed_and_others_lose_nothing(web: int, session: Session) -> None:
    slow, quick = Client.of(session, web), Client.of(session, web)
    talker = Client.of(session, web)
    talker.do("echo", text="warm")
    quick.do("echo", text="warm")
    slow.do("echo", text="warm")
    # The client library stops reading from the network when its own buffer is full and nobody calls recv().
    talker.send("flood", size=20_000, times=400)
    heard = 0
    while heard < 400:
        heard += quick.read(20).get("type") == "filler"
    assert slow.close_code(20) == 4490


def random_frame(dice: random.Random) -> str | bytes:
    kinds = ["echo", "tell", "resume", "heartbeat", "authenticate", "nope", "", "__init__", "hello"]
    values = [None, True, -1, 2**63, 1e308, "x", "\x00", "\ud800", [], [[]], {}, {"text": 1}, {"after": -5}, "é" * 50]
    match dice.randrange(6):
        case 0:
            return dice.randbytes(dice.randrange(40))
        case 1:
            return dice.randbytes(dice.randrange(60)).decode("latin-1")
        case 2:
            return json.dumps(dice.choice(values))
        case 3:
            frame = {"id": dice.choice(values), "type": dice.choice([*kinds, *values]), "data": dice.choice(values)}
            return json.dumps(frame)
        case 4:
            whole = json.dumps({"id": 1, "type": dice.choice(kinds), "data": {"text": "a", "after": 1}})
            cut = dice.randrange(len(whole))
            return whole[:cut] + dice.choice(["", "}", "\\", '"', "\x7f"]) + whole[cut + dice.randrange(3) :]
        case _:
            data = {dice.choice(["text", "after", "token"]): dice.choice(values)}
            return json.dumps({"id": dice.randrange(9), "type": dice.choice(kinds), "data": data})


def test_a_thousand_random_frames_break_nothing(web: int, session: Session) -> None:
    dice = random.Random(7)
    codes, answered, sent, client = set(), 0, 0, None
    while sent < 1000:
        if client is None:
            client, since = Client.of(session, web), 0
        try:
            client.socket.send(random_frame(dice))
            sent, since = sent + 1, since + 1
            while "re" not in client.read(3):
                pass
            answered += 1
            if since == 90:
                client.close()
                client = None
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            codes.add(closed.rcvd.code)
            client = None
    assert codes <= {4400, 1007}
    assert answered > 100
    assert Client.of(session, web).do("echo", text="still here")["ok"]
