"""Staff see which jobs are reviewed blind, and who revealed whom."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from applications.blind.models import BlindReview, Reveal
from umemployed.api.admin import RecordAdmin


@admin.register(BlindReview)
class BlindReviewAdmin(RecordAdmin):
    list_display = ("job", "is_on", "shows_employers")
    list_select_related = ("job",)
    search_fields = ("job__public_id__exact",)
    search_help_text = _("A job's public id, in full")


@admin.register(Reveal)
class RevealAdmin(RecordAdmin):
    list_display = ("created_at", "application", "revealed_by")
    list_select_related = ("application", "revealed_by")
    search_fields = ("application__public_id__exact",)
    search_help_text = _("An application's public id, in full")
