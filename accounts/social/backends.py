"""social-core's backends, told by a ``Provider`` instead of by global settings, and stricter where they trust.

The library speaks the protocols: authorization URL, state, PKCE, nonce, exchange of the code, JWKS, ID token,
userinfo. Here is only what differs: one class serves several issuers, requests are bounded, and each kind
says which address it *proves*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from social_core.backends.github import GithubOAuth2
from social_core.backends.google_openidconnect import GoogleOpenIdConnect
from social_core.backends.linkedin import LinkedinOpenIdConnect
from social_core.backends.oauth import BaseOAuth2PKCE
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.exceptions import AuthProviderError, AuthResponseError, AuthSessionError
from social_core.utils import cache, http_error

if TYPE_CHECKING:
    from accounts.social.strategy import Strategy

Claims = dict[str, Any]
KEYS_SECONDS = 3600


class Told:
    """What all kinds share: a name of its own per provider, and requests that end."""

    strategy: Strategy
    name: str

    def __init__(self, strategy: Strategy, redirect_uri: str | None = None) -> None:
        self.name = strategy.provider.slug
        super().__init__(strategy, redirect_uri=redirect_uri)  # type: ignore[call-arg]  # the library's BaseAuth

    def request(self, url: str, *, method: str = "GET", stage: Any = "user_info", **given: Any) -> requests.Response:
        """Send one request of the dance. Raises what the library's own method raises, by the same names."""
        backend: Any = self
        given.pop("timeout", None)
        try:
            answer = self.strategy.fetch(method, url, **given)
            answer.raise_for_status()
        except requests.HTTPError as error:
            raise http_error(backend, error, stage=stage) from error
        except requests.Timeout as error:
            raise AuthProviderError(backend, code="timeout", stage=stage) from error
        except (requests.RequestException, OSError) as error:
            raise AuthProviderError(backend, code="connection_failed", stage=stage) from error
        return answer

    def check_sender(self, issuer: str) -> None:
        """Refuse an answer that names another issuer (RFC 9207), against one provider posing as another."""
        if issuer and issuer != self.strategy.provider.issuer:
            raise AuthSessionError(self, code="state_mismatch", stage="callback")  # type: ignore[arg-type]

    def named_address(self, response: Claims) -> tuple[object, bool]:
        """Return the address that the provider names, and whether it says in so many words that it is proved."""
        raise NotImplementedError


class OpenIdConnect(Told, OpenIdConnectAuth):
    """Any OpenID Connect issuer."""

    DEFAULT_USE_PKCE = True

    def oidc_config_url(self) -> str:
        return self.strategy.provider.discovery()

    def oidc_config(self) -> dict[str, Any]:
        """Return the discovery document, which must be the issuer's own (OpenID Connect Discovery §4.3)."""
        config = super().oidc_config()
        if config.get("issuer") != self.strategy.provider.issuer:
            raise AuthResponseError(self, code="invalid_claim", claim="issuer", stage="begin")
        return config

    @cache(ttl=KEYS_SECONDS)
    def get_jwks_keys_for_uri(self, uri: str) -> list[dict[str, Any]]:
        """Return the issuer's keys, kept for an hour: the library's day is long for a key that was withdrawn."""
        return self.get_remote_jwks_keys(uri)

    def check_sender(self, issuer: str) -> None:
        """Demand ``iss`` of providers that announce it; else it could simply be left out."""
        super().check_sender(issuer)
        if not issuer and self.oidc_config().get("authorization_response_iss_parameter_supported") is True:
            raise AuthSessionError(self, code="state_mismatch", stage="callback")

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> Claims | None:
        """Ask userinfo for what the signed ID token leaves out; its subject must be the token's."""
        claims = self.id_token or {}
        if {"email", "email_verified", "name"} <= claims.keys() or not self.has_userinfo():
            return {}
        said = OpenIdConnectAuth.user_data(self, access_token)
        if not isinstance(said, dict) or said.get("sub") != claims.get("sub"):
            raise AuthResponseError(self, code="invalid_claim", claim="sub", stage="user_info")
        return said

    def has_userinfo(self) -> bool:
        """Say whether the issuer has the endpoint at all; it is optional."""
        return bool(self.strategy.provider.userinfo_url or self.oidc_config().get("userinfo_endpoint"))

    def named_address(self, response: Claims) -> tuple[object, bool]:
        """Take address and flag from one and the same source: the ID token, else userinfo."""
        claims = self.id_token or {}
        source = claims if "email" in claims and "email_verified" in claims else response
        return source.get("email"), source.get("email_verified") is True


class Google(OpenIdConnect, GoogleOpenIdConnect):
    """Google: its endpoints come from its discovery document, like every other issuer's."""

    AUTHORIZATION_URL = ACCESS_TOKEN_URL = REVOKE_TOKEN_URL = ""

    def get_user_id(self, details: Any, response: Any) -> Any:
        return OpenIdConnectAuth.get_user_id(self, details, response)

    def get_user_details(self, response: Any) -> dict[str, Any]:
        return OpenIdConnectAuth.get_user_details(self, response)


class LinkedIn(OpenIdConnect, LinkedinOpenIdConnect):
    """LinkedIn: refuses a PKCE verifier of clients that have a secret, and returns no nonce.

    What binds its answer to the browser is state and key alone; docs/oauth.md says what that leaves open.
    """

    DEFAULT_USE_PKCE = False
    USE_NONCE = False

    def validate_claims(self, id_token: Claims) -> None:
        LinkedinOpenIdConnect.validate_claims(self, id_token)


class GitHub(Told, GithubOAuth2, BaseOAuth2PKCE):
    """GitHub: OAuth 2 without an ID token; who somebody is comes from its API, whose ``id`` is the subject."""

    def api_url(self) -> str:
        return f"{self.strategy.provider.api_url.rstrip('/')}/"

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> Claims | None:
        """Return the person with all addresses; the profile's own one is what they like to show, and proves nothing."""
        person, addresses = self._user_data(access_token), self._user_data(access_token, "/emails")
        if not isinstance(person, dict) or not isinstance(addresses, list):
            raise AuthResponseError(self, code="malformed_response", stage="user_info")
        return person | {"emails": [one for one in addresses if isinstance(one, dict)]}

    def get_user_id(self, details: Any, response: Any) -> Any:
        """Return the number of the account; a login can be renamed and taken by somebody else."""
        number = response.get("id")
        if not isinstance(number, int) or isinstance(number, bool):
            raise AuthResponseError(self, code="missing_claim", claim="id", stage="user_info")
        return number

    def named_address(self, response: Claims) -> tuple[object, bool]:
        """Return the primary address if it is verified, else another one that is and that takes mail."""
        proved = [one for one in response["emails"] if one.get("verified") is True]
        proved = [one for one in proved if not str(one.get("email")).lower().endswith("@users.noreply.github.com")]
        proved.sort(key=lambda one: one.get("primary") is not True)
        return (proved[0].get("email"), True) if proved else (None, False)


BACKENDS: dict[str, Any] = {"google": Google, "linkedin": LinkedIn, "github": GitHub, "oidc": OpenIdConnect}
