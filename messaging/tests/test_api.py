from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications.tests.factories import make_application
from companies.models import Company
from jobs.tests.factories import make_job
from messaging.models import Conversation, Message
from messaging.tests.factories import make_conversation, say

URL = "/api/v1/conversations/"


def body(text: str = "Hello", **overrides: Any) -> dict[str, Any]:
    return {"client_msg_id": str(uuid.uuid4()), "body": text, **overrides}


def test_a_recruiter_starts_a_conversation_and_the_candidate_finds_it(
    as_user: Any, alice: User, bob: User, acme: Company
) -> None:
    application = make_application(candidate=alice, job=make_job(company=acme))
    started = as_user(bob).post(URL, {"application": str(application.public_id)})
    assert started.status_code == 201
    again = as_user(alice).post(URL, {"application": str(application.public_id)})
    assert again.json()["id"] == started.json()["id"]
    (found,) = as_user(alice).get(URL).json()["results"]
    assert (found["company"]["slug"], found["last_seq"], found["last_message"]) == ("acme", 0, None)


def test_messages_are_sent_listed_and_read(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    messages = f"{URL}{talk.public_id}/messages/"
    for text in ("one", "two", "three"):
        answer = as_user(bob).post(messages, body(text))
        assert answer.status_code == 201
    assert (answer.json()["seq"], answer.json()["sender"]["name"], answer.json()["side"]) == (3, "Bob Fotso", "company")
    results = as_user(alice).get(messages, {"after_seq": 1}).json()["results"]
    assert [message["body"] for message in results] == ["two", "three"]
    shown = as_user(alice).get(f"{URL}{talk.public_id}/").json()
    assert (shown["unread_count"], shown["last_message"]["body"]) == (3, "three")
    read = as_user(alice).post(f"{URL}{talk.public_id}/read/", {"seq": 2})
    assert (read.status_code, read.json()["unread_count"], read.json()["last_read_seq"]) == (200, 1, 2)


def test_sending_again_with_the_same_client_id_answers_the_same_message(
    as_user: Any, alice: User, talk: Conversation
) -> None:
    letter = body()
    first, again = (as_user(alice).post(f"{URL}{talk.public_id}/messages/", letter) for _ in range(2))
    assert (first.json(), again.status_code) == (again.json(), 201)
    other = as_user(alice).post(f"{URL}{talk.public_id}/messages/", {**letter, "body": "else"})
    assert (other.status_code, other.json()["code"]) == (422, "client_msg_id_reused")
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "attr"),
    [
        ({"body": ""}, "body"),
        ({"body": "  "}, "body"),
        ({"body": "x" * 10_001}, "body"),
        ({"body": 5}, "body"),
        ({"body": None}, "body"),
        ({"client_msg_id": "x"}, "client_msg_id"),
        ({"client_msg_id": None}, "client_msg_id"),
    ],
)
def test_a_senseless_message_is_refused(
    as_user: Any, alice: User, talk: Conversation, wrong: dict[str, Any], attr: str
) -> None:
    answer = as_user(alice).post(f"{URL}{talk.public_id}/messages/", body(**wrong))
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, attr)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["a\x00", "\ud800"])
def test_text_that_cannot_be_stored_is_refused(as_user: Any, alice: User, talk: Conversation, text: str) -> None:
    raw = json.dumps(body(text))
    answer = as_user(alice).post(f"{URL}{talk.public_id}/messages/", raw, content_type="application/json")
    assert answer.status_code == 400
    assert not Message.objects.exists()


@pytest.mark.parametrize("seq", [-1, "x", None, 2**70, 1.5])
def test_a_senseless_pointer_is_refused(as_user: Any, alice: User, talk: Conversation, seq: Any) -> None:
    assert as_user(alice).post(f"{URL}{talk.public_id}/read/", {"seq": seq}).status_code == 400


def doors(client: APIClient, ident: Any, application: Any) -> list[Any]:
    """Knock at every door of one conversation."""
    return [
        client.get(f"{URL}{ident}/"),
        client.get(f"{URL}{ident}/messages/"),
        client.post(f"{URL}{ident}/messages/", body()),
        client.post(f"{URL}{ident}/read/", {"seq": 1}),
        client.post(URL, {"application": str(application)}),
    ]


def test_carol_sees_nothing_at_any_door_and_cannot_tell_it_from_nothing(
    as_user: Any, carol: User, alice: User, talk: Conversation
) -> None:
    say(alice, talk, "secret")
    client = as_user(carol)
    foreign = doors(client, talk.public_id, talk.application.public_id)
    missing = doors(client, uuid.uuid4(), uuid.uuid4())
    assert {answer.status_code for answer in foreign} == {404}
    for one, other in zip(foreign, missing, strict=True):
        assert {**one.json(), "request_id": ""} == {**other.json(), "request_id": ""}
    assert client.get(URL).json()["results"] == []
    assert client.get(URL, {"application": str(talk.application.public_id)}).json()["results"] == []
    assert "secret" not in client.get("/api/v1/realtime/bootstrap/").content.decode()
    assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)


def test_strangers_are_asked_to_sign_in(api: APIClient, talk: Conversation) -> None:
    assert {answer.status_code for answer in doors(api, talk.public_id, talk.application.public_id)} == {401}


def test_who_has_not_proved_the_address_reads_but_does_not_write(as_user: Any, alice: User, talk: Conversation) -> None:
    alice.email_verified_at = None
    alice.save()
    answers = doors(as_user(alice), talk.public_id, talk.application.public_id)
    assert [answer.status_code for answer in answers] == [200, 200, 403, 200, 403]
    assert answers[2].json()["code"] == "email_unverified"


def test_bootstrap_tells_what_is_unread(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    say(bob, talk)
    chat = as_user(alice).get("/api/v1/realtime/bootstrap/").json()["sockets"]["chat"]
    assert chat == {
        "seq": 1,
        "state": {
            "unread_count": 1,
            "muted_unread_count": 0,
            "conversations": [
                {
                    "id": str(talk.public_id),
                    "last_seq": 1,
                    "last_read_seq": 0,
                    "unread_count": 1,
                    "is_muted": False,
                }
            ],
        },
    }


def test_lists_cost_the_same_for_two_rows_and_for_twenty(
    as_user: Any, bob: User, acme: Company, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(bob)
    costs = []
    for rows in (2, 8):
        for _ in range(rows - Conversation.objects.count()):
            conversation = make_conversation(company=acme)
            say(bob, conversation)
        for url in (URL, f"{URL}{conversation.public_id}/messages/"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url).status_code == 200
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 9
