"""Terms for staff: to look at, never to change."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from jobs.search.models import TokenFrequency
from jobs.search.terms.models import IndexWork, PostingTerms, SearchTerm, TermPrefix, TermStart
from umemployed.api.admin import ReadOnly


@admin.register(SearchTerm)
class SearchTermAdmin(ReadOnly, ModelAdmin):
    """What live postings say, and how often."""

    list_display = ["label", "kind", "value", "live"]
    list_filter = ["kind"]
    search_fields = ["value__startswith"]
    exclude = ["deletes"]
    show_full_result_count = False


@admin.register(TermStart)
class TermStartAdmin(ReadOnly, ModelAdmin):
    """With what terms begin."""

    list_display = ["start", "kind", "term", "is_whole"]
    list_select_related = ["term"]
    list_filter = ["kind"]
    search_fields = ["start__startswith"]
    raw_id_fields = ["term"]
    show_full_result_count = False


@admin.register(TermPrefix)
class TermPrefixAdmin(ReadOnly, ModelAdmin):
    """Prefixes that have a list."""

    list_display = ["prefix", "kind", "terms"]
    list_filter = ["kind"]
    search_fields = ["=prefix"]
    show_full_result_count = False


@admin.register(PostingTerms)
class PostingTermsAdmin(ReadOnly, ModelAdmin):
    """In which terms a posting is counted."""

    list_display = ["job_id", "expires", "terms"]
    search_fields = ["=job_id"]
    show_full_result_count = False


@admin.register(IndexWork)
class IndexWorkAdmin(ReadOnly, ModelAdmin):
    """What the readers of the index have not looked at yet."""

    list_display = ["job_id", "reader", "asked_at"]
    list_filter = ["reader"]
    search_fields = ["=job_id"]
    show_full_result_count = False


@admin.register(TokenFrequency)
class TokenFrequencyAdmin(ReadOnly, ModelAdmin):
    """How frequent words and facets are, by which the search chooses its plans."""

    list_display = ["token", "postings"]
    search_fields = ["token__startswith"]
    show_full_result_count = False
