"""Staff look into pipelines here; the acts belong to the teams."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from applications.assessments import admin as assessments_admin  # noqa: F401 - registers its tables
from applications.blind import admin as blind_admin  # noqa: F401 - registers its tables
from applications.capsules import is_untouched
from applications.equality import admin as equality_admin  # noqa: F401 - registers its tables
from applications.models import (
    Application,
    ApplicationEvent,
    BoardWatch,
    CandidateKey,
    CandidateMerge,
    Capsule,
    CompanyReason,
    Disposition,
    DispositionItem,
    HiringPolicy,
    JobMember,
    JobPipeline,
    Mention,
    Note,
    PoolEntry,
    Rating,
    Referral,
    ReferralLink,
    ReferralTouch,
    Stage,
    StageTemplate,
    Tag,
    TalentPool,
    TemplateStage,
)
from applications.offers import admin as offers_admin  # noqa: F401 - registers its tables
from applications.querysets import HistoryQuerySet
from umemployed.api.admin import RecordAdmin
from umemployed.privacy.reads import ReadsAreAudited


class RecordInline(TabularInline):
    """Rows that people read and never write."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class HistoryInline(RecordInline):
    model = ApplicationEvent
    fields = readonly_fields = ("created_at", "kind", "actor", "from_stage", "to_stage", "reason", "dwell")

    def get_queryset(self, request: HttpRequest) -> HistoryQuerySet:
        return super().get_queryset(request).with_parties()


