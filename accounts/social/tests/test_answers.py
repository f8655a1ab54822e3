"""A provider that lies, errs, stalls or breaks: nobody enters, and the answer says whose fault it is."""

from __future__ import annotations

import time
from typing import Any

import pytest

from accounts.models import Connection, Session, User
from accounts.social import flow
from accounts.social.tests.conftest import SOCIAL, Browser, Tenant
from umemployed.audit.models import AuditEntry


@pytest.fixture(autouse=True)
def zoe(keel: Tenant) -> None:
    """Whoever is in front of the screen would be let in, if only the provider behaved."""
    keel.person("zoe", "zoe@example.com")


def nobody_entered(answer: Any) -> tuple[int, str]:
    assert not (Session.objects.exists() or Connection.objects.exists() or User.objects.exists())
    assert AuditEntry.objects.filter(action="social:refused").count() == 1, "a refusal is recorded"
    return answer.status_code, answer.json()["code"]


def test_the_provider_behaves_unless_it_is_told_otherwise(browser: Browser) -> None:
    assert browser.sign_in().status_code == 200


@pytest.mark.parametrize("sign", ["none", "HS256", "client_secret", "stranger", "RS512", "PS256"])
def test_a_signature_counts_only_by_the_pinned_algorithm_and_the_issuers_key(
    browser: Browser, keel: Tenant, sign: str
) -> None:
    keel.control(sign=sign)
    assert nobody_entered(browser.sign_in()) == (400, "provider_answer_refused")


NOW = int(time.time())
LIES: list[dict[str, Any]] = [
    {"iss": "https://id.example.com"},
    {"iss": ""},
    {"aud": "somebody-else"},
    {"aud": ["somebody-else"]},
    {"aud": ["umemployed", "somebody-else"]},  # several audiences, and no azp
    {"aud": ["umemployed", "somebody-else"], "azp": "somebody-else"},
    {"azp": "somebody-else"},
    {"exp": NOW - 3600},
    {"exp": "soon"},
    {"iat": NOW - 3600},
    {"iat": str(NOW)},
    {"iat": NOW + 3600},
    {"nbf": NOW + 3600},
    {"nonce": "another"},
    {"nonce": ""},
    {"nonce": None},
    {"nonce": 7},
    {"at_hash": "another"},
    {"at_hash": 7},
    {"sub": ""},
    {"sub": None},
    {"sub": 7},
    {"sub": "s" * 256},
    {"sub": "zo\u00eb"},
    {"sub": "zoe\n"},
    {"sub": ["zoe"]},
]


# Numbers as names: processes that share a run must find the same tests, and these lies tell the time.
@pytest.mark.parametrize("claims", LIES, ids=range(len(LIES)))
def test_a_claim_that_is_wrong_lets_nobody_in(browser: Browser, keel: Tenant, claims: dict[str, Any]) -> None:
    keel.control(claims=claims)
    assert nobody_entered(browser.sign_in()) == (400, "provider_answer_refused")


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "sub", "nonce"])
def test_a_claim_that_is_missing_lets_nobody_in(browser: Browser, keel: Tenant, claim: str) -> None:
    keel.control(drop=[claim])
    assert nobody_entered(browser.sign_in()) == (400, "provider_answer_refused")


def test_an_id_token_of_another_dance_is_refused_by_its_nonce(browser: Browser, keel: Tenant) -> None:
    browser.visit(browser.start())
    keel.control(claims={"nonce": keel.control()["nonces"][0]})
    assert nobody_entered(browser.sign_in()) == (400, "provider_answer_refused")


@pytest.mark.parametrize("said", [{"sub": "somebody-else"}, {"sub": None}])
def test_userinfo_about_somebody_else_is_refused(browser: Browser, keel: Tenant, said: dict[str, Any]) -> None:
    keel.control(userinfo=said)
    assert nobody_entered(browser.sign_in()) == (400, "provider_answer_refused")


@pytest.mark.parametrize("token", [{"id_token": None}, {"id_token": "x.y.z"}, {"id_token": 7}, {"access_token": []}])
def test_a_token_answer_of_the_wrong_shape_is_refused(browser: Browser, keel: Tenant, token: dict[str, Any]) -> None:
    keel.control(token=token)
    assert nobody_entered(browser.sign_in()) == (400, "provider_answer_refused")


@pytest.mark.parametrize(
    "text", ["[]", "null", "7", '"x"', "{", "[" * 100_000, "<html>", "", '{"keys": 7}', '{"keys": [7]}', "flood"]
)
@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo"])
def test_nonsense_is_never_a_fault_of_ours(browser: Browser, keel: Tenant, path: str, text: str) -> None:
    keel.control(fail={path: text})
    assert nobody_entered(browser.sign_in()) in {
        (400, "provider_answer_refused"),
        (503, "provider_unavailable"),
    }


