"""Signing in through a provider, and the identities that open one's account."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Connection
from accounts.services import EmailUnverified, MfaRequired, ReauthenticationRequired, WrongCode, WrongPassword
from accounts.social import serializers, services
from accounts.social.providers import providers
from accounts.views import StrangerView, TokenView, device_of
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiView, ApiViewSet, DestroyMixin, ListMixin

DANCE_ERRORS = [
    NotFound,
    services.BadState,
    services.BadAuthorizationCode,
    services.ProviderAnswerRefused,
    services.ProviderUnavailable,
]


class ProvidersView(ApiView):
    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class = serializers.ProvidersSerializer

    def get(self, request: Request) -> Response:
        """List the providers through which one can sign in here."""
        return self.answer({"providers": list(providers().values())})


class StartView(StrangerView):
    """Asks a provider, so no transaction; what is repeated begins another dance, so no idempotency record."""

    serializer_class = serializers.StartedSerializer
    write_serializer_class = serializers.StartWriteSerializer
    throttle_scope = "social"
    errors = [NotFound, services.UnknownRedirect, services.ProviderUnavailable]
    transactional = False

    def post(self, request: Request, provider: str) -> Response:
        """Begin to sign in through a provider: answers the address to send the browser to."""
        return self.answer(services.start_sign_in(provider=provider, **self.read_body()))


class CompleteView(TokenView):
    write_serializer_class = serializers.CompleteWriteSerializer
    throttle_scope = "social"
    errors = [*DANCE_ERRORS, services.SignInRefused, MfaRequired]

    def post(self, request: Request, provider: str) -> Response:
        """Finish with what the browser came back with; a second step is asked for as after a password."""
        pair = services.finish_sign_in(
            provider=provider, **self.read_body(), device=device_of(request), language=get_language() or "en"
        )
        return self.answer(pair)


class ConnectStartView(ApiView):
    serializer_class = serializers.StartedSerializer
    write_serializer_class = serializers.ConnectStartWriteSerializer
    throttle_scope = "social"
    errors = [*StartView.errors, EmailUnverified, ReauthenticationRequired, WrongPassword, WrongCode]
    transactional = False

    def post(self, request: Request) -> Response:
        """Begin to connect an identity at a provider to one's account; asks for the password again."""
        return self.answer(services.start_connecting(actor=self.actor, **self.read_body()))


class ConnectCompleteView(ApiView):
    serializer_class = serializers.ConnectionSerializer
    write_serializer_class = serializers.ConnectCompleteWriteSerializer
    throttle_scope = "social"
    errors = [*DANCE_ERRORS, services.IdentityTaken]
    transactional = False

    def post(self, request: Request) -> Response:
        """Connect the identity of whoever came back from the provider."""
        return self.answer(services.finish_connecting(actor=self.actor, **self.read_body()))


class ConnectionViewSet(ListMixin, DestroyMixin, ApiViewSet):
    """The identities that open one's account."""

    serializer_class = serializers.ConnectionSerializer
    ordering = ("-pk",)
    errors = [services.LastWayIn]

    def get_queryset(self) -> Any:
        return Connection.objects.for_user(self.actor)

    def perform_destroy(self, instance: Connection) -> None:
        services.disconnect(actor=self.actor, connection_id=instance.public_id)
