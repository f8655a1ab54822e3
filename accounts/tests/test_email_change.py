"""Moving to another address, and what somebody with a stolen session or password cannot do with it."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.links import secret_of
from accounts.models import EmailToken, User
from accounts.services import (
    BadLink,
    ReauthenticationRequired,
    confirm_email_change,
    confirm_password_reset,
    request_email_change,
)
from accounts.services.verification import issue_email_token
from accounts.tests.factories import PASSWORD, make_client
from accounts.tests.racing import race
from accounts.tests.test_mfa import code_of, with_mfa
from umemployed.events.models import EventRecord

URL = "/api/v1/auth/email/change/"
pytestmark = pytest.mark.django_db


def ask(user: User, email: str = "new@example.com", **more: Any) -> Any:
    return make_client(user).post(URL, {"email": email, "current_password": PASSWORD, **more})


def mailed_secret() -> str:
    token = EmailToken.objects.filter(purpose="change_email").latest("pk")
    return secret_of(token.purpose, token.public_id)


def topics() -> list[str]:
    return [topic.rpartition(".")[2] for topic in EventRecord.objects.order_by("pk").values_list("topic", flat=True)]


def test_a_person_moves_and_both_addresses_are_owed_a_mail(alice: User) -> None:
    api = make_client(alice)
    answer = ask(alice, "New@Example.com")
    assert answer.status_code == 202
    alice.refresh_from_db()
    assert alice.email == "alice@example.com", "nothing changes before the link is opened"
    assert api.post(f"{URL}confirm/", {"token": mailed_secret()}).status_code == 204
    alice.refresh_from_db()
    assert (alice.email, alice.has_verified_email()) == ("new@example.com", True)
    token = EmailToken.objects.get()
    assert (token.previous_email, token.email) == ("alice@example.com", "new@example.com")
    assert topics() == ["EmailChangeRequested", "EmailChanged"]
    assert api.post(f"{URL}confirm/", {"token": mailed_secret()}).status_code == 400, "a link works once"


def test_who_is_made_to_open_the_link_lends_their_address_to_nobody(alice: User, bob: User, api: APIClient) -> None:
    """A stranger asks for the change with somebody's address, who opens the link in the mail."""
    ask(alice, "victim@example.com")
    body = {"token": mailed_secret()}
    assert api.post(f"{URL}confirm/", body).status_code == 401
    refused = make_client(bob).post(f"{URL}confirm/", body)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_link")
    assert not User.objects.filter(email="victim@example.com").exists()
    assert make_client(alice).post(f"{URL}confirm/", body).status_code == 204, "the link stayed good"


def test_a_token_alone_does_not_do(alice: User) -> None:
    answer = make_client(alice).post(URL, {"email": "new@example.com"})
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert ask(alice, current_password="not this one").status_code == 400
    with_mfa(alice)
    assert ask(alice).json()["code"] == "reauthentication_required"
    assert ask(alice, code=code_of(alice)).status_code == 202


def test_a_taken_address_answers_the_same_and_gets_nothing(alice: User, bob: User) -> None:
    free, taken = ask(alice), ask(alice, bob.email)
    assert (taken.status_code, taken.json()) == (free.status_code, free.json())
    assert EmailToken.objects.filter(email=bob.email).count() == 0


def test_an_address_that_was_taken_meanwhile_stays_its_owners(alice: User, bob: User) -> None:
    ask(alice, "new@example.com")
    User.objects.filter(pk=bob.pk).update(email="new@example.com")
    with pytest.raises(BadLink):
        confirm_email_change(actor=alice, token=mailed_secret())
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_a_reset_of_the_password_ends_a_change_that_somebody_else_began(alice: User) -> None:
    ask(alice, "thief@example.com")
    secret = mailed_secret()
    reset = issue_email_token(user=alice, purpose="reset_password")
    confirm_password_reset(token=secret_of(reset.purpose, reset.public_id), new_password="quite another battery")
    with pytest.raises(BadLink):
        confirm_email_change(actor=alice, token=secret)


def test_a_password_that_changes_while_it_is_checked_proves_nothing(alice: User) -> None:
    """Else a thief in the middle of asking would have a link to move the account after its owner took it back."""
    thief = User.objects.get(pk=alice.pk)
    reset = issue_email_token(user=alice, purpose="reset_password")
    confirm_password_reset(token=secret_of(reset.purpose, reset.public_id), new_password="quite another battery")
    with pytest.raises(ReauthenticationRequired):
        request_email_change(actor=thief, email="thief@example.com", current_password=PASSWORD)
    assert not EmailToken.objects.filter(purpose="change_email").exists()


def test_links_to_the_old_address_stop_working(alice: User) -> None:
    reset = issue_email_token(user=alice, purpose="reset_password")
    ask(alice)
    confirm_email_change(actor=alice, token=mailed_secret())
    with pytest.raises(BadLink):
        confirm_password_reset(token=secret_of(reset.purpose, reset.public_id), new_password="quite another battery")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_link_move_once(alice: User) -> None:
    ask(alice)
    secret = mailed_secret()
    results = race(*[lambda: confirm_email_change(actor=alice, token=secret) for _ in range(20)])
    assert results.count(None) == 1
    assert topics().count("EmailChanged") == 1
