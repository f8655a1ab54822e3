"""Connecting identities to one's account, and taking them away."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.links import secret_of
from accounts.models import Connection, EmailToken, Session, User
from accounts.services import change_password, confirm_password_reset
from accounts.social.services import disconnect, finish_connecting
from accounts.social.tests.conftest import SOCIAL, Browser, Tenant
from accounts.social.tests.factories import make_connection
from accounts.social.tests.test_sign_in import refused, topics
from accounts.tests.factories import PASSWORD, make_client, make_user
from accounts.tests.racing import race
from accounts.tests.test_mfa import code_of, with_mfa
from umemployed.api.errors import NotFound
from umemployed.audit.models import AuditEntry

CONNECTIONS = f"{SOCIAL}connections/"


def passwordless(**overrides: Any) -> User:
    user = make_user(**overrides)
    user.set_unusable_password()
    user.save()
    return user


def test_an_identity_with_any_address_is_connected_and_opens_the_account(
    browser: Browser, keel: Tenant, alice: User
) -> None:
    keel.person("sub-alice", "private@elsewhere.example", False)
    answer = browser.connect(alice)
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["provider"], shown["title"], shown["email"], shown["last_used_at"]) == ("keel", "Keel", "", None)
    entered = browser.sign_in()
    assert Session.objects.get(public_id=entered.json()["session_id"]).user == alice
    (row,) = make_client(alice).get(CONNECTIONS).json()["results"]
    assert row["id"] == shown["id"] and row["last_used_at"] is not None
    assert topics() == ["ConnectionChanged"]
    assert AuditEntry.objects.filter(action="social:connected", actor=alice).count() == 1


@pytest.mark.parametrize(("address", "known"), [("alice@example.com", True), ("private@elsewhere.example", False)])
def test_who_has_the_password_and_the_proved_address_is_one_person(
    browser: Browser, keel: Tenant, alice: User, address: str, known: bool
) -> None:
    """Whose address was proved by a link alone keeps the password when a provider proves the same address."""
    User.objects.filter(pk=alice.pk).update(maker_unknown=True)
    keel.person("sub-alice", address)
    assert browser.connect(alice).status_code == 200
    alice.refresh_from_db()
    assert (alice.maker_unknown, alice.has_usable_password()) == (not known, True)


def test_connecting_again_changes_nothing(browser: Browser, keel: Tenant, alice: User) -> None:
    keel.person("sub-alice")
    first, second = browser.connect(alice), browser.connect(alice)
    assert first.json()["id"] == second.json()["id"]
    assert topics() == ["ConnectionChanged"]


def test_a_token_alone_adds_no_way_in(browser: Browser, keel: Tenant, alice: User) -> None:
    assert browser.connect(alice, current_password="").json()["code"] in {"invalid", "reauthentication_required"}
    client = make_client(alice)
    bare = client.post(f"{CONNECTIONS}start/", {"provider": "keel"})
    assert (bare.status_code, bare.json()["code"]) == (403, "reauthentication_required")
    assert browser.connect(alice, current_password="not this one").json()["code"] == "wrong_password"
    with_mfa(alice)
    assert browser.connect(alice).json()["code"] == "reauthentication_required"
    keel.person("sub-alice")
    assert browser.connect(alice, code=code_of(alice)).status_code == 200


def test_an_unproved_account_gets_no_connection(browser: Browser, keel: Tenant) -> None:
    """It may be a trap: made with a foreign address, and left with a door that only its maker knows."""
    answer = browser.connect(make_user(email_verified_at=None))
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")


def test_an_identity_opens_one_account_only(browser: Browser, keel: Tenant, alice: User, carol: User) -> None:
    keel.person("sub-alice", alice.email)
    assert browser.connect(alice).status_code == 200
    answer = browser.connect(carol)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity_taken")
    assert Connection.objects.get().user == alice


def test_a_dance_belongs_to_who_began_it(browser: Browser, keel: Tenant, alice: User, carol: User) -> None:
    keel.person("mallory")
    start = {"provider": "keel", "current_password": PASSWORD}
    begun = make_client(carol).post(f"{CONNECTIONS}start/", start).json()
    body = {**browser.body(begun, browser.visit(begun)), "provider": "keel"}
    theirs = make_client(alice).post(f"{CONNECTIONS}complete/", body)
    assert refused(theirs) == (400, "bad_state"), "Alice does not get Carol's identity"
    away = make_client(carol).post(f"{CONNECTIONS}complete/", {**body, "provider": "harbour"})
    assert refused(away) == (400, "bad_state")
    signing_in = APIClient().post(f"{SOCIAL}keel/complete/", {k: v for k, v in body.items() if k != "provider"})
    assert refused(signing_in) == (400, "bad_state"), "connecting is not signing in"
    assert APIClient().post(f"{CONNECTIONS}complete/", body).status_code == 401
    assert not Connection.objects.exists()
    assert make_client(carol).post(f"{CONNECTIONS}complete/", body).status_code == 200


def test_signing_in_is_not_connecting(browser: Browser, keel: Tenant, alice: User) -> None:
    started = browser.start()
    body = {**browser.body(started, browser.visit(started)), "provider": "keel"}
    assert refused(make_client(alice).post(f"{CONNECTIONS}complete/", body)) == (400, "bad_state")


def test_a_connection_is_taken_away(browser: Browser, keel: Tenant, alice: User) -> None:
    connection = make_connection(user=alice, provider="keel", issuer=keel.url, subject="sub-alice")
    client = make_client(alice)
    url = f"{CONNECTIONS}{connection.public_id}/"
    assert [client.delete(url).status_code for _ in range(2)] == [204, 404]
    keel.person("sub-alice")
    assert refused(browser.sign_in()) == (401, "sign_in_refused")
    assert topics() == ["ConnectionChanged"]
    assert AuditEntry.objects.filter(action="social:disconnected", actor=alice).count() == 1


def test_carol_does_not_see_and_cannot_take_away_what_is_alices(alice: User, carol: User) -> None:
    connection = make_connection(user=alice)
    client = make_client(carol)
    assert client.get(CONNECTIONS).json()["results"] == []
    assert client.delete(f"{CONNECTIONS}{connection.public_id}/").status_code == 404
    assert Connection.objects.filter(pk=connection.pk, user=alice).exists()


def test_the_last_way_in_stays(keel: Tenant) -> None:
    user = passwordless()
    only = make_connection(user=user, provider="keel", issuer=keel.url)
    make_connection(user=user, provider="gone", issuer="https://no-longer-on-offer.example")
    client = make_client(user)
    answer = client.delete(f"{CONNECTIONS}{only.public_id}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_way_in")
    assert Connection.objects.filter(pk=only.pk).exists()
    user.set_password("a battery of one's own")
    user.save()
    assert client.delete(f"{CONNECTIONS}{only.public_id}/").status_code == 204


def test_who_has_no_password_gets_one_by_mail_first(browser: Browser) -> None:
    user = passwordless()
    assert make_client(user).get("/api/v1/me/").json()["has_password"] is False
    answer = browser.connect(user)
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert "/auth/password/reset/" in answer.json()["detail"]
    assert APIClient().post("/api/v1/auth/login/", {"email": user.email, "password": PASSWORD}).status_code == 401
    APIClient().post("/api/v1/auth/password/reset/", {"email": user.email})
    token = EmailToken.objects.get(user=user, purpose=EmailToken.Purpose.RESET_PASSWORD)
    confirm_password_reset(token=secret_of(token.purpose, token.public_id), new_password="quite another battery")
    assert browser.connect(user, current_password="quite another battery").status_code == 200


def test_connections_stay_when_the_password_changes(alice: User, keel: Tenant, browser: Browser) -> None:
    make_connection(user=alice, provider="keel", issuer=keel.url, subject="sub-alice")
    change_password(actor=alice, current_password=PASSWORD, new_password="quite another battery", device="")
    keel.person("sub-alice")
    assert browser.sign_in().status_code == 200


def test_a_list_of_two_costs_as_much_as_one_of_twenty(alice: User, django_assert_num_queries: Any) -> None:
    client = make_client(alice)
    for count in (2, 20):
        for _ in range(count - Connection.objects.count()):
            make_connection(user=alice)
        with django_assert_num_queries(2):
            assert len(client.get(CONNECTIONS).json()["results"]) == count


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_taken_away_at_once_leave_one(keel: Tenant, harbour: Tenant) -> None:
    for _ in range(5):
        user = passwordless()
        mine = [make_connection(user=user, provider=t.url[-4:], issuer=t.url) for t in (keel, harbour)]
        results = race(*[partial(disconnect, actor=user, connection_id=one.public_id) for one in mine])
        assert sorted(type(result).__name__ for result in results) == ["LastWayIn", "NoneType"]
        assert Connection.objects.filter(user=user).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_identity_connected_by_two_people_at_once_is_one_persons(
    browser: Browser, keel: Tenant, alice: User, carol: User
) -> None:
    keel.person("shared")
    calls = []
    for user in (alice, carol):
        begun = make_client(user).post(f"{CONNECTIONS}start/", {"provider": "keel", "current_password": PASSWORD})
        body = {**browser.body(begun.json(), browser.visit(begun.json())), "provider": "keel"}
        calls.append(lambda user=user, body=body: finish_connecting(actor=user, **body))
    results = race(*calls)
    assert sorted(type(result).__name__ for result in results) == ["Connection", "IdentityTaken"]


def test_what_is_gone_is_not_found(alice: User) -> None:
    with pytest.raises(NotFound):
        disconnect(actor=alice, connection_id=alice.public_id)