@pytest.mark.parametrize("trouble", [500, 502, 503, 429, "cut"])
@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo"])
def test_a_provider_in_trouble_is_a_503_that_says_when_to_try_again(
    browser: Browser, keel: Tenant, path: str, trouble: object
) -> None:
    keel.control(fail={path: trouble})
    answer = browser.sign_in()
    assert nobody_entered(answer) == (503, "provider_unavailable")
    assert answer["Retry-After"] == "30"


@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo"])
@pytest.mark.parametrize("slow", ["hang", "trickle"])
def test_a_slow_provider_does_not_hold_us(browser: Browser, keel: Tenant, settings: Any, path: str, slow: str) -> None:
    started = browser.start()
    back = browser.visit(started)
    keel.control(fail={path: slow})
    settings.SOCIAL_REQUEST_SECONDS, settings.SOCIAL_TOTAL_SECONDS = 0.5, 1.0
    before = time.monotonic()
    assert nobody_entered(browser.complete(started, back)) == (503, "provider_unavailable")
    assert time.monotonic() - before < 10, "a hanging provider would take 30 s"


def test_a_redirect_is_not_followed_with_our_secret(browser: Browser, keel: Tenant) -> None:
    keel.control(fail={"/token": "redirect"})
    assert nobody_entered(browser.sign_in()) == (503, "provider_unavailable")
    assert "/elsewhere" not in keel.asked


def test_a_provider_that_is_down_cannot_be_begun_with(browser: Browser, keel: Tenant) -> None:
    keel.control(fail={"/.well-known/openid-configuration": 503})
    answer = browser.client.post(f"{SOCIAL}keel/start/", {})
    assert nobody_entered(answer) == (503, "provider_unavailable")


@pytest.mark.parametrize("issuer", ["https://evil.example", None, 7])
def test_a_discovery_document_of_another_issuer_is_refused(browser: Browser, keel: Tenant, issuer: object) -> None:
    keel.control(discovery={"issuer": issuer})
    answer = browser.client.post(f"{SOCIAL}keel/start/", {})
    assert nobody_entered(answer) == (400, "provider_answer_refused")


def test_a_key_that_the_provider_has_changed_is_fetched_anew(browser: Browser, keel: Tenant) -> None:
    assert browser.sign_in().status_code == 200
    keel.control(rotate=True)
    assert browser.sign_in().status_code == 200
    assert keel.asked.count("/jwks") == 2
    assert keel.asked.count("/.well-known/openid-configuration") == 1, "what does not change is kept"


def test_a_client_secret_that_the_provider_does_not_know_is_our_trouble_and_not_the_callers(
    browser: Browser, offers: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    offers["keel"]["secret"] = "an old one"
    assert nobody_entered(browser.sign_in()) == (503, "provider_unavailable")
    (line,) = [record for record in caplog.records if record.name == "accounts.social.flow"]
    assert (line.levelname, line.getMessage()) == (
        "ERROR",
        "Dance with keel: invalid_setting at token_exchange (invalid_client)",
    )
    assert "an old one" not in caplog.text


def test_an_answer_that_names_another_issuer_is_refused(browser: Browser, keel: Tenant) -> None:
    started = browser.start()
    back = browser.visit(started)
    answer = browser.complete(started, back, iss="https://evil.example")
    assert nobody_entered(answer) == (400, "bad_state")
    assert browser.complete(started, back, iss=keel.url).status_code == 200


def test_a_provider_that_announces_iss_must_send_it(browser: Browser, keel: Tenant) -> None:
    keel.control(discovery={"authorization_response_iss_parameter_supported": True}, redirect={"iss": keel.url})
    started = browser.start()
    back = browser.visit(started)
    del back["iss"]
    assert nobody_entered(browser.complete(started, back)) == (400, "bad_state")
    assert browser.sign_in().status_code == 200


def test_one_slow_provider_takes_a_few_turns_and_no_more(
    browser: Browser, harbour: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "PATIENCE", 0.1)
    turns = flow._turns["keel"]
    for _ in range(flow.AT_ONCE):
        assert turns.acquire(timeout=1)
    try:
        answer = browser.client.post(f"{SOCIAL}keel/start/", {})
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")
        assert browser.client.post(f"{SOCIAL}harbour/start/", {}).status_code == 200, "another one is not concerned"
    finally:
        for _ in range(flow.AT_ONCE):
            turns.release()
    assert browser.sign_in().status_code == 200
