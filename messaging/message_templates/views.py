"""The REST door of templates."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from messaging.message_templates import services
from messaging.message_templates.models import MessageTemplate
from messaging.message_templates.serializers import (
    MessageTemplateCreateSerializer,
    MessageTemplateSerializer,
    MessageTemplateWriteSerializer,
    PreviewSerializer,
    PreviewWriteSerializer,
)
from messaging.message_templates.variables import TemplateDoesNotFit
from umemployed.api.errors import Forbidden, NotFound
from umemployed.api.preconditions import expected_version
from umemployed.api.queries import QuerySerializer
from umemployed.api.views import ApiViewSet, CreateMixin, DestroyMixin, ListMixin, RetrieveMixin, UpdateMixin


class TemplateQuery(QuerySerializer):
    """What the list filters by."""

    company = serializers.SlugField(max_length=80, help_text=_("Only templates of this company."))


class MessageTemplateViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ApiViewSet):
    """Templates of messages, shared by a company's team."""

    serializer_class = MessageTemplateSerializer
    write_serializer_class = MessageTemplateWriteSerializer
    write_serializer_classes = {"create": MessageTemplateCreateSerializer}
    query_serializer_class = TemplateQuery
    ordering = ("name", "pk")
    orderings = {"name": "name", "created_at": "created_at"}
    versioned = True
    errors = [NotFound, Forbidden, services.TemplateNameTaken, services.TooManyTemplates]

    def get_queryset(self) -> QuerySet[MessageTemplate]:
        rows = MessageTemplate.objects.for_user(self.actor).with_company()
        if self.operation == "list" and (company := self.query.get("company")):
            rows = rows.filter(company__slug=company)
        return rows

    def perform_create(self, serializer: Any) -> MessageTemplate:
        asked = serializer.validated_data
        return services.create_template(
            actor=self.actor, company_slug=asked["company"], name=asked["name"], body=asked["body"]
        )

    def perform_update(self, serializer: Any) -> MessageTemplate:
        return services.edit_template(
            actor=self.actor,
            template_id=serializer.instance.public_id,
            expected_version=expected_version(self.request),
            **serializer.validated_data,
        )

    def perform_destroy(self, instance: MessageTemplate) -> None:
        services.delete_template(
            actor=self.actor, template_id=instance.public_id, expected_version=expected_version(self.request)
        )

    @action(
        detail=True,
        methods=["post"],
        serializer_class=PreviewSerializer,
        write_serializer_class=PreviewWriteSerializer,
        errors=[TemplateDoesNotFit],
        versioned=False,
    )
    def preview(self, request: Request, public_id: Any) -> Response:
        """Fill the template in for one conversation; nothing is sent."""
        template = self.get_object()
        conversation_id = self.read_body()["conversation"]
        text = services.preview(actor=self.actor, template_id=template.public_id, conversation_id=conversation_id)
        return self.answer({"body": text})
