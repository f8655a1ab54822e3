"""The base of every REST view: one call down per request, and all conventions in one place.

A typical resource::

    class ResumeViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ApiViewSet):
        serializer_class = ResumeSerializer                 # what is answered
        write_serializer_class = ResumeWriteSerializer      # what is read from the body
        query_serializer_class = ResumeQuery                # what the list filters by (a QuerySerializer)
        orderings = {"created_at": "created_at"}            # ?ordering= names → order_by() terms
        ordering = ("-created_at", "-pk")                   # the default, ending in pk
        versioned = True                                    # ETag with version; edits need If-Match
        errors = [NotYours]                                 # named errors, for the OpenAPI document

        def get_queryset(self):
            return Resume.objects.for_user(self.actor).with_skills()

        def perform_create(self, serializer):
            return create_resume(actor=self.actor, **serializer.validated_data)

        def perform_update(self, serializer):
            return edit_resume(actor=self.actor, resume_id=serializer.instance.pk,
                               expected_version=expected_version(self.request), **serializer.validated_data)

        @action(detail=True, methods=["post"], write_serializer_class=PublishWriteSerializer,
                errors=[AlreadyPublished])
        def publish(self, request, public_id):
            resume = publish_resume(actor=self.actor, resume_id=self.get_object().pk, **self.read_body())
            return self.answer(self.reload(resume))

``serializer_class``, ``write_serializer_class``, ``query_serializer_class``, ``throttle_scope``,
``versioned`` and ``errors`` may be given to ``@action(…)``; the dicts ``serializer_classes``, … say the
same by the operation's name and win. An action reads a body only if it names its serializer. ``None``
as read serializer means 204. Routes come from ``umemployed.api.routers.ApiRouter``.

Every unsafe request runs in one transaction that is kept for every answer below 500 (services roll back
their own work when they raise) and runs again when PostgreSQL names it the victim of a deadlock.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from rest_framework import serializers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from umemployed.api import idempotency, preconditions
from umemployed.api.actor import actor_of
from umemployed.api.errors import ApiError, NotFound
from umemployed.api.judging import judge
from umemployed.api.pagination import KeysetPagination
from umemployed.api.queries import ExpandField, QuerySerializer, query_class, validate_query
from umemployed.api.transactions import buffer_json, is_conflict, one_transaction

if TYPE_CHECKING:
    from umemployed.api.actor import Person

_query_classes: dict[tuple[type, str], type[QuerySerializer]] = {}
EDITS = {"PATCH", "PUT", "DELETE"}


class VersionedResponse(Response):
    """An answer that knows the version of what it shows; the version becomes its ETag."""

    version: int | None = None


class ApiView(APIView):
    """A view that is not a resource. Subclasses define ``get``, ``post`` and so on.

    ``serializer_class`` is what is answered, ``write_serializer_class`` what is read from the body;
    per method they are keyed by ``"get"``, ``"post"``, … in the plural dicts.
    """

    serializer_class: type[serializers.BaseSerializer] | None = None
    write_serializer_class: type[serializers.BaseSerializer] | None = None
    query_serializer_class: type[QuerySerializer] | None = None
    serializer_classes: ClassVar[dict[str, type[serializers.BaseSerializer]]] = {}
    write_serializer_classes: ClassVar[dict[str, type[serializers.BaseSerializer]]] = {}
    query_serializer_classes: ClassVar[dict[str, type[QuerySerializer]]] = {}
    # Relations that ``expand=`` may name; get_queryset() and the serializers look at self.query["expand"].
    expandable: ClassVar[frozenset[str] | tuple[str, ...]] = ()
    # A key of settings.RATE_LIMITS; None takes "read" or "write".
    throttle_scope: str | None = None
    versioned = False
    # Named errors that this view (or, by @action(errors=[…]), one action) can answer.
    errors: ClassVar[list[type[ApiError]]] = []
    # False where the handler moves much data and must not hold a transaction meanwhile.
    transactional = True
    # Whether what is shown is a whole list, too short to be paginated.
    answers_list = False
    # What an operation answers when all is well, if not 200 (201 for "create", 204 where nothing is shown).
    success_status: ClassVar[dict[str, int]] = {}
    metadata_class = None
    is_last_attempt = True
    query: dict[str, Any]

    # --- The life of a request ---
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the handler; an unsafe one inside a transaction and behind its idempotency key."""
        if request.method in SAFE_METHODS or not self.transactional:
            return self.conclude(super().dispatch(request, *args, **kwargs))
        buffer_json(request)
        return one_transaction(lambda last: self.attempt(request, last, *args, **kwargs))

    def attempt(self, request: HttpRequest, last: bool, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run the handler once; only the last attempt answers a conflict of the database itself (503)."""
        self.is_last_attempt = last
        return self.conclude(super().dispatch(request, *args, **kwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Judge what can be judged before the handler: rights, rate, query, precondition, key."""
        super().initial(request, *args, **kwargs)
        method = request.method or ""
        if not hasattr(self, method.lower()):
            raise MethodNotAllowed(method)
        self.query = validate_query(request.query_params, self.query_class(), self.get_serializer_context())
        if self.is_versioned_edit():
            preconditions.expected_version(request)
        if request.method == "POST" and self.transactional:
            idempotency.begin(request)

    def handle_exception(self, exc: Exception) -> Any:
        """Render what was raised; let conflicts of the database through to the retry, replays out."""
        if isinstance(exc, idempotency.Replay):
            return exc.response()
        if is_conflict(exc) and not self.is_last_attempt:
            raise exc
        return super().handle_exception(exc)

    def conclude(self, response: HttpResponseBase) -> HttpResponseBase:
        """Render inside the transaction; tag reads; keep the answer under its idempotency key."""
        if not isinstance(response, Response):
            return response
        response.render()
        version = response.version if isinstance(response, VersionedResponse) else None
        if self.request.method in {"GET", "HEAD"} and response.status_code == 200:
            return preconditions.conditional(self.request, response, version)
        if version is not None:
            response["ETag"] = preconditions.tag_of(response.content, version)
        idempotency.remember(self.request, response)
        return response

    @property
    def actor(self) -> Person:
        """Return who asks, for views that let in only people who signed in. Raises Unauthenticated (401)."""
        return actor_of(self.request)

    # --- Declarations ---
    @property
    def operation(self) -> str:
        """Return the action's name, or the method of a plain view."""
        return getattr(self, "action", None) or (self.request.method or "").lower().replace("head", "get")

    def is_versioned_edit(self) -> bool:
        """Say whether this request edits the versioned object itself and so needs If-Match."""
        return self.versioned and self.request.method in EDITS

    def query_parameters(self) -> dict[str, serializers.Field]:
        """Return the parameters that the view reads beside its query serializer."""
        return {"expand": ExpandField(self.expandable)} if self.expandable else {}

    def query_class(self) -> type[QuerySerializer]:
        """Return the serializer of everything that this operation reads from the query string."""
        key = (type(self), self.operation)
        if key not in _query_classes:
            declared = self.query_serializer_classes.get(self.operation, self.general_query_serializer())
            _query_classes[key] = query_class(declared, self.query_parameters())
        return _query_classes[key]

    def general_query_serializer(self) -> type[QuerySerializer] | None:
        """Return the query serializer of operations that have none of their own."""
        return self.query_serializer_class

    def read_serializer_class(self) -> type[serializers.BaseSerializer] | None:
        """Return what this operation is answered with; a DELETE with nothing, unless the dict says otherwise."""
        usual = None if self.operation in {"destroy", "delete"} else self.serializer_class
        return self.serializer_classes.get(self.operation, usual)

    def body_serializer_class(self) -> type[serializers.BaseSerializer] | None:
        """Return what this operation reads from the body; None where it reads none."""
        return self.write_serializer_classes.get(self.operation, self.write_serializer_class)

    def get_serializer_context(self) -> dict[str, Any]:
        """Return what serializers may look at."""
        return {"request": self.request, "view": self, "expand": getattr(self, "query", {}).get("expand", [])}

    # --- What handlers call ---
    def body(self, instance: models.Model | None = None, *, partial: bool = False) -> serializers.BaseSerializer:
        """Return the validated write serializer; raises Invalid (400), also for members that it does not know.

        With the ``instance`` that is edited, members that only the server writes pass where they say what it shows.
        """
        reader = self.body_serializer_class()
        if reader is None:
            raise TypeError(f"{self.operation} declares no write_serializer_class.")
        serializer = reader(instance, data=self.request.data, partial=partial, context=self.get_serializer_context())
        judge(serializer, shown=None if instance is None else lambda: self.shown(instance))
        return serializer

    def read_body(self, instance: models.Model | None = None) -> dict[str, Any]:
        """Return the validated body as a dict, ready for a service's keywords."""
        return dict(self.body(instance).validated_data)

    def shown(self, instance: models.Model) -> dict[str, Any]:
        """Return the object as the client reads it, in JSON's own types."""
        writer = self.read_serializer_class()
        if writer is None:
            return {}
        return json.loads(JSONRenderer().render(writer(instance, context=self.get_serializer_context()).data))

    def status(self) -> int:
        """Return what this operation answers when all is well."""
        usual = 201 if self.operation == "create" else 200
        return self.success_status.get(self.operation, usual if self.read_serializer_class() else 204)

    def answer(self, instance: Any = None) -> Response:
        """Return the response that shows ``instance``, or them; a versioned one carries its ETag."""
        writer = self.read_serializer_class()
        if writer is None:
            return Response(status=self.status())
        serializer = writer(instance, many=self.answers_list, context=self.get_serializer_context())
        response = VersionedResponse(serializer.data, self.status())
        if self.versioned and not self.answers_list:
            response.version = getattr(instance, "version", None)
        return response


class ApiViewSet(ViewSetMixin, ApiView):
    """A resource. Rows come from ``get_queryset()``, which begins with ``.for_user(request.user)``."""

    lookup_field = "public_id"
    lookup_url_kwarg: str | None = None
    lookup_value_converter = "uuid"
    queryset: QuerySet | None = None
    pagination_class = KeysetPagination
    ordering: ClassVar[tuple[str, ...]] = ()
    orderings: ClassVar[dict[str, str]] = {}
    # Extra actions (@action) that answer a page, beside "list".
    paginated_actions: ClassVar[tuple[str, ...]] = ()
    # Operations that page by themselves, and name their neighbours in ``Link`` as every list does.
    linked_actions: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self) -> QuerySet:
        """Return the rows that this person may see here."""
        if self.queryset is None:
            raise NotImplementedError(f"{type(self).__name__} must define get_queryset().")
        return self.queryset.all()

    def get_object(self) -> Any:
        """Return the row named in the URL; raises NotFound alike for what is missing and what is foreign."""
        name = self.lookup_url_kwarg or self.lookup_field
        row = self.get_queryset().filter(**{self.lookup_field: self.kwargs[name]}).first()
        if row is None:
            raise NotFound()
        self.check_object_permissions(self.request, row)
        return row

    def reload(self, instance: models.Model) -> models.Model:
        """Return the row as reads show it (annotated, prefetched); itself when it left the visible rows."""
        return self.get_queryset().filter(pk=instance.pk).first() or instance

    def is_paginated(self) -> bool:
        """Say whether this operation answers a page."""
        return self.operation == "list" or self.operation in self.paginated_actions

    def query_parameters(self) -> dict[str, serializers.Field]:
        """Add the page's parameters to those of the view."""
        parameters = super().query_parameters()
        if self.is_paginated():
            parameters |= self.pagination_class.parameters(self.orderings)
        return parameters

    def general_query_serializer(self) -> type[QuerySerializer] | None:
        """Filters belong to the list; other operations read only what ``@action`` or the dict gives them."""
        if self.operation == "list":
            return self.query_serializer_class
        return vars(self).get("query_serializer_class")

    def body_serializer_class(self) -> type[serializers.BaseSerializer] | None:
        """Give the general write serializer to create and update; an action names its own or reads none."""
        own = self.write_serializer_classes.get(self.operation, vars(self).get("write_serializer_class"))
        if own is None and self.operation in {"create", "update", "partial_update"}:
            return self.write_serializer_class
        return own

    def is_versioned_edit(self) -> bool:
        """Say so of the object's own PATCH, PUT and DELETE, not of extra actions."""
        return super().is_versioned_edit() and self.operation in {"update", "partial_update", "destroy"}

    def page(self, queryset: QuerySet | None = None) -> Response:
        """Return one page of ``queryset`` (default: the view's own rows) with its links."""
        paginator = self.pagination_class()
        rows = paginator.paginate(self.get_queryset() if queryset is None else queryset, self)
        writer = self.read_serializer_class()
        if writer is None:
            raise TypeError(f"{self.operation} declares no serializer_class.")
        serializer = writer(rows, many=True, context=self.get_serializer_context())
        return paginator.response(serializer.data)


