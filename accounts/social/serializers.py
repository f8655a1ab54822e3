"""The shapes of signing in through a provider at the REST door."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Connection
from accounts.serializers import ReauthenticateWriteSerializer
from accounts.social.providers import title_of
from umemployed.api.fields import StrictCharField


class ProviderSerializer(serializers.Serializer):
    """One provider on offer."""

    id = serializers.CharField(source="slug", help_text=_("The name in the URLs."))
    kind = serializers.CharField(
        help_text=_("`google`, `github`, `linkedin`, or `oidc` for any other; tells the icon.")
    )
    title = serializers.CharField()


class ProvidersSerializer(serializers.Serializer):
    providers = ProviderSerializer(many=True)


class StartWriteSerializer(serializers.Serializer):
    redirect_uri = StrictCharField(
        max_length=500,
        required=False,
        help_text=_("Where the provider sends the browser back to: one of the platform's own pages; usually left out."),
    )


class StartedSerializer(serializers.Serializer):
    authorization_url = serializers.CharField(help_text=_("Send the browser there."))
    state = serializers.CharField(help_text=_("Comes back with the browser; keep `browser_key` under it."))
    browser_key = serializers.CharField(help_text=_("Keep it in this browser; it never goes to the provider."))
    expires_in = serializers.IntegerField(help_text=_("Seconds within which the browser must be back."))


class CompleteWriteSerializer(serializers.Serializer):
    state = StrictCharField(max_length=128, help_text=_("From the URL that the provider sent the browser to."))
    code = StrictCharField(max_length=4096, help_text=_("From the same URL."))
    iss = StrictCharField(max_length=255, required=False, help_text=_("From the same URL, if it is there (RFC 9207)."))
    browser_key = StrictCharField(max_length=100, help_text=_("From the answer with which this browser began."))


class ConnectStartWriteSerializer(ReauthenticateWriteSerializer, StartWriteSerializer):
    provider = StrictCharField(max_length=32)


class ConnectCompleteWriteSerializer(CompleteWriteSerializer):
    provider = StrictCharField(max_length=32)


class ConnectionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    title = serializers.SerializerMethodField()

    class Meta:
        model = Connection
        fields = ["id", "provider", "title", "email", "created_at", "last_used_at"]

    def get_title(self, connection: Connection) -> str:
        """Return how people call the provider."""
        return title_of(connection.provider)
