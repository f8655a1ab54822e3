"""Companies, teams and invitations in the admin; teams are changed by their owners, not here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Field, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from companies.blocks.admin import BlockAdmin
from companies.models import Company, Invitation, Membership
from companies.services import verify_company
from umemployed.api.actor import actor_of
from umemployed.api.admin import ReadOnly

__all__ = ["BlockAdmin", "CompanyAdmin"]


class MembershipInline(ReadOnly, TabularInline):
    model = Membership
    fields = ["user", "role", "created_at"]
    readonly_fields = fields
    ordering = ["pk"]
    per_page = 20
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user", "company")


class InvitationInline(ReadOnly, TabularInline):
    model = Invitation
    fields = ["email", "role", "invited_by", "expires_at", "accepted_at", "revoked_at"]
    readonly_fields = fields
    ordering = ["-pk"]
    per_page = 20
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).select_related("invited_by", "company")


@admin.register(Company)
class CompanyAdmin(ModelAdmin):
    """Find a company, see its team, verify it, mend its page."""

    list_display = ["name", "slug", "country", "size", "is_verified", "member_count", "created_at"]
    list_filter = [("verified_at", admin.EmptyFieldListFilter), "size", "country"]
    search_fields = ["name", "=slug", "=public_id"]
    ordering = ["-pk"]
    show_full_result_count = False
    readonly_fields = ["slug", "demands_mfa", "approves_jobs", "verified_at", "public_id", "version", "created_at"]
    fields = ["name", "about", "website", "country", "size", "accepts_messages", *readonly_fields]
    inlines = [MembershipInline, InvitationInline]
    actions = ["verify"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        # A subquery per shown row; a join would have to be counted for the whole table.
        team = Membership.objects.filter(company=OuterRef("pk")).order_by().values("company")
        counts = Subquery(team.annotate(size=Count("pk")).values("size"))
        return super().get_queryset(request).annotate(member_count=counts)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Company | None = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Read a website without a scheme as https."""
        if db_field.name == "website":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        """Raise the version, so that an edit which an owner began before fails instead of undoing this one."""
        obj.version += 1
        super().save_model(request, obj, form, change)

    @display(description=_("verified"), boolean=True)
    def is_verified(self, company: Company) -> bool:
        """Say whether staff proved who it is."""
        return company.verified_at is not None

    @display(description=_("members"), ordering="member_count")
    def member_count(self, company: Any) -> int:
        """Return how many belong to it."""
        return company.member_count

    @admin.action(description=_("Mark as verified"))
    def verify(self, request: HttpRequest, queryset: QuerySet[Company]) -> None:
        """Verify the chosen companies."""
        for company_id in queryset.order_by("pk").values_list("pk", flat=True):
            verify_company(actor=actor_of(request), company_id=company_id)
