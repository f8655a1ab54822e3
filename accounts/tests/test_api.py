from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.homes import HOMES, register_home
from accounts.links import link_for
from accounts.models import EmailToken, Session, User
from accounts.tests.factories import PASSWORD, make_session, make_user
from umemployed.events.models import EventRecord

AUTH = "/api/v1/auth"
NEW_PASSWORD = "a much newer sentence"
As = Callable[[User], APIClient]


def secret_from(token: EmailToken) -> str:
    return link_for(token).partition("token=")[2]


def newest_secret(purpose: str) -> str:
    return secret_from(EmailToken.objects.filter(purpose=purpose).latest("pk"))


def facts() -> list[str]:
    return [topic.partition(".")[2] for topic in EventRecord.objects.order_by("pk").values_list("topic", flat=True)]


@pytest.mark.django_db
def test_a_stranger_signs_up_proves_the_address_signs_in_and_sees_themselves(api: APIClient) -> None:
    body = {"email": "Erin@Example.com", "password": PASSWORD, "full_name": "Erin"}
    assert api.post(f"{AUTH}/register/", body, HTTP_ACCEPT_LANGUAGE="fr").status_code == 202
    assert facts() == ["UserRegistered", "EmailVerificationRequested"]
    link = link_for(EmailToken.objects.get())
    assert link.startswith(f"{settings.FRONTEND_URL}/verify-email?token=")
    proved = api.post(f"{AUTH}/verify-email/", {"token": link.partition("token=")[2]})
    assert (proved.status_code, proved.content) == (204, b"")
    pair = api.post(f"{AUTH}/login/", {"email": "erin@example.com", "password": PASSWORD}).json()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    me = api.get("/api/v1/me/").json()
    assert (me["email"], me["full_name"], me["language"]) == ("erin@example.com", "Erin", "fr")
    assert me["email_verified_at"] is not None
    assert me["homes"] == []


def test_the_answers_to_strangers_do_not_tell_who_is_known(api: APIClient, alice: User) -> None:
    unproved = make_user(email="new@example.com", email_verified_at=None)
    suspended = make_user(email="idle@example.com", is_active=False)
    for path, extra in [
        ("register", {"password": PASSWORD}),
        ("verify-email/resend", {}),
        ("password/reset", {}),
        ("login", {"password": "not the password"}),
    ]:
        answers = set()
        for email in (alice.email, unproved.email, suspended.email, "nobody@example.com"):
            response = api.post(f"{AUTH}/{path}/", {"email": email, **extra})
            body = {name: value for name, value in response.json().items() if name != "request_id"}
            answers.add((response.status_code, str(body)))
        assert len(answers) == 1, path


def test_the_owner_of_a_known_address_is_told_and_keeps_everything(api: APIClient, alice: User) -> None:
    before = User.objects.values().get(pk=alice.pk)
    api.post(f"{AUTH}/register/", {"email": alice.email, "password": NEW_PASSWORD, "full_name": "Mallory"})
    assert User.objects.values().get(pk=alice.pk) == before
    assert facts() == ["SignInAddressKnown"]


