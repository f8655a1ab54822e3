"""The dance with a provider: begun in a browser, finished in the same one, once, within minutes.

social-core dances; this room keeps the two halves together and says in our words what went wrong. Nothing
here decides who a person is: ``finish`` returns an ``Identity``, and ``accounts.social.services`` goes on.
Requests leave the house, so nothing here may run inside a transaction.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import secrets
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from social_core.exceptions import (
    AuthCanceled,
    AuthConfigurationError,
    AuthCredentialError,
    AuthProviderError,
    AuthSessionError,
    SocialAuthBaseException,
)

from accounts.links import digest_of
from accounts.models import User
from accounts.social.models import AuthorizationRequest
from accounts.social.pipeline import Identity
from accounts.social.providers import Provider
from accounts.social.strategy import Strategy
from umemployed.api.errors import ApiError, Invalid, Unavailable
from umemployed.audit.record import record

logger = logging.getLogger(__name__)
PREFIX = "umb_"
AT_ONCE = 4  # dances with one provider in one process: a slow provider holds so many threads and no more
PATIENCE = 1.0  # seconds to wait for a turn; longer, and the waiting would hold the threads instead
RETRY_AFTER = 30  # seconds
# What a library may trip over when a provider answers nonsense of the right shape.
NONSENSE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class BadState(Invalid):
    code = "bad_state"
    title = _("Begin again")
    cause = _(
        "The state is unknown, used or over, or this is not the browser, person or provider that it was made for."
    )
    cure = _("Start anew, and send `state` and `browser_key` exactly as they were answered, once.")


class BadAuthorizationCode(Invalid):
    code = "bad_authorization_code"
    title = _("The provider did not accept the code")
    cause = _("The code was used before, is over, or belongs to another request.")
    cure = _("Start anew; each code is good for one exchange within a minute or so.")


class ProviderAnswerRefused(Invalid):
    code = "provider_answer_refused"
    title = _("The provider's answer does not hold")
    cause = _("Signature, issuer, audience, time, nonce or subject of what the provider said is wrong or missing.")
    cure = _("Start anew. If it stays, tell who runs the platform the `request_id`.")


class ProviderUnavailable(Unavailable):
    code = "provider_unavailable"
    title = _("The provider cannot be reached")
    cause = _("The provider is down, slow or busy, or does not know us any more.")
    cure = _("Start anew after `Retry-After` seconds, or sign in another way; nothing was changed.")


@dataclasses.dataclass(frozen=True)
class Started:
    """What the browser needs: where to go, and a key that stays with it and never goes to the provider."""

    authorization_url: str
    state: str
    browser_key: str
    expires_in: int


def begin(*, provider: Provider, redirect_uri: str, user: User | None = None) -> Started:
    """Begin a dance; ``user`` is who connects an identity, nobody to sign in. Raises ProviderUnavailable.

    Asks the provider only for its discovery document, once a day in each process.
    """
    strategy = Strategy(provider)
    with _turn(provider), _understood(provider, user):
        url = strategy.backend(redirect_uri).auth_url()
    state, browser_key = strategy.states.state, PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        AuthorizationRequest.objects.create(
            provider=provider.slug,
            user=user,
            state_digest=digest_of(state),
            browser_digest=digest_of(browser_key),
            redirect_uri=redirect_uri,
            transaction=json.dumps(strategy.transaction),
            expires_at=timezone.now() + settings.SOCIAL_LIFETIME,
        )
    return Started(url, state, browser_key, int(settings.SOCIAL_LIFETIME.total_seconds()))


def finish(
    *, provider: Provider, state: str, browser_key: str, code: str, iss: str = "", user: User | None = None
) -> Identity:
    """Exchange the code and return who came back. The state is used up before the provider is asked.

    Raises BadState, BadAuthorizationCode, ProviderAnswerRefused and ProviderUnavailable.
    """
    with _turn(provider), _understood(provider, user):
        asked = AuthorizationRequest.objects.open().filter(
            provider=provider.slug, state_digest=digest_of(state), browser_digest=digest_of(browser_key), user=user
        )
        found = asked.first()
        if found is None:
            raise BadState.on_field("state", BadState.cause, code=BadState.code)
        backend = Strategy(provider, asked=found, data={"state": state, "code": code}).backend(found.redirect_uri)
        backend.check_sender(iss)
        return backend.complete()


_turns: defaultdict[str, threading.BoundedSemaphore] = defaultdict(lambda: threading.BoundedSemaphore(AT_ONCE))


@contextmanager
def _turn(provider: Provider) -> Iterator[None]:
    """Hold one of the turns of a provider, waiting a moment for it. Raises ProviderUnavailable."""
    turns = _turns[provider.slug]
    if not turns.acquire(timeout=PATIENCE):
        raise _unavailable()
    try:
        yield
    finally:
        turns.release()


@contextmanager
def _understood(provider: Provider, user: User | None) -> Iterator[None]:
    """Turn what the library raises into our errors; every refusal is recorded, with its reason and without secrets."""
    try:
        yield
    except ApiError as refusal:
        _note(provider, user, refusal.code)
        raise
    except SocialAuthBaseException as error:
        _note(provider, user, error.code)
        level = logging.ERROR if isinstance(error, AuthConfigurationError) else logging.WARNING
        told = (provider.slug, error.code, error.stage, error.claim or error.provider_code or "-")
        logger.log(level, "Dance with %s: %s at %s (%s)", *told)
        raise _ours(error) from error
    except NONSENSE as error:
        _note(provider, user, "nonsense")
        logger.warning("Dance with %s: nonsense", provider.slug, exc_info=True)
        raise ProviderAnswerRefused from error


def _ours(error: SocialAuthBaseException) -> ApiError:
    if isinstance(error, AuthSessionError):
        return BadState.on_field("state", BadState.cause, code=BadState.code)
    is_http = isinstance(error, AuthProviderError) and error.code == "http_error"
    if isinstance(error, AuthCredentialError | AuthCanceled) or (is_http and error.stage == "token_exchange"):
        return BadAuthorizationCode.on_field("code", BadAuthorizationCode.cause, code=BadAuthorizationCode.code)
    is_trouble = isinstance(error, AuthProviderError) and not is_http
    if is_trouble or isinstance(error, AuthConfigurationError) or error.code == "malformed_response":
        return _unavailable()
    return ProviderAnswerRefused()


def _unavailable() -> ProviderUnavailable:
    return ProviderUnavailable(headers={"Retry-After": str(RETRY_AFTER)})


def _note(provider: Provider, user: User | None, reason: str) -> None:
    with transaction.atomic():
        record("social:refused", actor=user, target=user, provider=provider.slug, reason=reason)
