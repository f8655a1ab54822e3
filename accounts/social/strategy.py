"""How social-core meets our house: one ``Strategy`` for each half of a dance.

What the library keeps in a browser's session (state, PKCE verifier, nonce) rests in an AuthorizationRequest,
because our clients have no cookies. What it keeps in tables of its own is not needed: the same row's one
conditional UPDATE makes a state good for one use.
"""

from __future__ import annotations

import json
import time
from typing import Any, cast

import requests
from django.conf import settings
from django.db.models.functions import Now
from social_core.storage import AssociationMixin, BaseStorage
from social_django.strategy import DjangoStrategy

from accounts.social.backends import BACKENDS
from accounts.social.models import AuthorizationRequest
from accounts.social.providers import Provider
from umemployed.fetching import fetch

PIPELINE = [
    "social_core.pipeline.social_auth.social_details",
    "social_core.pipeline.social_auth.social_names",
    "social_core.pipeline.social_auth.social_uid",
    "social_core.pipeline.social_auth.auth_allowed",
    "accounts.social.pipeline.identify",
]


class OneUse:
    """The library's store of values that are good once: here, the one state of this dance."""

    def __init__(self, asked: AuthorizationRequest | None) -> None:
        self.asked = asked
        self.state = ""

    def use(self, server_url: str, timestamp: int, salt: str) -> bool:
        """Take a fresh state; its row is written once the URL stands."""
        self.state = salt
        return True

    def consume(self, server_url: str, timestamp: int, salt: str) -> bool:
        """Use the state up, and say whether it was we who did: of twenty at once exactly one."""
        mine = AuthorizationRequest.objects.open().filter(pk=self.asked.pk if self.asked else None)
        return mine.update(used_at=Now()) == 1


class Nonces:
    """The library's store of OpenID nonces, kept beside the state that they belong to."""

    def __init__(self, transaction: dict[str, Any]) -> None:
        self.kept: list[dict[str, Any]] = transaction.setdefault("nonces", [])

    def store(self, server_url: str, association: Any) -> None:
        """Keep a nonce."""
        names = ("handle", "issued", "lifetime", "assoc_type")
        self.kept.append({"server_url": server_url, **{name: getattr(association, name) for name in names}})

    def get(self, server_url: str | None = None, handle: str | None = None) -> list[AssociationMixin]:
        """Return the nonce, as a list of one or none."""
        found = [one for one in self.kept if (one["server_url"], one["handle"]) == (server_url, handle)]
        return [_association(one) for one in found]

    def remove(self, ids_to_delete: list[str]) -> None:
        """Forget nonces by their handles."""
        self.kept[:] = [one for one in self.kept if one["handle"] not in ids_to_delete]


def _association(values: dict[str, Any]) -> AssociationMixin:
    association = AssociationMixin()
    for name, value in {**values, "id": values["handle"]}.items():
        setattr(association, name, value)
    return association


class Storage(BaseStorage):
    """What the library keeps during one dance."""

    def __init__(self, transaction: dict[str, Any], states: OneUse) -> None:
        self.nonce: Any = states
        self.association: Any = Nonces(transaction)


class Strategy(DjangoStrategy):
    """The settings of one provider, the transaction of one dance, and the time that it has left."""

    def __init__(
        self, provider: Provider, *, asked: AuthorizationRequest | None = None, data: dict[str, str] | None = None
    ) -> None:
        self.provider = provider
        self.transaction: dict[str, Any] = json.loads(asked.transaction) if asked else {}
        self.data = data or {}
        self.deadline = time.monotonic() + settings.SOCIAL_TOTAL_SECONDS
        self.states = OneUse(asked)
        super().__init__(Storage(self.transaction, self.states))
        self.session = cast("Any", self.transaction)

    def backend(self, redirect_uri: str) -> Any:
        """Return the library's backend for this provider."""
        return BACKENDS[self.provider.kind](self, redirect_uri=redirect_uri)

    def fetch(self, method: str, url: str, **request: Any) -> requests.Response:
        """Send a request within the time of this dance. Raises requests.RequestException."""
        return fetch(method, url, deadline=self.deadline, seconds=settings.SOCIAL_REQUEST_SECONDS, **request)

    def setting(self, name: str, default: Any = None, backend: Any = None) -> Any:
        """Return what the library asks for by its own names; what the provider leaves open is the default."""
        value = self.told().get(name)
        return default if value in (None, "") else value

    def told(self) -> dict[str, Any]:
        """Return the provider in the library's words."""
        provider, seconds = self.provider, int(settings.SOCIAL_LIFETIME.total_seconds())
        return {
            "KEY": provider.key,
            "SECRET": provider.secret,
            "SCOPE": list(provider.scopes),
            "IGNORE_DEFAULT_SCOPE": True,
            "PIPELINE": PIPELINE,
            "ID_TOKEN_ISSUER": provider.issuer,
            "AUTHORIZATION_URL": provider.authorization_url,
            "ACCESS_TOKEN_URL": provider.token_url,
            "USERINFO_URL": provider.userinfo_url,
            "JWKS_URI": provider.jwks_url,
            "JWT_ALGORITHMS": list(provider.algorithms),
            "TOKEN_ENDPOINT_AUTH_METHOD": provider.token_auth,
            "STATE_LIFETIME": seconds,
            "NONCE_LIFETIME": seconds,
        }

    def get_request_data(self, merge: bool = True) -> dict[str, Any]:
        return self.data

    def authenticate(self, backend: Any, **kwargs: Any) -> Any:
        """Run the pipeline on this very backend; Django would look among its own, which know one issuer a class."""
        return backend.authenticate(None, **kwargs, strategy=self, storage=self.storage, backend=backend)
