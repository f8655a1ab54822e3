"""The REST door of résumés, their sections, and the taxonomy of skills."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from resumes import services
from resumes.jsonresume import document_of
from resumes.models import SECTIONS, Resume, Section, Status
from resumes.serializers import (
    SECTION_SERIALIZERS,
    DuplicateWriteSerializer,
    OrderWriteSerializer,
    ResumeSerializer,
    ResumeSummarySerializer,
    ResumeWriteSerializer,
    SkillPageSerializer,
)
from resumes.taxonomy import MAX_QUERY, suggest_skills
from umemployed.api.errors import NotFound
from umemployed.api.preconditions import expected_version
from umemployed.api.queries import ChoiceListField, QuerySerializer
from umemployed.api.views import (
    ApiView,
    ApiViewSet,
    CreateMixin,
    DestroyMixin,
    ListMixin,
    RetrieveMixin,
    UpdateMixin,
    VersionedResponse,
)


class ResumeQuery(QuerySerializer):
    """What the list filters by."""

    status = ChoiceListField(choices=Status.choices)


class ExportQuery(QuerySerializer):
    """How the document is written."""

    format = serializers.ChoiceField(choices=["json"], help_text=_("`json` is JSON Resume v1."))


class ImportQuery(QuerySerializer):
    """What the new résumé is called."""

    title = serializers.CharField(max_length=120)


class ResumeViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ApiViewSet):
    """My résumés, primary first. Every change wants `If-Match`, and answers with the new `ETag`."""

    serializer_class = ResumeSerializer
    serializer_classes = {"list": ResumeSummarySerializer}
    write_serializer_class = ResumeWriteSerializer
    query_serializer_class = ResumeQuery
    ordering = ("-is_primary", "-pk")
    orderings = {"created_at": "created_at", "updated_at": "updated_at", "title": "title"}
    versioned = True
    errors = [services.ResumeIncomplete, services.TooManyResumes, services.WrongState]
    success_status = {"import_document": 201, "duplicate": 201}

    def get_queryset(self) -> QuerySet[Resume]:
        """Return my own, with sections where they are shown."""
        rows = Resume.objects.for_user(self.actor)
        if self.operation != "list":
            return rows.with_sections()
        return rows.filter(status__in=self.query["status"]) if self.query.get("status") else rows

    def is_versioned_edit(self) -> bool:
        """Ask `If-Match` of the verbs, too."""
        return super().is_versioned_edit() or self.operation in {"publish", "unpublish", "make_primary"}

    def named(self) -> dict[str, Any]:
        """Return who acts on which résumé, and the version that they saw."""
        return {
            "actor": self.actor,
            "resume_id": self.get_object().pk,
            "expected_version": expected_version(self.request),
        }

    def perform_create(self, serializer: serializers.BaseSerializer) -> Resume:
        return services.create_resume(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: serializers.BaseSerializer) -> Resume:
        return services.edit_resume(**self.named(), **serializer.validated_data)

    def perform_destroy(self, instance: Resume) -> None:
        services.delete_resume(**self.named())

    @action(detail=True, methods=["post"])
    def publish(self, request: Request, public_id: uuid.UUID) -> Response:
        """Publish it; `missing` says what it lacks, if anything."""
        return self.answer(self.reload(services.publish_resume(**self.named())))

    @action(detail=True, methods=["post"])
    def unpublish(self, request: Request, public_id: uuid.UUID) -> Response:
        """Make it a draft again."""
        return self.answer(self.reload(services.unpublish_resume(**self.named())))

    @action(detail=True, methods=["post"], url_path="make-primary")
    def make_primary(self, request: Request, public_id: uuid.UUID) -> Response:
        """Make it my primary résumé in place of the one that was."""
        return self.answer(self.reload(services.make_primary(**self.named())))

    @action(detail=True, methods=["post"], write_serializer_class=DuplicateWriteSerializer)
    def duplicate(self, request: Request, public_id: uuid.UUID) -> Response:
        """Make a draft with the same content."""
        resume_id = self.get_object().pk
        return self.answer(
            self.reload(services.duplicate_resume(actor=self.actor, resume_id=resume_id, **self.read_body()))
        )

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["get"], query_serializer_class=ExportQuery)
    def export(self, request: Request, public_id: uuid.UUID) -> Response:
        """Download it as JSON Resume v1, with all that an imported document had said."""
        resume = self.get_object()
        response = VersionedResponse(document_of(resume))
        response["Content-Disposition"] = f'attachment; filename="resume-{resume.public_id}.json"'
        response.version = resume.version
        return response

    @extend_schema(request=OpenApiTypes.OBJECT)
    @action(
        detail=False,
        methods=["post"],
        url_path="import",
        url_name="import",
        query_serializer_class=ImportQuery,
    )
    def import_document(self, request: Request) -> Response:
        """Make a draft of the JSON Resume v1 in the body; nothing that it says is lost."""
        resume = services.import_resume(actor=self.actor, document=request.data, title=self.query.get("title", ""))
        return self.answer(self.reload(resume))


class SectionViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ApiViewSet):
    """The rows of one section of my résumé. A change is one of the résumé: `If-Match` takes *its* `ETag`."""

    section: str
    ordering = ("order", "pk")
    versioned = True
    errors = [services.ResumeIncomplete, services.SectionFull]
    success_status = {"order": 204}

    @cached_property
    def resume(self) -> Resume:
        """Return the résumé named in the URL; raises NotFound alike for missing and foreign ones."""
        resume = Resume.objects.for_user(self.actor).filter(public_id=self.kwargs["resume_id"]).first()
        if resume is None:
            raise NotFound
        return resume

    def get_queryset(self) -> QuerySet[Section]:
        """Return the section's rows beside their résumé."""
        related = ("resume", "skill") if self.section == "skills" else ("resume",)
        return SECTIONS[self.section].objects.filter(resume=self.resume).select_related(*related)

    def is_versioned_edit(self) -> bool:
        """Ask `If-Match` of a new row and of a new order, too."""
        return super().is_versioned_edit() or self.operation in {"create", "order"}

    def named(self) -> dict[str, Any]:
        """Return who acts on which section of which résumé, and the version that they saw."""
        return {
            "actor": self.actor,
            "resume_id": self.resume.pk,
            "section": self.section,
            "expected_version": expected_version(self.request),
        }

    def perform_create(self, serializer: serializers.BaseSerializer) -> Section:
        return services.add_row(**self.named(), **serializer.validated_data)

    def perform_update(self, serializer: Any) -> Section:
        return services.edit_row(**self.named(), row_id=serializer.instance.pk, **serializer.validated_data)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove the row."""
        return self.changed(services.remove_row(**self.named(), row_id=self.get_object().pk))

    @action(detail=False, methods=["put"], write_serializer_class=OrderWriteSerializer)
    def order(self, request: Request, resume_id: uuid.UUID) -> Response:
        """Put the rows in this order."""
        return self.changed(services.order_rows(**self.named(), **self.read_body()))

    def changed(self, resume: Resume) -> Response:
        """Answer 204 with the ETag of the résumé as it is now."""
        response = VersionedResponse(status=204)
        response.version = resume.version
        return response


def section_view(section: str) -> type[SectionViewSet]:
    """Return the view of one section."""
    read, write = SECTION_SERIALIZERS[section]
    name = f"{SECTIONS[section].__name__}ViewSet"
    errors = [*SectionViewSet.errors, *([services.SkillTwice] if section == "skills" else [])]
    return type(
        name,
        (SectionViewSet,),
        {"section": section, "serializer_class": read, "write_serializer_class": write, "errors": errors}
        | {"__module__": __name__, "__doc__": SectionViewSet.__doc__},
    )


class SkillQuery(QuerySerializer):
    """What was typed."""

    q = serializers.CharField(required=True, max_length=MAX_QUERY, help_text=_("The beginning of a skill's name."))
    page_size = serializers.IntegerField(min_value=1, max_value=50)


class SkillSuggestView(ApiView):
    """Suggestions of canonical skills."""

    permission_classes = [AllowAny]
    serializer_class = SkillPageSerializer
    query_serializer_class = SkillQuery

    def get(self, request: Request) -> Response:
        """Suggest skills for what was typed so far: by name, by alias, and with a letter wrong."""
        skills = suggest_skills(self.query["q"], self.query.get("page_size", 10))
        return self.answer({"next": None, "previous": None, "results": skills})
