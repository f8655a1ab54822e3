"""The REST door of talent pools."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from applications.doors import OfCompany
from applications.pipeline.names import NameTaken
from applications.pools import serializers, services
from applications.pools.models import Consent, PoolEntry, TalentPool
from umemployed.api.errors import Forbidden, NotFound
from umemployed.api.views import ApiViewSet, CreateMixin, DestroyMixin, ListMixin, UpdateMixin


class TalentPoolViewSet(ListMixin, CreateMixin, UpdateMixin, DestroyMixin, OfCompany, ApiViewSet):
    """The company's pools."""

    serializer_class = serializers.TalentPoolSerializer
    write_serializer_class = serializers.TalentPoolWriteSerializer
    ordering = ("name", "pk")
    errors = [NameTaken, Forbidden]
    lookup_url_kwarg = "pool_id"

    def get_queryset(self) -> QuerySet[TalentPool]:
        return TalentPool.objects.for_user(self.actor).filter(company=self.company)

    def perform_create(self, serializer: Any) -> TalentPool:
        return services.create_pool(actor=self.actor, company_id=self.company.pk, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> TalentPool:
        changes = {"name": serializer.instance.name, **serializer.validated_data}
        return services.rename_pool(actor=self.actor, pool_id=serializer.instance.pk, **changes)

    def perform_destroy(self, instance: TalentPool) -> None:
        services.delete_pool(actor=self.actor, pool_id=instance.pk)


class PoolEntryViewSet(ListMixin, CreateMixin, UpdateMixin, DestroyMixin, OfCompany, ApiViewSet):
    """Who is in a pool, or was asked to be."""

    serializer_class = serializers.PoolEntrySerializer
    write_serializer_classes = {
        "create": serializers.PoolEntryWriteSerializer,
        "partial_update": serializers.PoolNoteSerializer,
    }
    ordering = ("-pk",)
    errors = [services.AlreadyInPool, services.EmployerHidden, Forbidden]
    lookup_url_kwarg = "entry_id"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        pool = TalentPool.objects.filter(company=self.company, public_id=self.kwargs["pool_id"]).first()
        if pool is None:
            raise NotFound
        self.pool = pool

    def get_queryset(self) -> QuerySet[PoolEntry]:
        return PoolEntry.objects.for_user(self.actor).filter(pool=self.pool).with_parties()

    def perform_create(self, serializer: Any) -> PoolEntry:
        """Ask the sender of an application."""
        return services.ask_into_pool(actor=self.actor, pool_id=self.pool.pk, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> PoolEntry:
        changes = {"note": serializer.instance.note, **serializer.validated_data}
        return services.note_on_entry(actor=self.actor, entry_id=serializer.instance.pk, **changes)

    def perform_destroy(self, instance: PoolEntry) -> None:
        services.take_out_of_pool(actor=self.actor, entry_id=instance.pk)


class PoolQuestionViewSet(ListMixin, ApiViewSet):
    """Companies that keep me in a pool, or would like to."""

    serializer_class = serializers.PoolQuestionSerializer
    ordering = ("-pk",)
    errors = [services.PoolWrongState]

    def get_queryset(self) -> QuerySet[PoolEntry]:
        return PoolEntry.objects.of_candidate(self.actor).with_parties()

    def accept(self, request: Request, **kwargs: Any) -> Response:
        """Let the company keep me for two years."""
        return self.answered(Consent.GIVEN)

    def refuse(self, request: Request, **kwargs: Any) -> Response:
        """Refuse, or take my consent back."""
        return self.answered(Consent.REFUSED)

    def answered(self, consent: Consent) -> Response:
        """Store the answer and show it."""
        entry = services.answer_pool(actor=self.actor, entry_id=self.get_object().pk, consent=consent)
        return self.answer(self.reload(entry))
