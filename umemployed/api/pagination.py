"""Pages by keyset: a cursor holds the ordering values of the row at the edge, never an offset.

Rows that come or go elsewhere neither repeat nor hide a row, ties are broken by the primary key, nulls
come last in either direction, and a deep page costs what the first one costs. The cursor is signed, so
a client can only send back what it was given.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from umemployed.api.errors import Invalid
from umemployed.api.queries import OrderingField

SIGNER = signing.Signer(salt="umemployed.api.cursor")
KEY = "_page_key_{}"
# How values that JSON does not know travel in the cursor.
READERS: dict[str, Callable[[str], Any]] = {
    "t": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
    "n": Decimal,
    "u": uuid.UUID,
}


@dataclass(frozen=True)
class Term:
    """One term of an ordering. ``field`` is None for an annotation, of which nothing is known."""

    path: str
    descending: bool
    field: Field | None

    @property
    def nullable(self) -> bool:
        """Say whether a null may occur; an annotation might."""
        return self.field is None or self.field.null or "__" in self.path

    def reversed(self) -> Term:
        """Return the term for walking the other way."""
        return Term(self.path, not self.descending, self.field)


@dataclass(frozen=True)
class Position:
    """Where a page begins: beyond (or at, if ``inclusive``) the row with these ordering values."""

    ordering: list[str]
    values: list[Any]
    backward: bool = False
    inclusive: bool = False

    def encode(self) -> str:
        """Return the signed cursor."""
        values = [_pack(value) for value in self.values]
        return SIGNER.sign_object([self.ordering, values, int(self.backward), int(self.inclusive)])

    @classmethod
    def decode(cls, cursor: str, ordering: list[str]) -> Position:
        """Return what the cursor says; raise Invalid unless we signed it for this very ordering."""
        try:
            signed_for, values, backward, inclusive = SIGNER.unsign_object(cursor)
        except (signing.BadSignature, ValueError, TypeError):
            raise Invalid.on_field("cursor", _("This cursor was not made by this server."), code="bad_cursor") from None
        if signed_for != ordering:
            raise Invalid.on_field("cursor", _("This cursor belongs to another list or ordering."), code="bad_cursor")
        return cls(ordering, [_unpack(value) for value in values], bool(backward), bool(inclusive))


def _pack(value: Any) -> Any:
    match value:
        case dt.datetime():
            return {"t": value.isoformat()}
        case dt.date():
            return {"d": value.isoformat()}
        case Decimal():
            return {"n": str(value)}
        case uuid.UUID():
            return {"u": str(value)}
    return value


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        ((tag, text),) = value.items()
        return READERS[tag](text)
    return value


class KeysetPagination:
    """One page of a queryset. The view gives ``ordering`` (default) and ``orderings`` (allow-list)."""

    default_size = 20
    max_size = 100

    @classmethod
    def parameters(cls, orderings: dict[str, str]) -> dict[str, serializers.Field]:
        """Return the query parameters that a paginated list reads."""
        fields: dict[str, serializers.Field] = {
            "cursor": serializers.CharField(
                max_length=2000, required=False, help_text=_("Take it from `next` or `previous`.")
            ),
            "page_size": serializers.IntegerField(
                min_value=1, max_value=cls.max_size, default=cls.default_size, help_text=_("Rows per page.")
            ),
            "count": serializers.BooleanField(default=False, help_text=_("Also count all rows (costs a query).")),
        }
        if orderings:
            fields["ordering"] = OrderingField(list(orderings), required=False)
        return fields

    @staticmethod
    def get_schema_operation_parameters(view: Any) -> list[dict[str, Any]]:
        """Return nothing: the parameters are in the view's query class."""
        return []

    @staticmethod
    def get_paginated_response_schema(schema: dict[str, Any]) -> dict[str, Any]:
        """Return the shape of a page."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "properties": {
                "next": {**link, "description": "URL of the next page."},
                "previous": {**link, "description": "URL of the previous page."},
                "count": {"type": "integer", "description": "Number of all rows; only with `count=true`."},
                "results": schema,
            },
            "required": ["next", "previous", "results"],
        }

    def paginate(self, queryset: QuerySet, view: Any) -> list[Any]:
        """Return the rows of the page that ``view.query`` asks for; one query, two with ``count``."""
        self.request, self.size = view.request, view.query["page_size"]
        self.count = queryset.order_by().count() if view.query["count"] else None
        terms = terms_of(queryset, requested(view) or view.ordering)
        self.ordering = [f"-{term.path}" if term.descending else term.path for term in terms]
        cursor = view.query.get("cursor")
        self.position = Position.decode(cursor, self.ordering) if cursor else None
        backward = bool(self.position and self.position.backward)
        rows = list(self.slice(queryset, [term.reversed() for term in terms] if backward else terms))
        more, rows = len(rows) > self.size, rows[: self.size]
        self.rows = rows[::-1] if backward else rows
        self.has_next = more or backward
        self.has_previous = more if backward else self.position is not None
        return self.rows

    def slice(self, queryset: QuerySet, terms: list[Term]) -> QuerySet:
        """Return the page's rows and one more, each with its ordering values annotated."""
        keys = {KEY.format(index): F(term.path) for index, term in enumerate(terms)}
        queryset = queryset.annotate(**keys).order_by(*(order_by(term, self.is_backward()) for term in terms))
        if self.position:
            queryset = queryset.filter(beyond(terms, self.position))
        return queryset[: self.size + 1]

    def is_backward(self) -> bool:
        """Say whether this page is read from its end."""
        return bool(self.position and self.position.backward)

    def link(self, *, backward: bool) -> str | None:
        """Return the URL of the neighbouring page, or None when there is none."""
        if not (self.has_previous if backward else self.has_next):
            return None
        if self.rows:
            edge = self.rows[0] if backward else self.rows[-1]
            position = Position(self.ordering, self.values_of(edge), backward)
        else:
            # Every row of this page has gone: the neighbour begins at the very row that led here.
            beyond = self.position.values if self.position else []
            position = Position(self.ordering, beyond, backward, inclusive=True)
        return page_url(self.request, position.encode())

    def values_of(self, row: Any) -> list[Any]:
        """Return the ordering values that were annotated on the row."""
        read = row.__getitem__ if isinstance(row, dict) else lambda name: getattr(row, name)
        return [read(KEY.format(index)) for index in range(len(self.ordering))]

    def response(self, results: list[Any], **members: Any) -> Response:
        """Return ``{"next", "previous", "results"}`` with the links also in the ``Link`` header."""
        links = {"next": self.link(backward=False), "previous": self.link(backward=True)}
        body = {**links, **({} if self.count is None else {"count": self.count}), **members, "results": results}
        return Response(body, headers=link_headers(**links))


