"""The shapes of accounts at the REST door."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.homes import homes_of
from accounts.models import Session, User
from accounts.passwords import MAX_LENGTH
from umemployed.api.fields import LineField, StrictCharField


class PasswordField(StrictCharField):
    """A password as it was typed: nothing trimmed, nothing cut, never shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=MAX_LENGTH, write_only=True, **kwargs)


class AddressField(serializers.EmailField):
    """An e-mail address, in the form in which it is an identity."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)


class RegisterWriteSerializer(serializers.Serializer):
    email = AddressField()
    password = PasswordField(help_text=_("At least 10 characters; common and guessable ones are refused."))
    full_name = LineField(max_length=150, required=False, allow_blank=True)


class EmailWriteSerializer(serializers.Serializer):
    email = AddressField()


class MailedTokenWriteSerializer(serializers.Serializer):
    token = StrictCharField(max_length=200, help_text=_("The `token` of the mailed link."))


class LoginWriteSerializer(serializers.Serializer):
    email = AddressField()
    password = PasswordField()


class CodeField(StrictCharField):
    """Six digits of the authenticator, or a recovery code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, write_only=True, **kwargs)


class LoginMfaWriteSerializer(serializers.Serializer):
    challenge = StrictCharField(max_length=100, help_text=_("From the answer `mfa_required` of the sign-in."))
    code = CodeField(help_text=_("Six digits of the authenticator, or a recovery code."))


class ReauthenticateWriteSerializer(serializers.Serializer):
    """Who asks for this must prove again who they are; without, the answer is 403."""

    current_password = PasswordField(required=False)
    code = CodeField(required=False, help_text=_("With two-step sign-in: the authenticator's, or a recovery code."))


class EmailChangeWriteSerializer(ReauthenticateWriteSerializer):
    email = AddressField()


class CodeWriteSerializer(serializers.Serializer):
    code = CodeField()


class MfaSerializer(serializers.Serializer):
    enabled_at = serializers.DateTimeField(allow_null=True)
    recovery_codes_left = serializers.IntegerField()


class OfferSerializer(serializers.Serializer):
    secret = serializers.CharField(help_text=_("To be typed where no picture can be taken (base32)."))
    otpauth_url = serializers.CharField()
    qr_svg = serializers.CharField(help_text=_("The same as a picture: a `data:` URL."))


class RecoveryCodesSerializer(serializers.Serializer):
    recovery_codes = serializers.ListField(child=serializers.CharField(), help_text=_("Shown this once."))


class RefreshWriteSerializer(serializers.Serializer):
    refresh = StrictCharField(max_length=200)


class PasswordChangeWriteSerializer(serializers.Serializer):
    current_password = PasswordField()
    new_password = PasswordField()


class PasswordResetWriteSerializer(MailedTokenWriteSerializer):
    new_password = PasswordField()


class TokenPairSerializer(serializers.Serializer):
    access = serializers.CharField(help_text=_("Send it as `Authorization: Bearer …`."))
    refresh = serializers.CharField(help_text=_("Exchange it at `/api/v1/auth/refresh/`; good for one exchange."))
    expires_in = serializers.IntegerField(help_text=_("Seconds for which the access token is good."))
    session_id = serializers.UUIDField(source="session.public_id")
    session_expires_at = serializers.DateTimeField(source="session.expires_at")


class AcceptedSerializer(serializers.Serializer):
    """What strangers are answered, whatever we know about the address."""

    detail = serializers.CharField()


class SessionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    first_seen_at = serializers.DateTimeField(source="created_at", read_only=True)
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = ["id", "device", "address", "first_seen_at", "last_seen_at", "expires_at", "is_current"]

    def get_is_current(self, session: Session) -> bool:
        """Say whether this is the session that asks."""
        current = self.context["request"].auth
        return current is not None and session.pk == current.pk


class MeSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    has_password = serializers.BooleanField(source="has_usable_password", read_only=True)
    homes = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = [
            "id",
            "email",
            "email_verified_at",
            "full_name",
            "language",
            "timezone",
            "is_staff",
            "mfa_enabled_at",
            "has_password",
            "homes",
            "created_at",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_homes(self, user: User) -> list[str]:
        """Return the homes to show, e.g. `["recruiter", "seeker"]`."""
        return homes_of(user)


@cache
def time_zones() -> frozenset[str]:
    """Return the names of the IANA zones that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


class MeWriteSerializer(serializers.Serializer):
    full_name = LineField(max_length=150, allow_blank=True, required=False)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)
    timezone = LineField(max_length=64, required=False, help_text=_("IANA name, e.g. `Africa/Douala`."))

    def validate_timezone(self, value: str) -> str:
        """Accept the zones that exist."""
        if value not in time_zones():
            raise serializers.ValidationError(_("There is no such time zone."), code="invalid_choice")
        return value
