"""What the notification socket tells of imports, to who started them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from jobs.importing.vocabulary import ImportStatus
from umemployed.realtime.frames import declare

SOCKET = "notifications"
PROGRESS = "import.progress"


class ImportProgressSerializer(serializers.Serializer):
    """How far an import is. ``total`` and ``done`` count rows; of a list of addresses, addresses."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(ImportStatus.choices)
    total = serializers.IntegerField(min_value=0, allow_null=True)
    done = serializers.IntegerField(min_value=0)


declare(SOCKET, PROGRESS, ImportProgressSerializer, durable=False, summary=_("An import has got further, or ended."))
