"""A provider that runs as a process of its own, and a browser that walks to it and back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from rest_framework.test import APIClient
from social_core.backends.utils import OIDCDiscoveryMixin

from accounts.models import User
from accounts.social.backends import OpenIdConnect
from accounts.social.tests.provider import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI
from accounts.tests.factories import PASSWORD, make_client

SOCIAL = "/api/v1/auth/social/"
CLIENT = {"key": CLIENT_ID, "secret": CLIENT_SECRET}


@pytest.fixture(scope="session")
def provider_url() -> Iterator[str]:
    """Start the provider; it ends with its standard input, so it cannot outlive us."""
    program = Path(__file__).with_name("provider.py")
    command = [sys.executable, str(program)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.stdin.close()
        process.wait(timeout=10)


def forget_what_providers_said() -> None:
    """Empty the caches of discovery documents and keys, which last longer than a test."""
    OIDCDiscoveryMixin.get_openid_configuration.invalidate()
    OpenIdConnect.get_jwks_keys_for_uri.invalidate()


class Tenant:
    """One issuer of the provider, seen from the test that chooses what it does."""

    def __init__(self, base: str, name: str) -> None:
        self.url = f"{base}/{name}"
        self.control(reset=True)
        forget_what_providers_said()

    def control(self, **wishes: Any) -> dict[str, Any]:
        return requests.post(f"{self.url}/control", json=wishes, timeout=10).json()

    @property
    def asked(self) -> list[str]:
        return self.control()["asked"]

    def person(self, sub: str, email: str | None = None, email_verified: object = True, **more: Any) -> None:
        """Put somebody in front of the provider's screen."""
        address = {} if email is None else {"email": email, "email_verified": email_verified}
        self.control(person={"sub": sub, "name": "Zoe Elsewhere", **address, **more})


class Browser:
    """Walks a whole dance: our API, the provider's page, and back."""

    def __init__(self, client: APIClient, slug: str) -> None:
        self.client, self.slug = client, slug

    def start(self) -> dict[str, Any]:
        answer = self.client.post(f"{SOCIAL}{self.slug}/start/", {})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def visit(self, started: dict[str, Any]) -> dict[str, str]:
        """Go where the provider asks and return what it sends back in the URL."""
        answer = requests.get(started["authorization_url"], allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        target = urlsplit(answer.headers["Location"])
        assert f"{target.scheme}://{target.netloc}{target.path}" == REDIRECT_URI
        return dict(parse_qsl(target.query))

    def body(self, started: dict[str, Any], back: dict[str, str], **changes: Any) -> dict[str, Any]:
        wanted = {name: back[name] for name in ("state", "code", "iss") if name in back}
        return {**wanted, "browser_key": started["browser_key"], **changes}

    def complete(self, started: dict[str, Any], back: dict[str, str], **changes: Any) -> Any:
        return self.client.post(f"{SOCIAL}{self.slug}/complete/", self.body(started, back, **changes))

    def sign_in(self) -> Any:
        started = self.start()
        return self.complete(started, self.visit(started))

    def connect(self, user: User, **proof: Any) -> Any:
        """Connect an identity to an account, as its owner would."""
        client = make_client(user)
        start = {"provider": self.slug, "current_password": PASSWORD, **proof}
        answer = client.post(f"{SOCIAL}connections/start/", start)
        if answer.status_code != 200:
            return answer
        started = answer.json()
        body = {**self.body(started, self.visit(started)), "provider": self.slug}
        return client.post(f"{SOCIAL}connections/complete/", body)


@pytest.fixture
def keel(provider_url: str) -> Tenant:
    """An OpenID Connect issuer."""
    return Tenant(provider_url, "keel")


@pytest.fixture
def harbour(provider_url: str) -> Tenant:
    """Another one."""
    return Tenant(provider_url, "harbour")


@pytest.fixture(autouse=True)
def offers(settings: Any, provider_url: str, db: None) -> dict[str, Any]:
    """Offer both issuers, and the three that everybody knows, all at our own provider."""
    settings.SOCIAL_REDIRECT_URIS = [REDIRECT_URI]
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "social": {"limit": 1000, "seconds": 300, "closed": True}}
    github = f"{provider_url}/github"
    settings.SOCIAL_PROVIDERS = {
        slug: {
            **CLIENT,
            "kind": "oidc",
            "title": slug.title(),
            "issuer": f"{provider_url}/{slug}",
            "email_domains": ["*"],
        }
        for slug in ("keel", "harbour")
    } | {
        "google": {**CLIENT, "issuer": f"{provider_url}/google"},
        "linkedin": {**CLIENT, "issuer": f"{provider_url}/linkedin"},
        "github": {
            **CLIENT,
            "issuer": github,
            "authorization_url": f"{github}/login/oauth/authorize",
            "token_url": f"{github}/login/oauth/access_token",
            "api_url": f"{github}/api",
        },
    }
    return settings.SOCIAL_PROVIDERS


@pytest.fixture
def browser(api: APIClient, keel: Tenant) -> Browser:
    """Somebody who is nobody yet, on the way to Keel."""
    return Browser(api, "keel")
