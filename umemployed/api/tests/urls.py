"""A small API of its own, so that the conventions are tested without any app."""

from __future__ import annotations

from django.db import connection
from django.db.models import Value
from django.db.models.functions import NullIf
from django.http import HttpResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny

from umemployed.api import problems
from umemployed.api.errors import Conflict
from umemployed.api.fields import MoneyField
from umemployed.api.preconditions import check_version, expected_version
from umemployed.api.queries import ChoiceListField, QuerySerializer
from umemployed.api.routers import ApiRouter
from umemployed.api.views import (
    ApiView,
    ApiViewSet,
    CreateMixin,
    DestroyMixin,
    ListMixin,
    RetrieveMixin,
    UpdateMixin,
)
from umemployed.events.models import EventRecord


class EntrySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)

    action = serializers.CharField(source="topic")
    target = serializers.CharField(source="aggregate")
    address = serializers.CharField(read_only=True)

    class Meta:
        model = EventRecord
        fields = ["id", "action", "target", "address"]


class EntryWriteSerializer(serializers.ModelSerializer):
    action = serializers.CharField(source="topic", max_length=100)
    target = serializers.CharField(source="aggregate", max_length=100, required=False)
    parts = serializers.ListField(child=serializers.DictField(child=serializers.IntegerField()), required=False)

    class Meta:
        model = EventRecord
        fields = ["action", "target", "parts"]


class EntryQuery(QuerySerializer):
    action = ChoiceListField(["note:made", "note:read"])


class EntryViewSet(ListMixin, RetrieveMixin, CreateMixin, DestroyMixin, ApiViewSet):
    """Rows of the event log, because the ground has no others with public ids; an address may be null."""

    permission_classes = [AllowAny]
    serializer_class = EntrySerializer
    write_serializer_class = EntryWriteSerializer
    query_serializer_class = EntryQuery
    ordering = ("-occurred_at", "-pk")
    orderings = {"at": "occurred_at", "action": "topic", "address": "address"}

    def get_queryset(self):
        rows = EventRecord.objects.annotate(address=NullIf("request_id", Value("")))
        wanted = self.query.get("action")
        return rows.filter(topic__in=wanted) if wanted else rows

    def perform_create(self, serializer):
        data = dict(serializer.validated_data)
        data.pop("parts", None)
        return EventRecord.objects.create(payload={}, **data)

    @action(detail=True, methods=["post"], errors=[Conflict])
    def refuse(self, request, public_id):
        entry = self.get_object()
        raise Conflict("Not now.", state=entry.topic)

    @action(detail=True, methods=["post"], serializer_class=None)
    def nothing(self, request, public_id):
        return self.answer()


class Stone:
    """The one versioned object of this API."""

    version = 1
    weight = 10


class StoneSerializer(serializers.Serializer):
    weight = serializers.IntegerField(min_value=1)


class StoneView(UpdateMixin, ApiViewSet):
    permission_classes = [AllowAny]
    serializer_class = write_serializer_class = StoneSerializer
    versioned = True
    stone = Stone()

    def get_object(self):
        return self.stone

    def reload(self, instance):
        return instance

    def retrieve(self, request):
        return self.answer(self.stone)

    def perform_update(self, serializer):
        check_version(self.stone, expected_version(self.request))
        self.stone.weight = serializer.validated_data["weight"]
        self.stone.version += 1
        return self.stone


class MoneySerializer(serializers.Serializer):
    price = MoneyField("price", "price_currency", required=False, allow_null=True)
    note = serializers.CharField(required=False)


class MoneyView(ApiView):
    permission_classes = [AllowAny]
    serializer_class = write_serializer_class = MoneySerializer

    def post(self, request):
        return self.answer(self.read_body())


class WordSerializer(serializers.Serializer):
    word = serializers.CharField()
    anything = serializers.JSONField(allow_null=True)


class WordsView(ApiView):
    """A short list, shown whole."""

    serializer_class = WordSerializer
    answers_list = True
    permission_classes = [AllowAny]

    def get(self, request):
        return self.answer([{"word": "one", "anything": None}, {"word": "two", "anything": {"a": 1}}])


class BrokenView(ApiView):
    """Breaks in the way that is asked for, after writing a row that must not stay."""

    permission_classes = [AllowAny]

    def post(self, request):
        EventRecord.objects.create(topic="broken:begun", aggregate="", payload={})
        if request.data.get("how") == "bug":
            raise RuntimeError("secret internals")
        with connection.cursor() as cursor:
            cursor.execute(request.data["sql"])
        return HttpResponse(status=204)


class ClosedView(ApiView):
    """Needs a person."""

    def get(self, request):
        return HttpResponse(status=204)


router = ApiRouter()
router.register("entries", EntryViewSet, basename="entry")
urlpatterns = [
    path("", include("umemployed.api.urls")),
    path("api/v1/", include(router.urls)),
    path("api/v1/stone/", StoneView.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("api/v1/money/", MoneyView.as_view()),
    path("api/v1/words/", WordsView.as_view()),
    path("api/v1/broken/", BrokenView.as_view()),
    path("api/v1/closed/", ClosedView.as_view()),
]
handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.not_found
handler500 = problems.server_error
