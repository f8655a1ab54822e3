"""Query parameters: declared, or a 400 that names them.

A view says which it reads by ``query_serializer_class``; after that ``self.query`` holds the validated
values. What a list always reads (``cursor``, ``page_size``, ``count``, ``ordering``) and ``expand`` are
added by the view from its own declarations.
"""

from __future__ import annotations

import copy
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from umemployed.api.errors import Invalid
from umemployed.api.judging import judge, offering


class QuerySerializer(serializers.Serializer):
    """Base of the query serializers; every field is optional unless it says ``required=True``."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """Return the fields, optional where nothing was said (DRF's default is required).

        Given parameters, only the fields that can matter to them: each field is a deep copy, and a list of
        250 countries is the dearest thing in a request that does not name one.
        """
        given = getattr(self, "initial_data", None)
        fields = {
            name: copy.deepcopy(field)
            for name, field in self._declared_fields.items()
            if given is None or name in given or {"default", "required"} & field._kwargs.keys()  # type: ignore[attr-defined]
        }
        for field in fields.values():
            if "required" not in field._kwargs:  # type: ignore[attr-defined]  # DRF keeps what was said there
                field.required = False
        return fields


class CommaListField(serializers.ListField):
    """``status=open,closed``: a comma-separated list of at most 50 values."""

    default_error_messages = {"too_many": _("Give at most {max} values.")}
    MAX = 50

    def to_internal_value(self, data: Any) -> list[Any]:
        """Split at commas, drop blanks, validate each."""
        words = [word.strip() for word in str(data).split(",") if word.strip()]
        if len(words) > self.MAX:
            self.fail("too_many", max=self.MAX)
        return super().to_internal_value(list(dict.fromkeys(words)))


class ChoiceListField(CommaListField):
    """``work_mode=remote,hybrid``: a comma-separated list out of ``choices``."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(child=serializers.ChoiceField(choices), **kwargs)


@extend_schema_field({"type": "string", "maxLength": 1024})
class OrderingField(serializers.CharField):
    """``ordering=-published_at``: one of the names that the view allows, ``-`` for descending."""

    def __init__(self, names: list[str], **kwargs: Any) -> None:
        self.names = names
        kwargs.setdefault("help_text", _("Comma-separated, `-` for descending. One of: ") + ", ".join(names))
        super().__init__(max_length=200, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the terms as written, e.g. ``["-published_at"]``."""
        terms = [term.strip() for term in super().to_internal_value(data).split(",")]
        for term in terms:
            if term.removeprefix("-") not in self.names:
                raise serializers.ValidationError(
                    _("Cannot order by {term!r}; choose among: {names}.").format(
                        term=term, names=", ".join(self.names)
                    ),
                    code="invalid_choice",
                )
        if len({term.removeprefix("-") for term in terms}) < len(terms):
            raise serializers.ValidationError(_("Give each name once."), code="repeated")
        return terms


class ExpandField(ChoiceListField):
    """``expand=company,skills``: which relations to show whole; allow-listed by the view."""

    def __init__(self, names: Any, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Comma-separated relations to show whole."))
        super().__init__(choices=sorted(names), **kwargs)


def query_class(base: type[QuerySerializer] | None, extra: dict[str, serializers.Field]) -> type[QuerySerializer]:
    """Return the declared query serializer with the view's own parameters added."""
    base = base or QuerySerializer
    return type(base.__name__, (base,), dict(extra))


def validate_query(params: QueryDict, declared: type[QuerySerializer], context: dict[str, Any]) -> dict[str, Any]:
    """Return the validated parameters; raise Invalid naming every unknown, repeated or malformed one."""
    known = declared._declared_fields
    problems = [
        offering(
            {"code": "unknown_parameter", "attr": name, "detail": _("This route does not know this parameter.")}, known
        )
        for name in params
        if name not in known
    ]
    problems += [
        {"code": "repeated_parameter", "attr": name, "detail": _("Give it once; separate several values by commas.")}
        for name in params
        if name in known and len(params.getlist(name)) > 1
    ]
    if problems:
        raise Invalid(errors=problems)
    if not known:
        return {}
    serializer = declared(data=params.dict(), context=context)
    judge(serializer)
    return serializer.validated_data
