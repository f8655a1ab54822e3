"""Staff see the reports, as companies do. Declarations have no page here."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from applications.equality.models import EqualityReport
from umemployed.api.admin import RecordAdmin


@admin.register(EqualityReport)
class EqualityReportAdmin(RecordAdmin):
    list_display = ("company", "quarter", "created_at")
    list_select_related = ("company",)
    search_fields = ("company__slug__iexact",)
    search_help_text = _("A company's slug, in full")
