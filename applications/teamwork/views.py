"""The REST door of a team's work."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from applications.doors import OfApplication, OfCompany
from applications.pipeline.names import NameTaken
from applications.teamwork import serializers, services
from applications.teamwork.models import Note, Rating, Tag
from umemployed.api.errors import Forbidden
from umemployed.api.views import (
    ApiView,
    ApiViewSet,
    CreateMixin,
    DestroyMixin,
    ListMixin,
    UpdateMixin,
)


class NoteViewSet(ListMixin, CreateMixin, UpdateMixin, DestroyMixin, OfApplication, ApiViewSet):
    """What the team remarks; one changes and removes one's own."""

    opens_veiled = True
    serializer_class = serializers.TeamNoteSerializer
    write_serializer_class = serializers.TeamNoteWriteSerializer
    ordering = ("-pk",)
    errors = [Forbidden]
    lookup_url_kwarg = "note_id"

    def get_queryset(self) -> QuerySet[Note]:
        return Note.objects.for_user(self.actor).filter(application=self.application).with_parties()

    def perform_create(self, serializer: Any) -> Note:
        return services.write_note(actor=self.actor, application_id=self.application.pk, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> Note:
        note, changes = serializer.instance, {"body": serializer.instance.body, **serializer.validated_data}
        return services.edit_note(actor=self.actor, note_id=note.pk, **changes)

    def perform_destroy(self, instance: Note) -> None:
        services.delete_note(actor=self.actor, note_id=instance.pk)


class TagViewSet(ListMixin, CreateMixin, UpdateMixin, DestroyMixin, OfCompany, ApiViewSet):
    """The company's tags."""

    serializer_class = serializers.TagSerializer
    write_serializer_class = serializers.TagWriteSerializer
    ordering = ("name", "pk")
    errors = [NameTaken, services.TooManyTags, Forbidden]
    lookup_url_kwarg = "tag_id"

    def get_queryset(self) -> QuerySet[Tag]:
        return Tag.objects.for_user(self.actor).filter(company=self.company)

    def perform_create(self, serializer: Any) -> Tag:
        return services.create_tag(actor=self.actor, company_id=self.company.pk, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> Tag:
        changes = {"name": serializer.instance.name, **serializer.validated_data}
        return services.rename_tag(actor=self.actor, tag_id=serializer.instance.pk, **changes)

    def perform_destroy(self, instance: Tag) -> None:
        services.delete_tag(actor=self.actor, tag_id=instance.pk)


class ApplicationTagsView(OfApplication):
    opens_veiled = True
    serializer_class = serializers.TagSerializer
    write_serializer_classes = {"put": serializers.TagsWriteSerializer}
    answers_list = True
    errors = [Forbidden]

    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """List the application's tags."""
        return self.answer(self.application.tags.all())

    def put(self, request: Request, public_id: uuid.UUID) -> Response:
        """Give it exactly these."""
        services.set_tags(actor=self.actor, application_id=self.application.pk, **self.read_body())
        return self.answer(self.application.tags.all())


class RatingViewSet(ListMixin, OfApplication, ApiViewSet):
    """What each of the team judges."""

    opens_veiled = True
    serializer_class = serializers.RatingSerializer
    serializer_classes = {"rate": None}  # type: ignore[dict-item]
    write_serializer_classes = {"rate": serializers.RatingWriteSerializer}
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Rating]:
        return Rating.objects.for_user(self.actor).filter(application=self.application).with_author()

    def rate(self, request: Request, **kwargs: Any) -> Response:
        """Judge an attribute, change one's judgement, or take it back."""
        services.rate(actor=self.actor, application_id=self.application.pk, **self.read_body())
        return self.answer()


class AssigneeView(OfApplication, ApiView):
    opens_veiled = True
    serializer_class = serializers.AssigneeSerializer
    write_serializer_classes = {"put": serializers.AssigneeWriteSerializer}
    errors = [Forbidden]

    def put(self, request: Request, public_id: uuid.UUID) -> Response:
        """Put a member in charge of the application, or nobody."""
        body = self.read_body()
        services.assign(actor=self.actor, application_id=self.application.pk, **body)
        return self.answer(body)
