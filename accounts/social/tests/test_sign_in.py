"""Signing in through a provider: the whole dance, and everybody who tries to dance with somebody else's shoes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.links import digest_of, secret_of
from accounts.models import AuthorizationRequest, Connection, EmailToken, Session, User
from accounts.services import sign_in, verify_email
from accounts.services.sessions import BadCredentials
from accounts.services.verification import issue_email_token
from accounts.social.tests.conftest import SOCIAL, Browser, Tenant
from accounts.social.tests.factories import make_connection
from accounts.tests.factories import PASSWORD, make_session, make_user
from accounts.tests.racing import race
from accounts.tests.test_mfa import code_of, with_mfa
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord
from umemployed.privacy.services.consents import has_consented
from umemployed.privacy.vocabulary import Purpose


def topics() -> list[str]:
    return [topic.rpartition(".")[2] for topic in EventRecord.objects.order_by("pk").values_list("topic", flat=True)]


def refused(answer: Any) -> tuple[int, str]:
    assert "access" not in answer.json()
    return answer.status_code, answer.json()["code"]


def test_the_providers_are_on_offer(api: APIClient) -> None:
    offered = api.get(SOCIAL).json()["providers"]
    assert {"id": "keel", "kind": "oidc", "title": "Keel"} in offered
    assert [one["kind"] for one in offered if one["kind"] != "oidc"] == ["google", "linkedin", "github"]
    assert "client-secret" not in api.get(SOCIAL).content.decode()


def test_a_newcomer_signs_up_with_a_proved_address(browser: Browser, keel: Tenant) -> None:
    keel.person("sub-9", "Zoe@Example.com")
    started = browser.start()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(started["authorization_url"]).query).items()}
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert len(asked["nonce"]) >= 32 and asked["state"] == started["state"] and len(started["state"]) >= 32
    assert started["browser_key"] not in started["authorization_url"]
    answer = browser.complete(started, browser.visit(started))
    assert answer.status_code == 200
    zoe = User.objects.get(email="zoe@example.com")
    assert (zoe.full_name, zoe.has_verified_email(), zoe.has_usable_password()) == ("Zoe Elsewhere", True, False)
    assert Session.objects.get(public_id=answer.json()["session_id"]).user == zoe
    assert has_consented(zoe, Purpose.TERMS), "as registration by address does"
    mine = Connection.objects.get()
    assert (mine.user, mine.issuer, mine.subject) == (zoe, keel.url, "sub-9")
    browser.client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    me = browser.client.get("/api/v1/me/").json()
    assert (me["email"], me["has_password"]) == ("zoe@example.com", False)
    assert topics() == ["UserRegistered", "EmailVerified"], "as a sign-up by address, and no mail of warning"
    acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"user:registered", "social:connected", "social:signed_in", "session:started"} <= acts


def test_who_comes_back_is_known_by_issuer_and_subject_whatever_their_address_is_now(
    browser: Browser, keel: Tenant
) -> None:
    keel.person("sub-9", "zoe@example.com")
    assert browser.sign_in().status_code == 200
    for address in ({"email": "other@example.com"}, {"email": "x@example.com", "email_verified": False}, {}):
        keel.person("sub-9", **address)
        assert browser.sign_in().status_code == 200
    assert (User.objects.count(), Connection.objects.count()) == (1, 1)
    assert User.objects.get().email == "zoe@example.com", "the provider does not move an account"


def test_a_proved_address_leads_to_the_account_that_has_proved_it_too(
    browser: Browser, keel: Tenant, alice: User
) -> None:
    keel.person("sub-alice", alice.email)
    answer = browser.sign_in()
    assert Session.objects.get(public_id=answer.json()["session_id"]).user == alice
    assert sign_in(email=alice.email, password=PASSWORD, device="").session.user == alice, "the password stays"
    assert topics() == ["ConnectionChanged"], "the owner is told"


@pytest.mark.parametrize("flag", [False, None, "true", 1, "yes"])
@pytest.mark.parametrize("claims_in", ["id_token", "userinfo"])
def test_an_address_that_the_provider_did_not_prove_takes_nothing_over(
    browser: Browser, keel: Tenant, alice: User, flag: object, claims_in: str
) -> None:
    keel.control(claims_in=claims_in)
    keel.person("mallory", alice.email, flag)
    known = browser.sign_in()
    keel.person("mallory", "nobody@example.com", flag)
    unknown = browser.sign_in()
    assert refused(known) == refused(unknown) == (401, "sign_in_refused")
    assert {k: v for k, v in known.json().items() if k != "request_id"} == {
        k: v for k, v in unknown.json().items() if k != "request_id"
    }, "nothing tells whether the address is known"
    assert not Connection.objects.exists() and not Session.objects.exists() and User.objects.count() == 1


def test_a_flag_from_one_source_proves_no_address_from_another(browser: Browser, keel: Tenant, alice: User) -> None:
    keel.person("mallory", "mallory@example.com", claims="")
    keel.control(claims={"email": alice.email}, userinfo={"email": "mallory@example.com", "email_verified": True})
    browser.sign_in()
    assert not Connection.objects.filter(user=alice).exists()
    keel.control(claims={"email": alice.email, "email_verified": False}, userinfo={"email_verified": True})
    keel.control(claims_in="none")
    keel.person("mallory-2")
    assert refused(browser.sign_in()) == (401, "sign_in_refused")
    assert not Connection.objects.filter(user=alice).exists()


def test_a_provider_proves_addresses_of_its_own_domains_only(
    browser: Browser, keel: Tenant, alice: User, offers: dict[str, Any]
) -> None:
    offers["keel"]["email_domains"] = ["keel.example"]
    keel.person("mallory", alice.email)
    assert refused(browser.sign_in()) == (401, "sign_in_refused")
    keel.person("mallory", "zoe@keel.example.evil.example")
    assert refused(browser.sign_in()) == (401, "sign_in_refused")
    keel.person("zoe", "zoe@keel.example")
    assert browser.sign_in().status_code == 200


def test_the_same_subject_at_a_second_issuer_is_somebody_else(
    browser: Browser, keel: Tenant, harbour: Tenant, alice: User
) -> None:
    make_connection(user=alice, provider="keel", issuer=keel.url, subject="sub-1")
    harbour.person("sub-1", "mallory@example.com")
    answer = Browser(APIClient(), "harbour").sign_in()
    assert Session.objects.get(public_id=answer.json()["session_id"]).user.email == "mallory@example.com"
    harbour.person("sub-1", "another@example.com", False)
    keel.person("sub-1")
    assert Session.objects.get(public_id=browser.sign_in().json()["session_id"]).user == alice


@pytest.mark.parametrize(
    "twin",
    [
        "ALICE@EXAMPLE.COM",
        "Alice@Example.com",
    ],
)
def test_a_twin_by_case_is_the_same_person_and_never_a_second_one(
    browser: Browser, keel: Tenant, alice: User, twin: str
) -> None:
    keel.person("sub-alice", twin)
    assert browser.sign_in().status_code == 200
    assert User.objects.count() == 1 and Connection.objects.get().email == alice.email


@pytest.mark.parametrize(
    "twin",
    [
        "\u212aate@example.com",  # KELVIN SIGN, which lower-cases to k
        "kate@example\uff0ecom",  # fullwidth full stop, NFKC makes it a dot
        "\uff4bate@example.com",  # fullwidth k
        "k\u0430te@example.com",  # Cyrillic a
        "kate@ex\u00aample.com",  # feminine ordinal, NFKC makes it an a
        "kate@\u017fxample.com",
        "kate@example.com\u00a0",
        " kate@example.com",
        "kate@example.com\x00",
        "kate@example.com\ud800",
        "kate@example.com,mallory@example.com",
        "kate",
        ["kate@example.com"],
        {"kate@example.com": True},
        "k" * 300 + "@example.com",
    ],
)
def test_what_merely_looks_like_an_address_opens_nothing(browser: Browser, keel: Tenant, twin: object) -> None:
    kate = make_user(email="kate@example.com")
    for claims_in in ("id_token", "userinfo"):
        keel.control(claims_in=claims_in)
        keel.person("mallory", twin)  # type: ignore[arg-type]
        assert refused(browser.sign_in()) == (401, "sign_in_refused")
    assert not Connection.objects.exists() and list(User.objects.all()) == [kate]


def test_an_account_that_a_stranger_made_with_the_address_is_emptied_before_its_owner_enters(
    browser: Browser, keel: Tenant
) -> None:
    trap = make_user(email="zoe@example.com", email_verified_at=None, full_name="Mallory")
    with_mfa(trap)
    session, link = make_session(user=trap), issue_email_token(user=trap, purpose=EmailToken.Purpose.VERIFY_EMAIL)
    make_connection(user=trap, provider="keel", issuer=keel.url, subject="mallory")
    keel.person("zoe", "zoe@example.com")
    answer = browser.sign_in()
    assert answer.status_code == 200, "the stranger's second step does not stand in the owner's way"
    trap.refresh_from_db()
    session.refresh_from_db()
    link.refresh_from_db()
    assert (trap.full_name, trap.has_verified_email(), trap.has_usable_password()) == ("Zoe Elsewhere", True, False)
    assert not trap.has_mfa() and not hasattr(trap, "authenticator") and not trap.recovery_codes.exists()
    assert session.revoked_reason == Session.EndReason.RECLAIMED and link.used_at is not None
    assert list(trap.connections.values_list("subject", flat=True)) == ["zoe"]
    with pytest.raises(BadCredentials):
        sign_in(email="zoe@example.com", password=PASSWORD, device="")
    keel.person("mallory")
    assert refused(browser.sign_in()) == (401, "sign_in_refused")
    assert [topic for topic in topics() if topic == "AccountReclaimed"] == ["AccountReclaimed"]


def test_a_link_that_its_owner_opened_does_not_vouch_for_the_stranger_who_chose_the_password(
    browser: Browser, keel: Tenant
) -> None:
    trap = make_user(email="zoe@example.com", email_verified_at=None, full_name="Zoe")
    session, link = make_session(user=trap), issue_email_token(user=trap, purpose=EmailToken.Purpose.VERIFY_EMAIL)
    verify_email(token=secret_of(link.purpose, link.public_id))
    assert sign_in(email=trap.email, password=PASSWORD, device="").session.user == trap, "an honest person goes on"
    make_connection(user=trap, provider="keel", issuer=keel.url, subject="mallory")
    keel.person("zoe", "zoe@example.com")
    assert browser.sign_in().status_code == 200
    trap.refresh_from_db()
    session.refresh_from_db()
    assert (trap.full_name, trap.has_usable_password(), trap.maker_unknown) == ("Zoe", False, False)
    assert session.revoked_reason == Session.EndReason.RECLAIMED
    assert list(trap.connections.values_list("subject", flat=True)) == ["zoe"]
    assert "AccountReclaimed" in topics()


def test_a_second_step_stands_although_the_address_was_proved_by_a_link_alone(browser: Browser, keel: Tenant) -> None:
    trap = make_user(email="zoe@example.com", maker_unknown=True)
    with_mfa(trap)
    keel.person("zoe", "zoe@example.com")
    assert refused(browser.sign_in()) == (401, "mfa_required")
    trap.refresh_from_db()
    assert trap.has_mfa() and trap.has_usable_password() and not Session.objects.exists()


def test_the_second_step_is_asked_for_as_after_a_password(browser: Browser, keel: Tenant, alice: User) -> None:
    with_mfa(alice)
    keel.person("sub-alice", alice.email)
    for _ in range(2):
        answer = browser.sign_in()
        assert refused(answer) == (401, "mfa_required")
        assert not Session.objects.exists()
    body = {"challenge": answer.json()["challenge"], "code": code_of(alice)}
    done = browser.client.post("/api/v1/auth/login/mfa/", body)
    assert Session.objects.get(public_id=done.json()["session_id"]).user == alice


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("verified", [True, False])
def test_a_suspended_person_is_refused_and_nothing_changes(
    browser: Browser, keel: Tenant, connected: bool, verified: bool
) -> None:
    idle = make_user(is_active=False, email_verified_at=timezone.now() if verified else None)
    if connected:
        make_connection(user=idle, provider="keel", issuer=keel.url, subject="sub-idle")
    keel.person("sub-idle", idle.email)
    assert refused(browser.sign_in()) == (401, "sign_in_refused")
    before = idle.password
    idle.refresh_from_db()
    assert (idle.password, Connection.objects.count(), Session.objects.count()) == (before, int(connected), 0)
    assert AuditEntry.objects.filter(action="social:refused").count() == 1


def test_nothing_that_opens_an_account_rests_in_clear(browser: Browser) -> None:
    started = browser.start()
    back = browser.visit(started)
    row = AuthorizationRequest.objects.get()
    assert (row.state_digest, row.browser_digest) == (digest_of(started["state"]), digest_of(started["browser_key"]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM accounts_authorizationrequest r")
        stored = cursor.fetchone()[0]
    nonce = parse_qs(urlsplit(started["authorization_url"]).query)["nonce"][0]
    secrets = [started["state"], started["browser_key"], nonce]
    assert [secret for secret in secrets if secret in stored] == []
    assert browser.complete(started, back).status_code in {200, 401}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_connection c WHERE row_to_json(c)::text LIKE '%%token%%'")
        assert cursor.fetchone()[0] == 0


def test_a_foreign_state_is_refused(browser: Browser, keel: Tenant, harbour: Tenant, alice: User) -> None:
    """Nobody finishes what another browser began, and nobody is made to finish what a stranger began."""
    keel.person("mallory", "mallory@example.com")
    stranger = Browser(APIClient(), "keel")
    theirs = stranger.start()
    bait = stranger.visit(theirs)  # Mallory's code and state, put before Alice's browser
    mine = browser.start()
    for changes in (
        {"browser_key": mine["browser_key"]},
        {"browser_key": ""},
        {"browser_key": "umb_nothing"},
        {"state": mine["state"], "browser_key": theirs["browser_key"]},
        {"state": "x" * 32},
        {"state": "state\x7f\u200b"},
    ):
        answer = browser.complete(theirs, bait, **changes)
        assert (answer.status_code, answer.json()["code"]) in {(400, "bad_state"), (400, "invalid")}, changes
    assert not Session.objects.exists()
    away = Browser(APIClient(), "harbour").complete(theirs, bait)
    assert refused(away) == (400, "bad_state"), "a state belongs to its provider"
    assert stranger.complete(theirs, bait).status_code == 200, "none of it has burnt the stranger's own"


def test_a_state_works_once_and_for_ten_minutes(browser: Browser, keel: Tenant) -> None:
    keel.person("zoe", "zoe@example.com")
    started = browser.start()
    back = browser.visit(started)
    assert browser.complete(started, back).status_code == 200
    assert refused(browser.complete(started, back)) == (400, "bad_state")
    late = browser.start()
    back = browser.visit(late)
    AuthorizationRequest.objects.filter(used_at=None).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(browser.complete(late, back)) == (400, "bad_state")


def test_a_code_works_once_whichever_state_carries_it(browser: Browser, keel: Tenant) -> None:
    keel.person("zoe", "zoe@example.com")
    first, second = browser.start(), browser.start()
    back = browser.visit(first)
    stolen = {**browser.visit(second), "code": back["code"]}
    assert refused(browser.complete(second, stolen)) == (400, "bad_authorization_code"), "PKCE binds it to its state"
    assert refused(browser.complete(first, back)) == (400, "bad_authorization_code"), "it was presented before"
    assert refused(browser.complete(second, browser.visit(second))) == (400, "bad_state"), "and its state is gone"
    assert not Session.objects.exists()


def test_another_page_than_ours_is_refused_before_anybody_goes_there(api: APIClient, settings: Any) -> None:
    for page in ("https://evil.example/", settings.SOCIAL_REDIRECT_URIS[0] + "/", "javascript:alert(1)"):
        answer = api.post(f"{SOCIAL}keel/start/", {"redirect_uri": page})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_redirect_uri")
    assert api.post(f"{SOCIAL}keel/start/", {"redirect_uri": settings.SOCIAL_REDIRECT_URIS[0]}).status_code == 200


def test_a_provider_that_is_not_on_offer_is_a_404(api: APIClient) -> None:
    body = {"state": "s", "code": "c", "browser_key": "b"}
    assert api.post(f"{SOCIAL}facebook/start/", {}).status_code == 404
    assert api.post(f"{SOCIAL}facebook/complete/", body).status_code == 404


def test_dances_are_counted_by_place(api: APIClient, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "social": {"limit": 3, "seconds": 300, "closed": True}}
    answers = [
        api.post(f"{SOCIAL}keel/start/", {}, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(5)
    ]
    assert answers == [200] * 3 + [429] * 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_state_open_one_session(browser: Browser, keel: Tenant) -> None:
    keel.person("zoe", "zoe@example.com")
    started = browser.start()
    back = browser.visit(started)
    answers = race(*[lambda: Browser(APIClient(), "keel").complete(started, back) for _ in range(20)])
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
    assert (Session.objects.count(), keel.asked.count("/token")) == (1, 1), "and the provider is asked once"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", range(3))
def test_two_first_sign_ins_of_one_subject_make_one_person(keel: Tenant, round_number: int) -> None:
    keel.person("zoe", "zoe@example.com")
    browsers = [Browser(APIClient(), "keel") for _ in range(4)]
    dances = [(one, started, one.visit(started)) for one in browsers for started in [one.start()]]
    answers = race(*[lambda d=dance: d[0].complete(d[1], d[2]) for dance in dances])
    assert [answer.status_code for answer in answers] == [200] * 4
    assert (User.objects.count(), Connection.objects.count(), Session.objects.count()) == (1, 1, 4)
    assert topics().count("UserRegistered") == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_new_address_through_two_providers_at_once_makes_one_person(keel: Tenant, harbour: Tenant) -> None:
    keel.person("zoe", "zoe@example.com")
    harbour.person("zoe-2", "ZOE@example.com")
    browsers = [Browser(APIClient(), slug) for slug in ("keel", "harbour") * 2]
    dances = [(one, started, one.visit(started)) for one in browsers for started in [one.start()]]
    answers = race(*[lambda d=dance: d[0].complete(d[1], d[2]) for dance in dances])
    assert [answer.status_code for answer in answers] == [200] * 4
    assert (User.objects.count(), Connection.objects.count()) == (1, 2)
