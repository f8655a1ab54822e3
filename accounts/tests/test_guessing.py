"""Guessers are slowed down; the owner gets in."""

from __future__ import annotations

from rest_framework.test import APIClient

from accounts.models import EmailToken, User
from accounts.tests.factories import PASSWORD, make_client

AUTH = "/api/v1/auth"
HOME, AWAY = "192.0.2.1", "192.0.2.99"


def sign_in(api: APIClient, user: User, *, place: str, password: str = PASSWORD, forwarded: str = "") -> int:
    body = {"email": user.email, "password": password}
    return api.post(f"{AUTH}/login/", body, REMOTE_ADDR=place, HTTP_X_FORWARDED_FOR=forwarded).status_code


def test_forged_proxy_headers_buy_no_more_guesses(api: APIClient, alice: User) -> None:
    answers = [
        sign_in(api, alice, place=AWAY, password=f"guess {number}", forwarded=f"10.0.{number}.1")
        for number in range(60)
    ]
    assert (answers.count(401), answers.count(429)) == (10, 50)
    refused = api.post(f"{AUTH}/login/", {"email": alice.email, "password": PASSWORD}, REMOTE_ADDR=AWAY)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 300
    assert sign_in(api, alice, place=HOME) == 200


def test_guessers_in_many_places_do_not_lock_the_owner_out_at_home(api: APIClient, alice: User, settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": {"limit": 5, "seconds": 3600, "closed": True}}
    assert sign_in(api, alice, place=HOME) == 200
    answers = [sign_in(api, alice, place=f"198.51.100.{number}", password="guess") for number in range(10)]
    assert (answers.count(401), answers.count(429)) == (4, 6)
    assert sign_in(api, alice, place=AWAY) == 429
    assert sign_in(api, alice, place=HOME) == 200


def test_a_stranger_cannot_bomb_a_mailbox(api: APIClient, alice: User) -> None:
    for email in (alice.email, "nobody@example.com"):
        answers = [api.post(f"{AUTH}/password/reset/", {"email": email}).status_code for _ in range(7)]
        assert answers == [202] * 5 + [429] * 2


def ask(api: APIClient, path: str, user: User, place: str) -> int:
    body = {"email": user.email, "password": "quite another battery"} if path == "register" else {"email": user.email}
    return api.post(f"{AUTH}/{path}/", body, REMOTE_ADDR=place).status_code


def test_strangers_do_not_use_up_the_owners_reset(api: APIClient, alice: User) -> None:
    for path in ("register", "verify-email/resend", "password/reset"):
        assert [ask(api, path, alice, AWAY) for _ in range(6)][-1] == 429
    EmailToken.objects.all().delete()
    assert ask(api, "password/reset", alice, HOME) == 202
    assert EmailToken.objects.filter(user=alice, purpose="reset_password").count() == 1


def test_beyond_the_bound_of_a_mailbox_the_answer_is_the_same_and_the_owner_is_served_at_home(
    api: APIClient, alice: User, settings
) -> None:
    bound = {"limit": 3, "seconds": 3600, "closed": True}
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "token_mail_address": bound}
    assert sign_in(api, alice, place=HOME) == 200
    answers = [ask(api, "password/reset", alice, f"198.51.100.{number}") for number in range(5)]
    assert (answers, EmailToken.objects.count()) == ([202] * 5, 3)
    assert (ask(api, "password/reset", alice, HOME), EmailToken.objects.count()) == (202, 4)


def test_who_stole_a_session_does_not_lock_its_owner_out_of_changing_the_password(alice: User) -> None:
    thief, owner = make_client(alice), make_client(alice)
    body = {"current_password": "guess", "new_password": "a much newer sentence"}
    assert [thief.post(f"{AUTH}/password/change/", body).status_code for _ in range(11)][-1] == 429
    assert owner.post(f"{AUTH}/password/change/", {**body, "current_password": PASSWORD}).status_code == 200


def test_a_stolen_session_cannot_guess_the_password(alice: User) -> None:
    client = make_client(alice)
    body = {"current_password": "guess", "new_password": "a much newer sentence"}
    answers = [client.post(f"{AUTH}/password/change/", body).status_code for _ in range(12)]
    assert answers == [400] * 10 + [429] * 2