class MentionInline(RecordInline):
    model = Mention
    fields = readonly_fields = ("person",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return Mention.objects.select_related("person")


@admin.register(Application)
class ApplicationAdmin(ReadsAreAudited, RecordAdmin):
    list_display = ("created_at", "candidate", "job", "company", "attempt", "status", "stage")
    list_filter = ("status",)
    list_select_related = ("candidate", "job", "company", "stage")
    search_fields = ("public_id__exact", "candidate__email__iexact", "company__slug__iexact", "job__public_id__exact")
    search_help_text = _("A public id, a candidate's e-mail, a company's slug or a job's public id, in full")
    inlines = (HistoryInline,)


@admin.register(Stage)
class StageAdmin(RecordAdmin):
    list_display = ("job", "position", "name", "kind", "phase", "removed_at")
    list_filter = ("kind", "phase")
    list_select_related = ("job",)
    search_fields = ("job__public_id__exact",)
    search_help_text = _("A job's public id, in full")


@admin.register(Capsule)
class CapsuleAdmin(ReadsAreAudited, RecordAdmin):
    list_display = ("application", "created_at", "sha256")
    list_select_related = ("application",)
    search_fields = ("sha256__exact", "application__public_id__exact")
    search_help_text = _("A SHA-256 or an application's public id, in full")
    readonly_fields = ("is_untouched",)

    @admin.display(boolean=True, description=_("untouched"))
    def is_untouched(self, capsule: Capsule) -> bool:
        return is_untouched(capsule)


@admin.register(JobMember)
class JobMemberAdmin(RecordAdmin):
    list_display = ("job", "membership", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("job", "membership")
    search_fields = ("job__public_id__exact", "membership__user__email__iexact")
    search_help_text = _("A job's public id or a member's e-mail, in full")


class TemplateStageInline(TabularInline):
    model = TemplateStage
    extra = 0
    can_delete = False
    fields = readonly_fields = ("position", "name", "kind", "phase")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(StageTemplate)
class StageTemplateAdmin(RecordAdmin):
    list_display = ("company", "name", "is_default", "updated_at")
    list_filter = ("is_default",)
    list_select_related = ("company",)
    search_fields = ("company__slug__iexact",)
    search_help_text = _("A company's slug, in full")
    inlines = (TemplateStageInline,)


@admin.register(JobPipeline)
class JobPipelineAdmin(RecordAdmin):
    list_display = ("job", "template", "reply_days")
    list_select_related = ("job", "template")
    search_fields = ("job__public_id__exact",)
    search_help_text = _("A job's public id, in full")


@admin.register(HiringPolicy)
class HiringPolicyAdmin(RecordAdmin):
    list_display = ("company", "rejection_delay_minutes", "reply_days")
    list_select_related = ("company",)
    search_fields = ("company__slug__iexact",)
    search_help_text = _("A company's slug, in full")


@admin.register(CompanyReason)
class CompanyReasonAdmin(RecordAdmin):
    list_display = ("company", "label", "reason", "is_retired")
    list_filter = ("reason", "is_retired")
    list_select_related = ("company",)
    search_fields = ("company__slug__iexact",)
    search_help_text = _("A company's slug, in full")


@admin.register(Disposition)
class DispositionAdmin(RecordAdmin):
    list_display = ("created_at", "job", "started_by", "status", "finished_at")
    list_filter = ("status",)
    list_select_related = ("job", "started_by")
    search_fields = ("public_id__exact", "job__public_id__exact")
    search_help_text = _("A public id or a job's public id, in full")


@admin.register(DispositionItem)
class DispositionItemAdmin(RecordAdmin):
    list_display = ("disposition", "application", "act", "reason", "status", "problem")
    list_filter = ("status", "act")
    list_select_related = ("disposition", "application")
    search_fields = ("disposition__public_id__exact", "application__public_id__exact")
    search_help_text = _("The public id of a disposition or an application, in full")


@admin.register(Note)
class NoteAdmin(RecordAdmin):
    """That something was noted, by whom and on what; what it says is the team's."""

    list_display = ("created_at", "application", "author", "edited_at")
    fields = readonly_fields = ("application", "author", "created_at", "edited_at")
    list_select_related = ("application", "author")
    search_fields = ("public_id__exact", "application__public_id__exact")
    search_help_text = _("The public id of a note or an application, in full")
    inlines = (MentionInline,)


@admin.register(Tag)
class TagAdmin(RecordAdmin):
    list_display = ("company", "name", "created_at")
    fields = readonly_fields = ("company", "name", "created_at")
    list_select_related = ("company",)
    search_fields = ("company__slug__iexact",)
    search_help_text = _("A company's slug, in full")


@admin.register(Rating)
class RatingAdmin(RecordAdmin):
    list_display = ("application", "author", "attribute", "score", "updated_at")
    list_select_related = ("application", "author")
    search_fields = ("application__public_id__exact",)
    search_help_text = _("An application's public id, in full")


@admin.register(BoardWatch)
class BoardWatchAdmin(RecordAdmin):
    list_display = ("user", "job", "since")
    list_select_related = ("user", "job")
    search_fields = ("job__public_id__exact", "user__email__iexact")
    search_help_text = _("A job's public id or a person's e-mail, in full")


@admin.register(CandidateKey)
class CandidateKeyAdmin(RecordAdmin):
    list_display = ("application", "kind", "digest")
    list_filter = ("kind",)
    list_select_related = ("application",)
    search_fields = ("digest__exact", "application__public_id__exact")
    search_help_text = _("A SHA-256 or an application's public id, in full")


@admin.register(CandidateMerge)
class CandidateMergeAdmin(RecordAdmin):
    list_display = ("created_at", "company", "kept", "merged", "merged_by", "undone_at")
    list_select_related = ("company", "kept", "merged", "merged_by")
    search_fields = ("public_id__exact", "company__slug__iexact")
    search_help_text = _("A public id or a company's slug, in full")


@admin.register(TalentPool)
class TalentPoolAdmin(RecordAdmin):
    list_display = ("company", "name", "created_at")
    list_select_related = ("company",)
    search_fields = ("company__slug__iexact",)
    search_help_text = _("A company's slug, in full")


@admin.register(PoolEntry)
class PoolEntryAdmin(RecordAdmin):
    """Who is in a pool, and with what consent; what is noted is the team's."""

    list_display = ("pool", "candidate", "consent", "answered_at", "expires_at")
    list_filter = ("consent",)
    fields = readonly_fields = ("pool", "candidate", "application", "added_by", "consent", "answered_at", "expires_at")
    list_select_related = ("pool", "candidate")
    search_fields = ("public_id__exact", "candidate__email__iexact")
    search_help_text = _("A public id or a candidate's e-mail, in full")


@admin.register(ReferralLink)
class ReferralLinkAdmin(RecordAdmin):
    list_display = ("job", "membership", "code", "visit_count")
    list_select_related = ("job", "membership")
    search_fields = ("code__exact", "job__public_id__exact")
    search_help_text = _("A code or a job's public id, in full")


@admin.register(ReferralTouch)
class ReferralTouchAdmin(RecordAdmin):
    list_display = ("link", "person", "first_at", "last_at")
    list_select_related = ("link", "person")
    search_fields = ("person__email__iexact",)
    search_help_text = _("A person's e-mail, in full")


@admin.register(Referral)
class ReferralAdmin(RecordAdmin):
    list_display = ("application", "first", "last")
    list_select_related = ("application", "first", "last")
    search_fields = ("application__public_id__exact",)
    search_help_text = _("An application's public id, in full")
