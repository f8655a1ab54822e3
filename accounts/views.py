"""Signing up, in and out, and one's own account."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers, services
from accounts.models import RecoveryCode, Session
from umemployed.api.views import ApiView, ApiViewSet, DestroyMixin, ListMixin


def device_of(request: Request) -> str:
    """Return the client's own name, as the session list shows it."""
    return request.headers.get("User-Agent", "")


class StrangerView(ApiView):
    """For whoever has no session yet: a stale token in the header is not looked at."""

    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_scope = "login_address"


class MailView(StrangerView):
    """Answers the same, whether a mail goes out or not."""

    serializer_class = serializers.AcceptedSerializer
    success_status = {"post": 202}
    seconds = services.EVEN_SECONDS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer after the same time, too: only an address that is owed a mail makes the commit write to disk."""
        with services.even_time(self.seconds):
            return super().dispatch(request, *args, **kwargs)

    def accepted(self) -> Response:
        """Return the one answer."""
        return self.answer({"detail": _("If the address needs it, a mail is on its way.")})


class RegisterView(MailView):
    write_serializer_class = serializers.RegisterWriteSerializer
    throttle_scope = "register"
    seconds = services.EVEN_SECONDS_WITH_ARGON2

    def post(self, request: Request) -> Response:
        """Sign up; the answer does not tell whether the address was known."""
        services.register(**self.read_body(), language=get_language() or "en")
        return self.accepted()


class VerifyEmailView(StrangerView):
    write_serializer_class = serializers.MailedTokenWriteSerializer
    errors = [services.BadLink]

    def post(self, request: Request) -> Response:
        """Prove an address with the token of the mailed link."""
        services.verify_email(**self.read_body())
        return self.answer()


class ResendVerificationView(MailView):
    write_serializer_class = serializers.EmailWriteSerializer

    def post(self, request: Request) -> Response:
        """Mail the verification link again; the earlier one stops working."""
        services.resend_verification(**self.read_body())
        return self.accepted()


class EmailChangeView(ApiView):
    serializer_class = serializers.AcceptedSerializer
    write_serializer_class = serializers.EmailChangeWriteSerializer
    success_status = {"post": 202}
    errors = [services.ReauthenticationRequired, services.WrongPassword, services.WrongCode]
    transactional = False

    def post(self, request: Request) -> Response:
        """Ask to move to another address; a link goes there, a warning to the present one."""
        services.request_email_change(actor=self.actor, **self.read_body())
        return self.answer({"detail": _("If the address is free, a mail is on its way.")})


class EmailChangeConfirmView(ApiView):
    write_serializer_class = serializers.MailedTokenWriteSerializer
    errors = [services.BadLink]

    def post(self, request: Request) -> Response:
        """Move to the new address with the token of the mailed link, in a session of who asked; both are told."""
        services.confirm_email_change(actor=self.actor, **self.read_body())
        return self.answer()


class TokenView(StrangerView):
    """Answers with tokens, which are kept nowhere: no idempotency record, no transaction around Argon2."""

    serializer_class = serializers.TokenPairSerializer
    transactional = False


class LoginView(TokenView):
    write_serializer_class = serializers.LoginWriteSerializer
    errors = [services.BadCredentials, services.MfaRequired]

    def post(self, request: Request) -> Response:
        """Sign in with address and password."""
        return self.answer(services.sign_in(**self.read_body(), device=device_of(request)))


class LoginMfaView(TokenView):
    write_serializer_class = serializers.LoginMfaWriteSerializer
    errors = [services.BadChallenge, services.BadCode]

    def post(self, request: Request) -> Response:
        """Finish a sign-in that asked for a code; a code works once."""
        return self.answer(services.finish_sign_in(**self.read_body()))


class MfaView(ApiView):
    serializer_class = serializers.MfaSerializer

    def get(self, request: Request) -> Response:
        """Say whether two-step sign-in is on, and how many recovery codes are left."""
        left = RecoveryCode.objects.filter(user=self.actor, used_at=None).count()
        return self.answer({"enabled_at": self.actor.mfa_enabled_at, "recovery_codes_left": left})


class MfaChangeView(ApiView):
    """Answers with secrets, which are kept nowhere else."""

    write_serializer_class = serializers.ReauthenticateWriteSerializer
    errors = [services.ReauthenticationRequired, services.WrongPassword, services.WrongCode]
    transactional = False


class TotpView(MfaChangeView):
    serializer_class = serializers.OfferSerializer
    errors = [*MfaChangeView.errors, services.MfaAlreadyOn]

    def post(self, request: Request) -> Response:
        """Get a secret for an authenticator app; it guards nothing until a code of it is confirmed."""
        return self.answer(services.offer_authenticator(actor=self.actor, **self.read_body()))


class TotpConfirmView(ApiView):
    serializer_class = serializers.RecoveryCodesSerializer
    write_serializer_class = serializers.CodeWriteSerializer
    errors = [services.NothingOffered, services.MfaAlreadyOn, services.WrongCode]
    transactional = False

    def post(self, request: Request) -> Response:
        """Turn two-step sign-in on with a code of the offered secret; every other session ends."""
        codes = services.confirm_authenticator(
            actor=self.actor, session=cast("Session", request.auth), **self.read_body()
        )
        return self.answer({"recovery_codes": codes})


class MfaDisableView(MfaChangeView):
    errors = [*MfaChangeView.errors, services.MfaNotOn]

    def post(self, request: Request) -> Response:
        """Turn two-step sign-in off."""
        services.disable_mfa(actor=self.actor, **self.read_body())
        return self.answer()


class RecoveryCodesView(MfaChangeView):
    serializer_class = serializers.RecoveryCodesSerializer
    errors = [*MfaChangeView.errors, services.MfaNotOn]

    def post(self, request: Request) -> Response:
        """Replace the recovery codes; the earlier ones stop working."""
        return self.answer({"recovery_codes": services.replace_recovery_codes(actor=self.actor, **self.read_body())})


class RefreshView(TokenView):
    write_serializer_class = serializers.RefreshWriteSerializer
    throttle_scope = "refresh"
    errors = [services.BadRefreshToken]

    def post(self, request: Request) -> Response:
        """Exchange a refresh token for the next pair; a second use after ten seconds ends the session."""
        return self.answer(services.refresh_session(token=self.read_body()["refresh"]))


class LogoutView(ApiView):
    def post(self, request: Request) -> Response:
        """End the session that this request came with; its tokens are refused from now on."""
        services.sign_out(actor=self.actor, session=cast("Session", request.auth))
        return self.answer()


class PasswordChangeView(ApiView):
    serializer_class = serializers.TokenPairSerializer
    write_serializer_class = serializers.PasswordChangeWriteSerializer
    errors = [services.WrongPassword]
    transactional = False

    def post(self, request: Request) -> Response:
        """Change the password; every session ends, and the answer opens a new one on this device."""
        pair = services.change_password(actor=self.actor, **self.read_body(), device=device_of(request))
        return self.answer(pair)


class PasswordResetView(MailView):
    write_serializer_class = serializers.EmailWriteSerializer

    def post(self, request: Request) -> Response:
        """Ask for a reset link; the answer does not tell whether the address is known."""
        services.request_password_reset(**self.read_body())
        return self.accepted()


class PasswordResetConfirmView(StrangerView):
    write_serializer_class = serializers.PasswordResetWriteSerializer
    errors = [services.BadLink]

    def post(self, request: Request) -> Response:
        """Choose a new password with the token of the mailed link; every session ends."""
        services.confirm_password_reset(**self.read_body())
        return self.answer()


class SessionViewSet(ListMixin, DestroyMixin, ApiViewSet):
    """One's own standing sessions."""

    serializer_class = serializers.SessionSerializer
    ordering = ("-last_seen_at", "-pk")

    def get_queryset(self) -> Any:
        return Session.objects.for_user(self.actor).standing()

    def perform_destroy(self, instance: Session) -> None:
        services.end_own_session(actor=self.actor, session_id=instance.public_id)


class MeView(ApiView):
    serializer_class = serializers.MeSerializer
    write_serializer_classes = {"patch": serializers.MeWriteSerializer}

    def get(self, request: Request) -> Response:
        """Return one's own account and the homes to show."""
        return self.answer(self.actor)

    def patch(self, request: Request) -> Response:
        """Change one's name, language or time zone."""
        return self.answer(services.edit_profile(actor=self.actor, **self.read_body(self.actor)))