@pytest.mark.django_db
def test_whoever_signed_up_first_with_a_foreign_address_is_out_once_its_owner_enters(api: APIClient) -> None:
    mallory = {"email": "victim@example.com", "password": "mallory's own password"}
    api.post(f"{AUTH}/register/", mallory)
    first_link = newest_secret("verify_email")
    foothold = api.post(f"{AUTH}/login/", mallory).json()["refresh"]
    api.post(f"{AUTH}/register/", {"email": "victim@example.com", "password": PASSWORD})
    assert api.post(f"{AUTH}/verify-email/", {"token": first_link}).status_code == 400
    api.post(f"{AUTH}/verify-email/resend/", {"email": "victim@example.com"})
    assert not EmailToken.objects.filter(purpose="verify_email", used_at=None).exists()
    chosen = {"token": newest_secret("reset_password"), "new_password": NEW_PASSWORD}
    assert api.post(f"{AUTH}/password/reset/confirm/", chosen).status_code == 204
    assert api.post(f"{AUTH}/login/", mallory).status_code == 401
    assert api.post(f"{AUTH}/refresh/", {"refresh": foothold}).status_code == 401
    owner = {"email": "victim@example.com", "password": NEW_PASSWORD}
    assert api.post(f"{AUTH}/login/", owner).status_code == 200
    assert User.objects.get().has_verified_email()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "email"),
        ({"email": "nobody", "password": PASSWORD}, "email"),
        ({"email": "x" * 250 + "@example.com", "password": PASSWORD}, "email"),
        ({"email": ["a@example.com"], "password": PASSWORD}, "email"),
        ({"email": "a@example.com", "password": 12345678901}, "password"),
        ({"email": "a@example.com", "password": {"a": 1}}, "password"),
        ({"email": "a@example.com", "password": "short"}, "password"),
        ({"email": "a@example.com", "password": "x" * 1025}, "password"),
        ({"email": "a@example.com", "password": "Umemployed2026!"}, "password"),
        ({"email": "a.long.name@example.com", "password": "a.long.name@example"}, "password"),
        ({"email": "a@example.com", "password": PASSWORD, "full_name": "n" * 151}, "full_name"),
    ],
)
def test_a_bad_sign_up_is_told_which_field(api: APIClient, body: dict, attr: str) -> None:
    answer = api.post(f"{AUTH}/register/", body)
    assert answer.status_code == 400
    assert attr in {error["attr"] for error in answer.json()["errors"]}
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", [b'{"email": "a@example.com", "password": "lone \\ud800 surrogate"}', b"[]", b"1", b"{"]
)
@pytest.mark.parametrize("path", ["register", "login", "refresh", "verify-email", "password/reset/confirm"])
def test_nonsense_is_a_400(api: APIClient, path: str, text: bytes) -> None:
    assert api.post(f"{AUTH}/{path}/", data=text, content_type="application/json").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", ["verify_email", "reset_password"])
def test_a_mailed_token_serves_one_purpose_once_and_for_its_time(api: APIClient, purpose: str) -> None:
    make_user(email="new@example.com", email_verified_at=None)
    confirm, other = f"{AUTH}/verify-email/", f"{AUTH}/password/reset/confirm/"
    ask = f"{AUTH}/verify-email/resend/"
    if purpose == "reset_password":
        confirm, other, ask = other, confirm, f"{AUTH}/password/reset/"
    for _ in range(2):
        api.post(ask, {"email": "new@example.com"})
    replaced, good = (secret_from(token) for token in EmailToken.objects.order_by("pk"))

    def use(path: str, secret: str) -> int:
        body = {"token": secret} | ({"new_password": NEW_PASSWORD} if path.endswith("reset/confirm/") else {})
        return api.post(path, body).status_code

    assert use(confirm, replaced) == 400
    assert use(other, good) == 400
    assert use(confirm, good + "x") == 400
    EmailToken.objects.filter(used_at=None).update(expires_at=timezone.now())
    assert use(confirm, good) == 400
    EmailToken.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    assert use(confirm, good) == 204
    assert use(confirm, good) == 400


def test_a_refused_password_leaves_the_reset_link_usable(api: APIClient, alice: User) -> None:
    api.post(f"{AUTH}/password/reset/", {"email": alice.email})
    token = newest_secret("reset_password")
    refused = api.post(f"{AUTH}/password/reset/confirm/", {"token": token, "new_password": "short"})
    assert refused.json()["errors"][0]["attr"] == "new_password"
    done = api.post(f"{AUTH}/password/reset/confirm/", {"token": token, "new_password": NEW_PASSWORD})
    assert done.status_code == 204
    assert facts() == ["PasswordResetRequested", "PasswordChanged"]


def test_a_reset_ends_every_session_at_once(api: APIClient, as_user: As, alice: User) -> None:
    client = as_user(alice)
    api.post(f"{AUTH}/password/reset/", {"email": alice.email})
    token = newest_secret("reset_password")
    api.post(f"{AUTH}/password/reset/confirm/", {"token": token, "new_password": NEW_PASSWORD})
    assert client.get("/api/v1/me/").status_code == 401
    assert api.post(f"{AUTH}/login/", {"email": alice.email, "password": PASSWORD}).status_code == 401


def test_changing_the_password_ends_every_session_and_opens_one_here(api: APIClient, as_user: As, alice: User) -> None:
    here, there = as_user(alice), as_user(alice)
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    pair = here.post(f"{AUTH}/password/change/", body).json()
    assert [client.get("/api/v1/me/").status_code for client in (here, there)] == [401, 401]
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert api.get("/api/v1/me/").status_code == 200


