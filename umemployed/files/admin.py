"""Staff see what is stored and why it was rejected; never the bytes."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from umemployed.api.admin import RecordAdmin
from umemployed.files.models import StoredFile
from umemployed.files.purposes import PURPOSES


class PurposeFilter(admin.SimpleListFilter):
    title, parameter_name = _("purpose"), "purpose"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(purpose.name, str(purpose.label)) for purpose in PURPOSES.values()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[StoredFile]) -> models.QuerySet[StoredFile]:
        return queryset.filter(purpose=self.value()) if self.value() else queryset


@admin.register(StoredFile)
class StoredFileAdmin(RecordAdmin):
    list_display = ("created_at", "name", "owner", "purpose", "content_type", "size", "status", "rejection")
    list_filter = ("status", PurposeFilter)
    list_select_related = ("owner",)
    search_fields = ("public_id__exact", "owner__email__iexact", "sha256__exact")
    search_help_text = _("A public id, an owner's e-mail or a SHA-256, in full")
    exclude = ("key", "upload_key")
