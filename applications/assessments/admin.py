"""Staff look at assessments here; the acts belong to the teams and their candidates."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from applications.assessments.models import Assessment, Attempt, BankQuestion, RetakeGrant
from umemployed.api.admin import RecordAdmin


@admin.register(BankQuestion)
class BankQuestionAdmin(RecordAdmin):
    list_display = ("company", "skill", "kind", "prompt", "points", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("company", "skill")
    search_fields = ("public_id__exact", "company__slug__iexact", "skill__slug__iexact")
    search_help_text = _("A question's public id, a company's or a skill's slug, in full")


@admin.register(Assessment)
class AssessmentAdmin(RecordAdmin):
    list_display = ("title", "job", "minutes", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("job",)
    search_fields = ("public_id__exact", "job__public_id__exact")
    search_help_text = _("An assessment's or job's public id, in full")


@admin.register(Attempt)
class AttemptAdmin(RecordAdmin):
    list_display = ("application", "number", "status", "created_at", "deadline_at", "finished_at", "score")
    list_filter = ("status",)
    list_select_related = ("application",)
    search_fields = ("public_id__exact", "application__public_id__exact", "application__candidate__email__iexact")
    search_help_text = _("An attempt's or application's public id, or a candidate's e-mail, in full")


@admin.register(RetakeGrant)
class RetakeGrantAdmin(RecordAdmin):
    list_display = ("application", "granted_by", "reason", "created_at")
    list_select_related = ("application", "granted_by")
    search_fields = ("application__public_id__exact",)
    search_help_text = _("An application's public id, in full")
