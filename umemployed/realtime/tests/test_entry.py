from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from accounts.models import Session
from accounts.tests.factories import make_client
from accounts.tests.racing import race
from umemployed.realtime.entry import language_of
from umemployed.realtime.models import Ticket
from umemployed.realtime.tests.servers import ORIGIN, Client, ticket_of, token_of
from umemployed.realtime.tickets import claim_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_ticket_from_rest_opens_the_socket_and_only_our_subprotocol_is_echoed(web: int, session: Session) -> None:
    answer = make_client(session=session).post("/api/v1/realtime/tickets/")
    assert answer.status_code == 201
    client = Client(web, subprotocols=["umemployed.v1", f"ticket.{answer.json()['ticket']}"])
    assert client.socket.subprotocol == "umemployed.v1"
    hello = client.next("hello")
    assert hello["data"]["seq"] == 0
    assert hello["data"]["heartbeat_seconds"] == 25
    assert "seq" not in hello


def test_tickets_are_for_people_who_are_signed_in(api: Any, db: None) -> None:
    assert api.post("/api/v1/realtime/tickets/").status_code == 401


def test_the_secret_of_a_ticket_is_stored_nowhere(session: Session) -> None:
    secret = ticket_of(session)
    assert secret not in json.dumps(list(Ticket.objects.values("digest", "session_id")))


def test_a_ticket_works_once(web: int, session: Session) -> None:
    offered = ["umemployed.v1", f"ticket.{ticket_of(session)}"]
    Client(web, subprotocols=offered).next("hello")
    assert Client(web, subprotocols=offered).close_code() == 4401


@pytest.mark.race
def test_of_twenty_claims_of_one_ticket_one_wins(session: Session) -> None:
    secret = ticket_of(session)
    claims = race(*[lambda: claim_ticket(secret)] * 20)
    assert len([claim for claim in claims if claim is not None]) == 1


def test_a_late_ticket_is_refused(web: int, session: Session) -> None:
    secret = ticket_of(session)
    Ticket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client(web, subprotocols=["umemployed.v1", f"ticket.{secret}"]).close_code() == 4401


def test_a_ticket_dies_with_its_session(web: int, session: Session) -> None:
    secret = ticket_of(session)
    Session.objects.update(revoked_at=timezone.now(), revoked_reason="signed_out")
    assert Client(web, subprotocols=["umemployed.v1", f"ticket.{secret}"]).close_code() == 4401


@pytest.mark.parametrize("ticket", ["x", "a" * 5000, "!#$%&'*+-.^_`|~"])
def test_a_made_up_ticket_is_refused(web: int, session: Session, ticket: str) -> None:
    assert Client(web, subprotocols=["umemployed.v1", f"ticket.{ticket}"]).close_code() == 4401


def test_the_first_frame_may_authenticate_instead(web: int, session: Session) -> None:
    client = Client(web)
    assert client.do("authenticate", token=token_of(session)) == {"re": 1, "ok": True, "data": {}}
    assert client.next("hello")["data"]["seq"] == 0
    assert client.socket.subprotocol is None


@pytest.mark.parametrize("token", ["", "x", "é", 5, None, "a.b.c", "\x00", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."])
def test_a_bad_token_is_answered_and_closed(web: int, session: Session, token: Any) -> None:
    client = Client(web)
    answer = client.do("authenticate", token=token)
    assert (answer["ok"], answer["problem"]["code"]) == (False, "unauthenticated")
    assert client.close_code() == 4401


def test_nothing_works_before_authentication(web: int, session: Session) -> None:
    client = Client(web)
    assert client.do("echo", text="hello")["problem"]["code"] == "unauthenticated"
    assert client.close_code() == 4401


def test_whoever_says_nothing_is_closed_after_five_seconds(web: int, session: Session) -> None:
    began = time.monotonic()
    assert Client(web).close_code() == 4408
    assert 4.5 < time.monotonic() - began < 7


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        ORIGIN + "/",
        ORIGIN + ".evil.example",
        ORIGIN.replace("http:", "https:"),
        ORIGIN.upper(),
        "http://evil.example",
        "http://evil.example?" + ORIGIN,
        ORIGIN.replace("://", "://evil@"),
        f"{ORIGIN}, {ORIGIN}",
    ],
)
def test_a_foreign_origin_is_refused_at_the_handshake(web: int, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        Client(web, origin=origin)
    assert refusal.value.response.status_code == 403


def test_two_origins_are_none(web: int) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        Client(web, additional_headers={"Origin": ORIGIN})
    assert refusal.value.response.status_code in {400, 403}


def test_an_unknown_path_is_not_found(web: int) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        Client(web, "nowhere")
    assert refusal.value.response.status_code == 404


def test_one_person_may_not_hold_any_number_of_connections(web: int, session: Session) -> None:
    clients = [Client.of(session, web) for _ in range(10)]
    excess = Client(web, subprotocols=["umemployed.v1", f"ticket.{ticket_of(session)}"])
    assert excess.close_code() == 4429
    clients[0].close()
    time.sleep(0.2)
    Client.of(session, web)


@pytest.mark.parametrize(
    ("asked", "title"),
    [("fr-CM,fr;q=0.9,en;q=0.5", "Commande inconnue"), ("de, en;q=0.5, fr;q=0.1", "Unknown command")],
)
def test_a_socket_speaks_the_language_of_its_handshake(web: int, session: Session, asked: str, title: str) -> None:
    offered = ["umemployed.v1", f"ticket.{ticket_of(session)}"]
    client = Client(web, subprotocols=offered, additional_headers={"Accept-Language": asked})
    assert client.do("nothing")["problem"]["title"] == title
    required = client.do("echo")["problem"]["errors"][0]["detail"]
    assert required == {"Commande inconnue": "Ce champ est obligatoire."}.get(title, "This field is required.")


@pytest.mark.parametrize("asked", [b"", b"*", b"\xff\xfe", b"tlh", b"fr" * 9000, b"en;q=x,," * 900, b"'", b"-,-;q=1"])
def test_a_language_that_nobody_speaks_is_english(asked: bytes) -> None:
    assert language_of({"headers": [(b"accept-language", asked)]}) == "en"
