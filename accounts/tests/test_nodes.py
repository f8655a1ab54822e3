"""What an outsider meets at two web processes of the real program: nothing here looks behind the door first."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pyotp
import pytest
from django.utils import timezone

from accounts.links import link_for
from accounts.models import Authenticator, EmailToken, Session, User
from accounts.services import make_offer, suspend_user
from accounts.services.second_step import STEP
from accounts.services.verification import issue_email_token
from accounts.tests.factories import PASSWORD, make_session, make_user
from accounts.tests.nodes import AWAY, Nodes, nodes, running_nodes, visitor, within
from accounts.tests.test_tokens import FORGERIES
from accounts.tokens import make_access_token
from umemployed.realtime.tests.fixtures import closed_clients
from umemployed.realtime.tests.servers import Client

__all__ = ["closed_clients", "nodes", "running_nodes"]
pytestmark = [
    pytest.mark.attack,
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]
NEW_PASSWORD = "a much newer sentence"
SECRETS = re.compile(r"eyJ|umr_|umc_|umi_|sk_|otpauth|" + "|".join(map(re.escape, (PASSWORD, NEW_PASSWORD))))


def token_of(session: Session) -> str:
    return make_access_token(session, issued_at=timezone.now())


def secret_for(user: User, purpose: str) -> str:
    return link_for(issue_email_token(user=user, purpose=EmailToken.Purpose(purpose))).partition("token=")[2]


# --- Ends, and how soon they are everywhere --------------------------------------------------------
def sign_out(port: int, session: Session) -> None:
    assert visitor(port, token=token_of(session)).post("/auth/logout/").status_code == 204


def end_from_afar(port: int, session: Session) -> None:
    other = visitor(port, token=token_of(make_session(user=session.user)))
    assert other.delete(f"/auth/sessions/{session.public_id}/").status_code == 204


def change_password(port: int, session: Session) -> None:
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert visitor(port, token=token_of(session)).post("/auth/password/change/", json=body).status_code == 200


def reset_password(port: int, session: Session) -> None:
    body = {"token": secret_for(session.user, "reset_password"), "new_password": NEW_PASSWORD}
    assert visitor(port).post("/auth/password/reset/confirm/", json=body).status_code == 204


def turn_second_step_on(port: int, session: Session) -> None:
    other = visitor(port, token=token_of(make_session(user=session.user)))
    code = pyotp.TOTP(make_offer(user=session.user).secret).at(time.time() - STEP)
    assert other.post("/auth/mfa/totp/confirm/", json={"code": code}).status_code == 200


def suspend(port: int, session: Session) -> None:
    suspend_user(actor=make_user(is_staff=True, is_superuser=True), user_id=session.user_id)


def delete(port: int, session: Session) -> None:
    session.user.delete()


@pytest.mark.parametrize(
    "end", [sign_out, end_from_afar, change_password, reset_password, turn_second_step_on, suspend, delete]
)
def test_every_end_of_a_session_is_everywhere_within_five_seconds(
    nodes: Nodes, end: Callable[[int, Session], None]
) -> None:
    session = make_session(user=make_user())
    token = token_of(session)
    sockets = [Client.of(session, port, "notifications") for port in nodes.ports]
    visitors = [visitor(port, token=token) for port in nodes.ports]
    assert [one.get("/me/").status_code for one in visitors] == [200, 200]
    began = time.monotonic()
    end(nodes.ports[0], session)
    assert within(5, lambda: [one.get("/me/").status_code for one in visitors] == [401, 401])
    assert [one.close_code(max(0.1, began + 8 - time.monotonic())) for one in sockets] == [4401, 4401]
    took = time.monotonic() - began
    assert took < 6, f"{took:.1f} s"  # the machine's own delays included; the sweep comes every two seconds


# --- Forgeries ---------------------------------------------------------------------------------------
def test_every_forgery_is_a_401_on_every_node(nodes: Nodes) -> None:
    alice = make_user()
    met, sent = {}, 0
    for name, forge in FORGERIES.items():
        token = forge(alice)
        if "\x00" in token or "\r" in token:
            continue  # no client can send it
        for port in nodes.ports:
            answer = visitor(port).get("/me/", headers={"Authorization": f"Bearer {token}".strip()})
            sent += 1
            if answer.status_code != 401 or answer.json()["code"] != "unauthenticated":
                met[name] = answer.status_code
    assert met == {}
    assert sent >= 2 * 30
    assert visitor(nodes.ports[1], token=token_of(make_session(user=alice))).get("/me/").status_code == 200


# --- Guesses -----------------------------------------------------------------------------------------
def test_a_thousand_guesses_behind_forged_headers_judge_ten_and_the_owner_gets_in(nodes: Nodes) -> None:
    alice = make_user()

    def guess(number: int) -> Any:
        forged = f"{number % 223 + 1}.{number % 251}.{number % 241}.7"
        headers = {
            "X-Forwarded-For": f"{forged}, 127.0.0.1" if number % 2 else forged,
            "X-Real-IP": forged,
            "True-Client-IP": forged,
            "CF-Connecting-IP": forged,
            "Forwarded": f"for={forged}",
            "X_Forwarded_For": forged,
            "User-Agent": f"Guesser/{number}",
        }
        body = {"email": alice.email.upper() if number % 3 else f" {alice.email}", "password": f"guess {number}"}
        return clients[number % len(clients)].post("/auth/login/", json=body, headers=headers)

    clients = [visitor(nodes.ports[number % 2]) for number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(1000)))
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {401: 10, 429: 990}
    for answer in answers:
        if answer.status_code == 429:
            assert 0 < int(answer.headers["Retry-After"]) <= 300
            assert re.fullmatch(r'"login\w*";q=\d+;w=300', answer.headers["RateLimit-Policy"])
            assert re.fullmatch(r'"login\w*";r=0;t=\d+', answer.headers["RateLimit"])
    owner = {"email": alice.email, "password": PASSWORD}
    assert visitor(nodes.ports[0]).post("/auth/login/", json=owner).status_code == 429
    assert visitor(nodes.ports[1], place=AWAY).post("/auth/login/", json=owner).status_code == 200


def test_without_redis_nobody_signs_in_and_reading_goes_on(nodes: Nodes) -> None:
    alice = make_user()
    client = visitor(nodes.ports[0], token=token_of(make_session(user=alice)))
    nodes.redis.stop()
    try:
        for path, body in [
            ("login", {"email": alice.email, "password": PASSWORD}),
            ("register", {"email": "new@example.com", "password": PASSWORD}),
            ("password/reset", {"email": alice.email}),
            ("refresh", {"refresh": "umr_x"}),
        ]:
            began = time.monotonic()
            answer = visitor(nodes.ports[0]).post(f"/auth/{path}/", json=body)
            assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True), path
            assert time.monotonic() - began < 3
        for path in ("/me/", "/jobs/", "/auth/sessions/", "/dictionaries/"):
            assert client.get(path).status_code == 200, path
    finally:
        nodes.redis.start()
    body = {"email": alice.email, "password": PASSWORD}
    assert within(10, lambda: visitor(nodes.ports[0]).post("/auth/login/", json=body).status_code == 200)


# --- Passwords at the door ---------------------------------------------------------------------------
def test_a_password_is_taken_whole_in_any_script_and_a_huge_one_costs_nothing(nodes: Nodes) -> None:
    password = "ψ пароль 密码 🔑 " * 5
    whole, near = password[:63] + "Z", password[:63]
    client = visitor(nodes.ports[0])
    assert client.post("/auth/register/", json={"email": "erin@example.com", "password": whole}).status_code == 202
    for attempt, status in ((near, 401), (whole + "Z", 401), (whole, 200)):
        answer = client.post("/auth/login/", json={"email": "erin@example.com", "password": attempt})
        assert answer.status_code == status
    for path in ("register", "login"):
        for length in (1025, 100_000, 900_000):
            began = time.monotonic()
            answer = client.post(f"/auth/{path}/", json={"email": "erin@example.com", "password": "x" * length})
            assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "password")
            assert time.monotonic() - began < 2
    assert (
        client.post(
            "/auth/register/", json={"email": "f@example.com", "password": "violet tram lantern " * 51}
        ).status_code
        == 202
    )


# --- Events and logs ---------------------------------------------------------------------------------
def attacks(nodes: Nodes, alice: User, bob: User) -> dict[str, Callable[[], Any]]:
    """Return twenty attacks by name; each answers with the response that it met."""
    stranger, thief = visitor(nodes.ports[0]), visitor(nodes.ports[1], token=token_of(make_session(user=alice)))
    expired = make_access_token(make_session(user=alice), issued_at=timezone.now() - timezone.timedelta(hours=1))
    forged = jwt.encode({"sub": "x"}, "k" * 40, algorithm="HS256", headers={"typ": "at+jwt", "kid": "x"})
    body = {"email": alice.email, "password": "wrong guess"}
    Authenticator.objects.filter(user=bob).delete()
    offer = make_offer(user=bob)
    Authenticator.objects.filter(user=bob).update(confirmed_at=timezone.now())
    User.objects.filter(pk=bob.pk).update(mfa_enabled_at=timezone.now())

    def second_step(code: str) -> Any:
        asked = stranger.post("/auth/login/", json={"email": bob.email, "password": PASSWORD})
        return stranger.post("/auth/login/mfa/", json={"challenge": asked.json()["challenge"], "code": code})

    def bearer(token: str) -> Any:
        return stranger.get("/me/", headers={"Authorization": f"Bearer {token}"})

    def replayed_code() -> Any:
        code = pyotp.TOTP(offer.secret).now()
        second_step(code)
        return second_step(code)

    def too_many(path: str, sent: dict[str, str], times: int) -> Any:
        return [visitor(nodes.ports[0], place="127.0.0.9").post(path, json=sent) for _ in range(times)][-1]

    def used_link() -> Any:
        secret = secret_for(alice, "verify_email")
        return [stranger.post("/auth/verify-email/", json={"token": secret}) for _ in range(2)][-1]

    reset = {"token": "x" * 43, "new_password": NEW_PASSWORD}
    move = {"email": "thief@example.com"}
    wrong = {"current_password": "not this one", "new_password": NEW_PASSWORD}
    wrong_too = {"current_password": "not this one", "code": "1"}
    return {
        "session:refused": lambda: stranger.post("/auth/login/", json=body),
        "session:refused (unknown)": lambda: stranger.post("/auth/login/", json={**body, "email": "no@example.com"}),
        "refused:unauthenticated": lambda: bearer("nonsense"),
        "refused:unauthenticated (forged)": lambda: bearer(forged),
        "refused:unauthenticated (expired)": lambda: bearer(expired),
        "refused:unauthenticated (refresh)": lambda: bearer("umr_x"),
        "refused:bad_refresh_token": lambda: stranger.post("/auth/refresh/", json={"refresh": "umr_x"}),
        "refused:bad_link": lambda: stranger.post("/auth/verify-email/", json={"token": "x" * 43}),
        "refused:bad_link (reset)": lambda: stranger.post("/auth/password/reset/confirm/", json=reset),
        "refused:bad_link (move)": lambda: thief.post("/auth/email/change/confirm/", json={"token": "x" * 43}),
        "refused:bad_link (used)": used_link,
        "refused:bad_challenge": lambda: stranger.post(
            "/auth/login/mfa/", json={"challenge": "umc_x", "code": "123456"}
        ),
        "mfa:refused": lambda: second_step("000000"),
        "mfa:refused (replayed)": replayed_code,
        "refused:reauthentication_required": lambda: thief.post("/auth/email/change/", json=move),
        "refused:reauthentication_required (second step)": lambda: thief.post("/auth/mfa/totp/", json={}),
        "password:refused": lambda: thief.post("/auth/password/change/", json=wrong),
        "password:refused (second step)": lambda: thief.post("/auth/mfa/disable/", json=wrong_too),
        "refused:too_many_requests": lambda: too_many("/auth/login/", body, 11),
        "refused:too_many_requests (mails)": lambda: too_many("/auth/password/reset/", {"email": "n@example.com"}, 6),
    }


def test_twenty_attacks_are_twenty_complete_events_and_no_secret_is_logged(nodes: Nodes) -> None:
    alice, bob = make_user(), make_user()
    asked = attacks(nodes, alice, bob)
    assert len(asked) == 20
    for name, attack in asked.items():
        answer = attack()
        assert 400 <= answer.status_code < 500, (name, answer.status_code)
        request_id = answer.headers["X-Request-ID"]

        def found(wanted: str = request_id) -> list[dict[str, Any]]:
            return [event for event in nodes.events() if event["request_id"] == wanted]

        assert within(5, found), f"{name} was not told"
        event = next(event for event in found() if event["event"] == name.partition(" ")[0])
        assert event["at"].endswith("+00:00")
        assert event["address"] == ("127.0.0.9" if "too_many" in name else "127.0.0.1")
        whose = name.startswith(("password:refused", "refused:reauthentication", "refused:bad_link (move)"))
        assert event["actor"] == (str(alice.public_id) if whose else None), name
        assert event.get("route") or event.get("target") or "unknown" in name
    for line in nodes.said().splitlines():
        assert not SECRETS.search(line), line
        assert not re.search(r"@example\.com|x{43}", line), line


def test_sockets_tell_who_was_refused(nodes: Nodes) -> None:
    before = len(nodes.events())
    with pytest.raises(Exception, match="403"):
        Client(nodes.ports[0], "notifications", origin="https://evil.example")
    assert Client(nodes.ports[1], "notifications", subprotocols=["umemployed.v1", "ticket.x"]).close_code() == 4401
    assert within(5, lambda: len(nodes.events()) >= before + 2)
    told = {event["event"]: event["address"] for event in nodes.events() if event.get("method") == "WEBSOCKET"}
    assert told == {"refused:foreign_origin": "127.0.0.1", "refused:unauthenticated": "127.0.0.1"}