def test_a_wrong_current_password_changes_nothing(as_user: As, alice: User) -> None:
    client = as_user(alice)
    body = {"current_password": "not the password", "new_password": NEW_PASSWORD}
    answer = client.post(f"{AUTH}/password/change/", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_password")
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert client.get("/api/v1/me/").status_code == 200


def test_signing_out_is_immediate_and_ends_this_session_only(as_user: As, alice: User) -> None:
    here, there = as_user(alice), as_user(alice)
    assert here.post(f"{AUTH}/logout/").status_code == 204
    assert [client.get("/api/v1/me/").status_code for client in (here, there)] == [401, 200]


def test_a_stale_token_in_the_header_does_not_stop_a_sign_in(as_user: As, alice: User) -> None:
    client = as_user(alice)
    Session.objects.update(revoked_at=timezone.now(), revoked_reason="revoked")
    body = {"email": alice.email, "password": PASSWORD}
    assert client.post(f"{AUTH}/login/", body).status_code == 200


def test_the_session_list_shows_ones_own_standing_sessions(as_user: As, alice: User, carol: User) -> None:
    client = as_user(alice)
    make_session(user=carol)
    make_session(user=alice, device="Phone")
    make_session(user=alice, revoked_at=timezone.now(), revoked_reason="revoked")
    rows = client.get(f"{AUTH}/sessions/").json()["results"]
    assert [(row["device"], row["is_current"]) for row in rows] == [("Phone", False), ("Tests", True)]
    assert "user" not in rows[0]


def test_the_session_list_costs_the_same_for_two_as_for_twenty(
    as_user: As, alice: User, django_assert_num_queries
) -> None:
    client = as_user(alice)
    for count in (1, 18):
        for _ in range(count):
            make_session(user=alice)
        with django_assert_num_queries(2):
            client.get(f"{AUTH}/sessions/")


def test_a_session_is_ended_from_another_but_never_by_carol(as_user: As, alice: User, carol: User) -> None:
    client, phone = as_user(alice), make_session(user=alice)
    path = f"{AUTH}/sessions/{phone.public_id}/"
    assert as_user(carol).delete(path).status_code == 404
    assert Session.objects.standing().filter(pk=phone.pk).exists()
    assert [client.delete(path).status_code for _ in range(2)] == [204, 404]
    assert client.delete(f"{AUTH}/sessions/not-an-id/").status_code == 404


def test_me_can_be_changed_where_it_is_mine_to_change(as_user: As, alice: User) -> None:
    client = as_user(alice)
    wish = {"full_name": "Alice N.", "timezone": "Africa/Douala", "language": "fr"}
    refused = client.patch("/api/v1/me/", wish | {"is_staff": True, "email": "x@y.zz"})
    assert [item["attr"] for item in refused.json()["errors"]] == ["is_staff", "email"]
    me = client.patch("/api/v1/me/", wish).json()
    assert (me["full_name"], me["timezone"], me["language"]) == ("Alice N.", "Africa/Douala", "fr")
    assert (me["is_staff"], me["email"]) == (False, alice.email)
    assert client.patch("/api/v1/me/", me | {"full_name": "Alice"}).json()["full_name"] == "Alice"


@pytest.mark.parametrize("wish", [{"timezone": "Mars/Olympus"}, {"language": "xx"}, {"full_name": 7}, {"language": []}])
def test_a_wish_that_makes_no_sense_is_a_400(as_user: As, alice: User, wish: dict) -> None:
    assert as_user(alice).patch("/api/v1/me/", wish).status_code == 400


def test_homes_are_what_upper_apps_say(as_user: As, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HOMES, "gardener", [])  # taken out again after the test
    register_home("gardener", lambda user: False)
    assert "gardener" not in as_user(alice).get("/api/v1/me/").json()["homes"]
    register_home("gardener", lambda user: user == alice)
    assert "gardener" in as_user(alice).get("/api/v1/me/").json()["homes"], "one reason is enough"


@pytest.mark.django_db
def test_nobody_is_nobody(api: APIClient) -> None:
    for token in ("", "Bearer", "Bearer x", "Bearer \xff", "Basic abc"):
        api.credentials(HTTP_AUTHORIZATION=token)
        answer = api.get("/api/v1/me/")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert answer["WWW-Authenticate"].startswith("Bearer")
