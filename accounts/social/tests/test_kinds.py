"""The three that everybody knows, each as it really speaks."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from rest_framework.test import APIClient

from accounts.models import Connection, Session, User
from accounts.social.providers import read_providers
from accounts.social.tests.conftest import CLIENT, Browser, Tenant
from accounts.social.tests.factories import make_connection
from accounts.social.tests.test_sign_in import refused

ALICE = {"email": "alice@example.com", "primary": True, "verified": True, "visibility": None}


@pytest.fixture
def github(provider_url: str) -> Tenant:
    return Tenant(provider_url, "github")


@pytest.fixture
def linkedin(provider_url: str) -> Tenant:
    return Tenant(provider_url, "linkedin")


@pytest.fixture
def google(provider_url: str) -> Tenant:
    return Tenant(provider_url, "google")


def asked_of(started: dict[str, Any]) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(started["authorization_url"]).query).items()}


def on_github(tenant: Tenant, number: object, *addresses: dict[str, Any], **profile: Any) -> None:
    tenant.control(person={"id": number, "login": "octo", "name": "Octo Cat", "emails": list(addresses), **profile})


def test_google_proves_an_address_by_its_id_token(google: Tenant, alice: User) -> None:
    google.person("1234567890", "Alice@Example.com")
    google.control(claims_in="id_token")
    browser = Browser(APIClient(), "google")
    answer = browser.sign_in()
    assert Session.objects.get(public_id=answer.json()["session_id"]).user == alice
    assert (Connection.objects.get().issuer, Connection.objects.get().subject) == (google.url, "1234567890")
    assert "/userinfo" not in google.asked, "the signed token says it all"


def test_google_addresses_that_are_not_verified_open_nothing(google: Tenant, alice: User) -> None:
    google.person("1234567890", alice.email, False)
    assert refused(Browser(APIClient(), "google").sign_in()) == (401, "sign_in_refused")
    google.person("77", "new@example.com", True)
    assert Browser(APIClient(), "google").sign_in().status_code == 200, "and userinfo serves as well"


def test_linkedin_gets_neither_nonce_nor_verifier_and_the_secret_in_the_body(linkedin: Tenant, alice: User) -> None:
    linkedin.person("782bbtaQ", alice.email)
    browser = Browser(APIClient(), "linkedin")
    started = browser.start()
    assert not {"nonce", "code_challenge"} & asked_of(started).keys()
    answer = browser.complete(started, browser.visit(started))
    assert Session.objects.get(public_id=answer.json()["session_id"]).user == alice
    assert refused(browser.complete(started, browser.visit(started))) == (400, "bad_state")


def test_linkedin_tokens_are_judged_like_all_others(linkedin: Tenant, alice: User) -> None:
    linkedin.person("782bbtaQ", alice.email)
    for wish in ({"sign": "none"}, {"sign": "RS256", "claims": {"aud": "another"}}):
        linkedin.control(**wish)
        assert refused(Browser(APIClient(), "linkedin").sign_in()) == (400, "provider_answer_refused")


def test_github_signs_in_by_number_and_proves_by_its_list_of_addresses(github: Tenant, alice: User) -> None:
    on_github(github, 583231, ALICE, email=None)
    browser = Browser(APIClient(), "github")
    started = browser.start()
    assert asked_of(started)["code_challenge_method"] == "S256"
    assert asked_of(started)["scope"] == "read:user,user:email"
    answer = browser.complete(started, browser.visit(started))
    assert Session.objects.get(public_id=answer.json()["session_id"]).user == alice
    assert Connection.objects.get().subject == "583231"
    on_github(github, 583231, login="renamed")
    again = browser.sign_in()
    assert Session.objects.get(public_id=again.json()["session_id"]).user == alice


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        [{**ALICE, "verified": False}],
        [{**ALICE, "verified": "true"}],
        [{"email": "alice@example.com", "primary": True}],
        [{**ALICE, "verified": False}, {**ALICE, "email": "1+octo@users.noreply.github.com", "primary": False}],
        ["alice@example.com"],
        [{**ALICE, "email": None}],
    ],
)
def test_github_profiles_prove_nothing(github: Tenant, alice: User, addresses: list[Any]) -> None:
    """The profile's public address is free text for our purpose; only the list says what is verified."""
    on_github(github, 666, *addresses, email=alice.email)
    assert refused(Browser(APIClient(), "github").sign_in()) == (401, "sign_in_refused")
    assert not Connection.objects.exists()


def test_github_addresses_other_than_the_primary_do_too_if_they_are_verified(github: Tenant, alice: User) -> None:
    on_github(github, 7, {**ALICE, "email": "old@example.com", "verified": False}, {**ALICE, "primary": False})
    answer = Browser(APIClient(), "github").sign_in()
    assert Session.objects.get(public_id=answer.json()["session_id"]).user == alice


@pytest.mark.parametrize("number", [None, "583231", True, 1.5, [583231]])
def test_a_github_account_without_a_number_is_nobody(github: Tenant, alice: User, number: object) -> None:
    make_connection(user=alice, provider="github", issuer=github.url, subject="583231")
    on_github(github, number, ALICE)
    assert refused(Browser(APIClient(), "github").sign_in()) == (400, "provider_answer_refused")


def test_a_github_code_works_once(github: Tenant) -> None:
    on_github(github, 7, ALICE)
    browser = Browser(APIClient(), "github")
    first, second = browser.start(), browser.start()
    back = browser.visit(first)
    assert browser.complete(first, back).status_code == 200
    answer = browser.complete(second, {**browser.visit(second), "code": back["code"]})
    assert refused(answer) == (400, "bad_authorization_code")


@pytest.mark.parametrize("fail", [{"/api/user": 500}, {"/api/user/emails": 500}, {"/api/user/emails": "{}"}])
def test_a_github_that_does_not_tell_is_unavailable(github: Tenant, alice: User, fail: dict[str, Any]) -> None:
    on_github(github, 7, ALICE)
    github.control(fail=fail)
    assert refused(Browser(APIClient(), "github").sign_in()) == (503, "provider_unavailable")


def test_the_three_need_a_key_and_a_secret_and_know_the_rest() -> None:
    known = read_providers(dict.fromkeys(("google", "linkedin", "github"), CLIENT), plain_http=False)
    assert known["google"].discovery() == "https://accounts.google.com/.well-known/openid-configuration"
    assert known["linkedin"].discovery() == "https://www.linkedin.com/oauth/.well-known/openid-configuration"
    assert known["github"].token_url == "https://github.com/login/oauth/access_token"
    assert [one.title for one in known.values()] == ["Google", "LinkedIn", "GitHub"]
