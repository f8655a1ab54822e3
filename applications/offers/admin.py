"""Staff look at offers here; the acts belong to the teams and their candidates."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from applications.offers.models import Offer, OfferEvent, OfferPolicy, OfferTerms
from umemployed.api.admin import HugeTableAdmin, RecordAdmin


class OfferEventInline(TabularInline):
    model = OfferEvent
    extra = 0
    can_delete = False
    fields = readonly_fields = ("created_at", "kind", "actor", "status", "terms", "note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OfferEvent]:
        return super().get_queryset(request).select_related("actor", "terms")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Offer)
class OfferAdmin(RecordAdmin):
    list_display = ("created_at", "application", "status", "terms", "sent_at", "expires_at", "decided_at")
    list_filter = ("status",)
    list_select_related = ("application", "terms")
    search_fields = ("public_id__exact", "application__public_id__exact", "application__candidate__email__iexact")
    search_help_text = _("An offer's or application's public id, or a candidate's e-mail, in full")
    inlines = (OfferEventInline,)


@admin.register(OfferTerms)
class OfferTermsAdmin(RecordAdmin):
    list_display = ("offer", "number", "title", "starts_on", "created_at")
    list_select_related = ("offer",)
    search_fields = ("offer__public_id__exact", "sha256__exact")
    search_help_text = _("An offer's public id or a SHA-256, in full")


@admin.register(OfferPolicy)
class OfferPolicyAdmin(HugeTableAdmin):
    list_display = ("company", "approvals_required", "validity_days")
    list_select_related = ("company",)
    search_fields = ("company__slug__iexact",)
    search_help_text = _("A company's slug, in full")
    autocomplete_fields = ("company",)
