"""The shapes of imports and their reports."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.importing.cures import CURES
from jobs.importing.mapping import SHIPPED
from jobs.importing.models import JobImport, JobImportRow
from jobs.importing.services import counts_of
from jobs.importing.verbs import actions_of
from jobs.importing.vocabulary import ImportProblem, ImportStatus, RowCause, RowOutcome, SourceKind
from jobs.models import Status
from jobs.serializers.writing import OwnCompanyField
from umemployed.api.actions import ActionSerializer
from umemployed.api.queries import ChoiceListField, CommaListField, QuerySerializer


class ImportCountsSerializer(serializers.Serializer):
    """Rows by what became of them; ``published`` counts the created and updated ones that went live."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    rejected = serializers.IntegerField()
    published = serializers.IntegerField()


class JobImportSerializer(serializers.ModelSerializer):
    """An import, how far it is, and what one may do with it."""

    id = serializers.UUIDField(source="public_id")
    company = serializers.SlugField(source="company.slug")
    file = serializers.UUIDField(source="file.public_id", allow_null=True, default=None)
    kind = serializers.ChoiceField(SourceKind.choices)
    map = serializers.CharField(source="map_name", help_text=_("The shipped mapping; empty where one was given."))
    dry_run = serializers.BooleanField(source="is_dry_run")
    publish = serializers.BooleanField(source="publishes")
    allow_duplicates = serializers.BooleanField(source="allows_duplicates")
    status = serializers.ChoiceField(ImportStatus.choices)
    problem = serializers.ChoiceField(ImportProblem.choices, allow_blank=True, help_text=_("Why it failed."))
    total = serializers.IntegerField(
        allow_null=True, help_text=_("Rows; of a list, addresses. Null until the file was looked through.")
    )
    done = serializers.IntegerField(source="position", help_text=_("How many of them are accounted for."))
    rows = serializers.IntegerField(source="rows_seen", help_text=_("Rows of the report."))
    counts = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta:
        model = JobImport
        fields = [
            *("id", "company", "file", "file_name", "kind", "map", "dry_run", "publish", "allow_duplicates"),
            *("status", "problem", "detail", "total", "done", "rows", "counts", "created_at", "finished_at", "actions"),
        ]
        read_only_fields = fields

    @extend_schema_field(ImportCountsSerializer)
    def get_counts(self, job_import: JobImport) -> dict[str, int]:
        return counts_of(job_import)

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, job_import: JobImport) -> Any:
        return ActionSerializer(actions_of(job_import), many=True).data


class JobImportWriteSerializer(serializers.Serializer):
    """Which file is imported for whom, and how it is read."""

    company = OwnCompanyField(help_text=_("The slug of a company that one belongs to."))
    file = serializers.UUIDField(
        source="file_id", help_text=_("An uploaded file of the purpose `job_import`; it may be used again.")
    )
    map = serializers.ChoiceField(SHIPPED, source="map_name", required=False, help_text=_("A shipped mapping."))
    mapping = serializers.DictField(
        required=False, help_text=_("A mapping of one's own, by the members that docs/import.md tells.")
    )
    dry_run = serializers.BooleanField(default=False, help_text=_("Report what would be done, and do none of it."))
    publish = serializers.BooleanField(
        source="publish_rows", default=False, help_text=_("Put drafts live, as far as the plan allows.")
    )
    allow_duplicates = serializers.BooleanField(
        default=False, help_text=_("Write also what says the same as a public posting of the company.")
    )


class DuplicateSerializer(serializers.Serializer):
    """A posting that the row repeats; ``id`` is null for a row of a dry run."""

    id = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    external_id = serializers.CharField(allow_blank=True)


class JobImportRowSerializer(serializers.ModelSerializer):
    """What became of one row: field, code, cause and cure where something stood against it."""

    outcome = serializers.ChoiceField(RowOutcome.choices)
    code = serializers.ChoiceField(RowCause.choices, source="cause", allow_blank=True)
    cause = serializers.CharField(source="get_cause_display", help_text=_("For people; empty where nothing is amiss."))
    cure = serializers.SerializerMethodField()
    published = serializers.BooleanField(source="is_published")
    job = serializers.UUIDField(source="job.public_id", allow_null=True, default=None)
    duplicates = DuplicateSerializer(many=True)

    class Meta:
        model = JobImportRow
        fields = [
            *("number", "external_id", "outcome", "published", "job"),
            *("field", "code", "cause", "cure", "detail", "duplicates"),
        ]

    def get_cure(self, row: JobImportRow) -> str:
        return cure_of(row)


def cure_of(row: JobImportRow) -> str:
    """Return what helps, in the reader's language; empty where nothing is amiss."""
    return str(CURES[RowCause(row.cause)]) if row.cause else ""


class ImportsParameters(QuerySerializer):
    """Which imports."""

    status = ChoiceListField(ImportStatus.choices)
    company = CommaListField(child=serializers.SlugField(max_length=80), help_text=_("Slugs."))


class RowsParameters(QuerySerializer):
    """Which rows of the report."""

    outcome = ChoiceListField(RowOutcome.choices)
