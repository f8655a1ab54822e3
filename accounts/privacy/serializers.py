"""The shapes of exports, erasures and consents."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from umemployed.api.fields import StrictCharField
from umemployed.privacy.models import Erasure, Export
from umemployed.privacy.registry import Basis, Kept, Table
from umemployed.privacy.vocabulary import Purpose


class ExportSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    file = serializers.UUIDField(
        source="file.public_id",
        allow_null=True,
        default=None,
        read_only=True,
        help_text=_("Once it is ready: POST /api/v1/files/{file}/link/ makes a private link of a minute."),
    )
    size = serializers.IntegerField(source="file.size", allow_null=True, default=None, read_only=True)
    requested_at = serializers.DateTimeField(source="created_at", read_only=True)

    class Meta:
        model = Export
        fields = ["id", "status", "requested_at", "ready_at", "expires_at", "file", "size"]
        read_only_fields = fields


class ErasureSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    requested_at = serializers.DateTimeField(source="created_at", read_only=True)
    due_at = serializers.DateTimeField(read_only=True, help_text=_("Until then it can be cancelled."))
    obstacle = serializers.CharField(
        read_only=True, help_text=_("The code of what stood against it when it was due, e.g. `sole_owner`.")
    )

    class Meta:
        model = Erasure
        fields = ["id", "status", "requested_at", "due_at", "obstacle"]
        read_only_fields = fields


class ReportLineSerializer(serializers.Serializer):
    """What became of one table."""

    table = serializers.CharField()
    outcome = serializers.ChoiceField(["deleted", "blanked", "kept"])
    rows = serializers.IntegerField()
    kept = serializers.CharField(allow_blank=True, help_text=_("The clock that ends what is kept."))
    months = serializers.IntegerField(allow_null=True)


class ErasureReportSerializer(serializers.Serializer):
    """What was erased and what is kept, and why. It names nobody."""

    version = serializers.IntegerField()
    begun_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField()
    tables = ReportLineSerializer(many=True)


class ConsentSerializer(serializers.Serializer):
    """What I said last about one purpose."""

    purpose = serializers.ChoiceField(Purpose.choices)
    label = serializers.CharField()
    is_required = serializers.BooleanField(help_text=_("The account rests on it; it cannot be withdrawn alone."))
    version = serializers.CharField(help_text=_("Of the present text."))
    is_given = serializers.BooleanField()
    given_version = serializers.CharField(allow_blank=True, help_text=_("Of the text that was answered."))
    at = serializers.DateTimeField(allow_null=True)


class ConsentsSerializer(serializers.Serializer):
    """Every purpose, with my answer."""

    consents = ConsentSerializer(many=True)


class ConsentWriteSerializer(serializers.Serializer):
    """Yes, to a text that was shown."""

    version = StrictCharField(max_length=20)


class HeldSerializer(serializers.Serializer):
    """One table with personal data."""

    table = serializers.CharField(source="label")
    holds = serializers.CharField()
    basis = serializers.ChoiceField(Basis.choices)
    kept = serializers.ChoiceField(Kept.choices)
    months = serializers.SerializerMethodField(help_text=_("Of the clock, by country; null where it has no months."))
    is_exported = serializers.BooleanField(source="exported")

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField(), allow_null=True))
    def get_months(self, table: Table) -> dict[str, Any] | None:
        """Return the clock's months, `default` and where a country differs."""
        months = {place: row[table.kept] for place, row in settings.RETENTION.items() if table.kept in row}
        return months or None


class AllHeldSerializer(serializers.Serializer):
    """Everything that is held about people."""

    tables = HeldSerializer(many=True)