def page_url(request: Request, cursor: str, **changed: str) -> str:
    """Return the URL of another page of what the request asks for, with the parameters that are to differ."""
    query = {**request.query_params.dict(), "cursor": cursor, **changed}
    return f"{request.build_absolute_uri(request.path)}?{urlencode(query)}"


def link_headers(*, next: str | None, previous: str | None) -> dict[str, str]:
    """Return the ``Link`` header (RFC 8288) that names the neighbouring pages; nothing where there are none."""
    header = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in (("next", next), ("prev", previous)) if url)
    return {"Link": header} if header else {}


def requested(view: Any) -> list[str]:
    """Return the order_by() terms that the client asked for, or none."""
    return [
        ("-" if term.startswith("-") else "") + view.orderings[term.removeprefix("-")]
        for term in view.query.get("ordering") or []
    ]


def terms_of(queryset: QuerySet, ordering: Any) -> list[Term]:
    """Return the terms, the model's own ordering by default, completed by the primary key."""
    names = list(ordering or queryset.query.order_by or queryset.model._meta.ordering)
    pk = queryset.model._meta.pk.name
    names = ["-pk" if name in {"-pk", f"-{pk}"} else "pk" if name == pk else name for name in names]
    if not {"pk", "-pk"} & set(names):
        names.append("-pk" if names and names[0].startswith("-") else "pk")
    names = names[: next(i for i, name in enumerate(names) if name.removeprefix("-") == "pk") + 1]
    return [
        Term(name.removeprefix("-"), name.startswith("-"), field_at(queryset, name.removeprefix("-"))) for name in names
    ]


def field_at(queryset: QuerySet, path: str) -> Field | None:
    """Return the column's field, following relations; None for an annotation."""
    if path in queryset.query.annotations:
        return None
    model: type[Model] = queryset.model
    field: Any = model._meta.pk
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        model = field.related_model or model
    return field


def order_by(term: Term, backward: bool) -> Any:
    """Return the ORDER BY term: nulls at the end of the list, so at the beginning when read backward."""
    expression = F(term.path)
    if not term.nullable:  # plain, so that an ordinary index serves it
        return expression.desc() if term.descending else expression.asc()
    nulls = {"nulls_first": True} if backward else {"nulls_last": True}
    return expression.desc(**nulls) if term.descending else expression.asc(**nulls)


class RowBeyond(Func):
    """``(a, b) < (x, y)``: PostgreSQL's row comparison, which one index range serves."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, terms: list[Term], values: list[Any], operator: str) -> None:
        left = Func(*(F(term.path) for term in terms), template="(%(expressions)s)", output_field=BooleanField())
        pairs = zip(terms, values, strict=True)
        right = Func(
            *(Value(value, output_field=term.field.clone() if term.field else None) for term, value in pairs),
            template="(%(expressions)s)",
            output_field=BooleanField(),
        )
        super().__init__(left, right, template="%(expressions)s", arg_joiner=f" {operator} ")


def beyond(terms: list[Term], position: Position) -> Any:
    """Return the condition for the rows after the position, in the direction of ``terms``."""
    same_direction = len({term.descending for term in terms}) == 1
    if same_direction and not any(term.nullable for term in terms):
        operator = ("<" if terms[0].descending else ">") + ("=" if position.inclusive else "")
        return RowBeyond(terms, position.values, operator)
    condition, equal = Q(), Q()
    for term, value in zip(terms, position.values, strict=True):
        condition |= equal & after(term, value, position.backward)
        equal &= Q(**{f"{term.path}__isnull": True}) if value is None else Q(**{term.path: value})
    return condition | equal if position.inclusive else condition


def after(term: Term, value: Any, backward: bool) -> Q:
    """Return the condition for one term strictly after ``value``; nulls are the end of the list."""
    if value is None:
        return Q(**{f"{term.path}__isnull": False}) if backward else Q(pk__in=[])
    strictly = Q(**{f"{term.path}__{'lt' if term.descending else 'gt'}": value})
    if term.nullable and not backward:
        strictly |= Q(**{f"{term.path}__isnull": True})
    return strictly
