"""Files as REST shows and reads them."""

from __future__ import annotations

from rest_framework import serializers

from umemployed.api.fields import LineField, StrictCharField
from umemployed.files.models import StoredFile


class FileSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = StoredFile
        fields = ("id", "purpose", "name", "size", "sha256", "content_type", "status", "rejection", "created_at")
        read_only_fields = fields


class TargetSerializer(serializers.Serializer):
    method = serializers.ChoiceField(["PUT", "POST"])
    url = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField(), help_text="Send these with the bytes.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(),
        help_text="If not empty: send a multipart form of these, and last the bytes as the part `file`.",
    )
    expires_at = serializers.DateTimeField()


class AnnouncedFileSerializer(FileSerializer):
    target = TargetSerializer(help_text="Where to send the bytes; then POST `complete/`.")

    class Meta:
        model = StoredFile
        fields = (*FileSerializer.Meta.fields, "target")
        read_only_fields = fields


class FileWriteSerializer(serializers.Serializer):
    purpose = LineField(max_length=40, help_text="What the file is for.")
    name = StrictCharField(max_length=255, help_text="With its extension, which decides the content type.")
    size = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Bytes, exactly.")
    sha256 = serializers.RegexField(r"^[0-9a-fA-F]{64}\Z", required=False, help_text="Checked when given.")


class FileLinkSerializer(serializers.Serializer):
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()
