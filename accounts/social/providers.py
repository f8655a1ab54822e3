"""Which providers are on offer: the strict reader of ``SOCIAL_PROVIDERS``.

One JSON object, a member for each provider, named as its URL names it::

    {"google":   {"key": "…", "secret": "…"},
     "github":   {"key": "…", "secret": "…"},
     "linkedin": {"key": "…", "secret": "…"},
     "acme":     {"kind": "oidc", "title": "Acme", "issuer": "https://id.acme.example",
                  "key": "…", "secret": "…", "email_domains": ["acme.example"]}}

Nothing secret has a default, an unknown member is an error that names it, and every address is https
outside a developer's house. docs/oauth.md explains each member.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from umemployed.api.errors import NotFound

SLUG = re.compile(r"[a-z][a-z0-9-]{0,31}")
RESERVED = {"connections"}  # a route of its own
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
TOKEN_AUTH = ("client_secret_basic", "client_secret_post")
ENDPOINTS = ("discovery_url", "authorization_url", "token_url", "userinfo_url", "jwks_url", "api_url")
LISTS = ("scopes", "algorithms", "email_domains")
OIDC_SCOPES = ("openid", "email", "profile")
MEMBERS = {"kind", "title", "key", "secret", "issuer", "token_auth", *ENDPOINTS, *LISTS}

# What is fixed about the providers that everybody knows; each member may be set otherwise, e.g. for GitHub Enterprise.
KNOWN: dict[str, dict[str, Any]] = {
    "google": {"title": "Google", "issuer": "https://accounts.google.com"},
    "linkedin": {
        "title": "LinkedIn",
        "issuer": "https://www.linkedin.com/oauth",
        # Its discovery document does not say so, and it refuses the usual way.
        "token_auth": "client_secret_post",
    },
    "github": {
        "title": "GitHub",
        "issuer": "https://github.com",
        "scopes": ["read:user", "user:email"],
        "authorization_url": "https://github.com/login/oauth/authorize",
        "token_url": "https://github.com/login/oauth/access_token",
        "api_url": "https://api.github.com/",
    },
    "oidc": {},
}


@dataclasses.dataclass(frozen=True)
class Provider:
    """One provider on offer. ``email_domains`` are those whose addresses it may prove; ``*`` is all."""

    slug: str
    kind: str
    title: str
    key: str
    secret: str = dataclasses.field(repr=False)
    issuer: str = ""
    token_auth: str = ""
    discovery_url: str = ""
    authorization_url: str = ""
    token_url: str = ""
    userinfo_url: str = ""
    jwks_url: str = ""
    api_url: str = ""
    scopes: tuple[str, ...] = OIDC_SCOPES
    algorithms: tuple[str, ...] = ("RS256",)
    email_domains: tuple[str, ...] = ("*",)

    def discovery(self) -> str:
        """Return where the provider describes itself (OpenID Connect Discovery §4)."""
        return self.discovery_url or f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"

    def may_prove(self, email: str) -> bool:
        """Say whether this provider's word about an address is taken."""
        return "*" in self.email_domains or email.rpartition("@")[2] in self.email_domains


def providers() -> dict[str, Provider]:
    """Return the providers on offer by name, in the order of the setting. Raises ImproperlyConfigured."""
    return read_providers(settings.SOCIAL_PROVIDERS, plain_http=settings.LOCAL)


def provider_named(slug: str) -> Provider:
    """Return one provider on offer. Raises NotFound."""
    found = providers().get(slug)
    if found is None:
        raise NotFound
    return found


def title_of(slug: str) -> str:
    """Return how people call a provider, even when it is no longer on offer."""
    found = providers().get(slug)
    return found.title if found else slug


def read_providers(members: Mapping[str, Any], *, plain_http: bool) -> dict[str, Provider]:
    """Read the whole setting; microseconds. Raises ImproperlyConfigured, naming provider and member."""
    found = {slug: _provider(slug, given, plain_http) for slug, given in members.items()}
    issuers = [provider.issuer for provider in found.values()]
    if len(set(issuers)) != len(issuers):
        raise ImproperlyConfigured("SOCIAL_PROVIDERS: two providers have one issuer, so its identities have two names.")
    return found


def _provider(slug: str, given: Any, plain_http: bool) -> Provider:
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        raise ImproperlyConfigured(f"SOCIAL_PROVIDERS: {slug!r} is no name: use a-z, 0-9 and hyphens, at most 32.")
    if not isinstance(given, Mapping):
        raise _wrong(slug, "must be an object")
    kind = given.get("kind", slug)
    if kind not in KNOWN:
        raise _wrong(slug, f'needs a "kind": one of {", ".join(KNOWN)}')
    unknown = sorted(given.keys() - MEMBERS)
    if unknown:
        raise _wrong(slug, f"has unknown members: {', '.join(unknown)}")
    values = {**KNOWN[kind], **given, "kind": kind}
    for name in ("key", "secret", "issuer", *(["title", "email_domains"] if kind == "oidc" else [])):
        if not values.get(name):
            raise _wrong(slug, f"needs {name!r}")
    return _checked(slug, values, plain_http)


def _checked(slug: str, values: dict[str, Any], plain_http: bool) -> Provider:
    for name, value in values.items():
        if name in LISTS:
            if not isinstance(value, list | tuple) or not all(isinstance(word, str) and word for word in value):
                raise _wrong(slug, f"{name!r} must be a list of words")
        elif not isinstance(value, str):
            raise _wrong(slug, f"{name!r} must be text")
    for name in ("issuer", *ENDPOINTS):
        if values.get(name):
            _check_url(slug, name, values[name], plain_http)
    if not set(values.get("algorithms", ())) <= ALGORITHMS:
        raise _wrong(slug, f"'algorithms' may be {', '.join(sorted(ALGORITHMS))}: keys that only the provider has")
    if values.get("token_auth", TOKEN_AUTH[0]) not in TOKEN_AUTH:
        raise _wrong(slug, f"'token_auth' must be one of {', '.join(TOKEN_AUTH)}")
    lists = {name: tuple(values[name]) for name in LISTS if name in values}
    if "email_domains" in lists:
        lists["email_domains"] = tuple(domain.lower() for domain in lists["email_domains"])
    return Provider(slug=slug, **values | lists)


def _check_url(slug: str, name: str, url: str, plain_http: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in (("https", "http") if plain_http else ("https",)) or not parts.hostname:
        raise _wrong(slug, f"{name!r} must be a whole https address")


def _wrong(slug: str, what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"SOCIAL_PROVIDERS: {slug}: {what}. See docs/oauth.md.")
