"""The setting is read strictly: what cannot be read stops the start, and the message says what to mend."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from accounts.social.providers import read_providers
from umemployed import env

ACME = {
    "kind": "oidc",
    "title": "Acme",
    "issuer": "https://id.acme.example/realm",
    "key": "k",
    "secret": "s3cret",
    "email_domains": ["Acme.example"],
}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ACME.items() if key != name}


def test_an_issuer_of_ones_own_is_read() -> None:
    acme = read_providers({"acme": ACME}, plain_http=False)["acme"]
    assert acme.discovery() == "https://id.acme.example/realm/.well-known/openid-configuration"
    assert acme.may_prove("zoe@acme.example") and not acme.may_prove("zoe@sub.acme.example")
    assert acme.algorithms == ("RS256",)
    assert "s3cret" not in repr(acme)


@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"Acme": ACME}, "is no name"),
        ({"connections": ACME}, "is no name"),
        ({"a" * 33: ACME}, "is no name"),
        ({"acme": []}, "must be an object"),
        ({"acme": without("kind")}, 'needs a "kind"'),
        ({"acme": {**ACME, "kind": "saml"}}, 'needs a "kind"'),
        *[({"acme": without(name)}, f"needs '{name}'") for name in ACME if name != "kind"],
        ({"acme": {**ACME, "secret": ""}}, "needs 'secret'"),
        ({"google": {"key": "k"}}, "needs 'secret'"),
        ({"acme": {**ACME, "sekret": "x"}}, "unknown members: sekret"),
        ({"acme": {**ACME, "key": 7}}, "'key' must be text"),
        ({"acme": {**ACME, "scopes": "openid"}}, "'scopes' must be a list"),
        ({"acme": {**ACME, "email_domains": [7]}}, "'email_domains' must be a list"),
        ({"acme": {**ACME, "issuer": "http://id.acme.example"}}, "'issuer' must be a whole https address"),
        ({"acme": {**ACME, "token_url": "/token"}}, "'token_url' must be a whole https address"),
        ({"acme": {**ACME, "algorithms": ["HS256"]}}, "'algorithms' may be"),
        ({"acme": {**ACME, "algorithms": ["none"]}}, "'algorithms' may be"),
        ({"acme": {**ACME, "token_auth": "none"}}, "'token_auth' must be one of"),
        ({"acme": ACME, "acme-2": ACME}, "two providers have one issuer"),
    ],
)
def test_what_cannot_be_read_is_named(members: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        read_providers(members, plain_http=False)
    assert complaint in str(error.value)
    assert "s3cret" not in str(error.value)


def test_the_program_does_not_start_with_a_setting_that_cannot_be_read(settings: Any) -> None:
    settings.SOCIAL_PROVIDERS = {"acme": without("secret")}
    with pytest.raises(ImproperlyConfigured):
        apps.get_app_config("accounts").ready()


def test_none_is_on_offer_by_default() -> None:
    assert read_providers({}, plain_http=False) == {}


@pytest.mark.parametrize("raw", ["{", "[]", "7", "google", '{"a": {}, "a": {}}'])
def test_the_variable_is_one_json_object(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("SOCIAL_PROVIDERS", raw)
    with pytest.raises(ImproperlyConfigured, match="SOCIAL_PROVIDERS"):
        env.json_object("SOCIAL_PROVIDERS")


@pytest.mark.parametrize("raw", ["", " ", "{}"])
def test_an_empty_variable_is_no_provider(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("SOCIAL_PROVIDERS", raw)
    assert env.json_object("SOCIAL_PROVIDERS") == {}
