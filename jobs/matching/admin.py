"""Weights for staff: to look at, never to change."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from jobs.matching.models import SkillWeight
from umemployed.api.admin import ReadOnly


@admin.register(SkillWeight)
class SkillWeightAdmin(ReadOnly, ModelAdmin):
    """How rare skills are."""

    list_display = ["skill", "weight", "resumes", "postings"]
    list_select_related = ["skill"]
    search_fields = ["skill__name__startswith"]
    raw_id_fields = ["skill"]
    show_full_result_count = False