if TYPE_CHECKING:
    MixinBase = ApiViewSet  # what the operations below are mixed into
else:
    MixinBase = object


class ListMixin(MixinBase):
    """GET on the collection."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a page of what this person may see."""
        return self.page()


class RetrieveMixin(MixinBase):
    """GET on one object."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the object."""
        return self.answer(self.get_object())


class CreateMixin(MixinBase):
    """POST on the collection. ``perform_create(serializer)`` calls the service and returns the row."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create an object and return it as reads show it."""
        return self.answer(self.reload(self.perform_create(self.body())))

    def perform_create(self, serializer: serializers.BaseSerializer) -> models.Model:
        """Make the row; override with a call of the service."""
        return serializer.save()


class UpdateMixin(MixinBase):
    """PATCH on one object (there is no PUT). ``perform_update(serializer)`` calls the service."""

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the given members of the object and return it as reads show it."""
        instance = self.get_object()
        return self.answer(self.reload(self.perform_update(self.body(instance, partial=True))))

    def perform_update(self, serializer: serializers.BaseSerializer) -> models.Model:
        """Change ``serializer.instance``; override with a call of the service."""
        return serializer.save()


class DestroyMixin(MixinBase):
    """DELETE on one object. ``perform_destroy(instance)`` calls the service."""

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove the object."""
        self.perform_destroy(self.get_object())
        return Response(status=204)

    def perform_destroy(self, instance: Any) -> None:
        """Remove the row; override with a call of the service."""
        instance.delete()
