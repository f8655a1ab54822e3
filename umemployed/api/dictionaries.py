"""Every enumeration that clients meet, with labels in the reader's language: ``GET /api/v1/dictionaries/``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.db.models import Choices
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from umemployed.api.views import ApiView

# A list that is data is a function: it returns (id, label) pairs in the reader's language, at one query's cost.
Terms = Callable[[], Iterable[tuple[str, str]]]
DICTIONARIES: dict[str, type[Choices] | Terms] = {}


def register_dictionary(name: str, choices: type[Choices] | Terms) -> None:
    """Publish an enumeration; call it from ``AppConfig.ready()``. Raises TypeError for a name that is taken."""
    if DICTIONARIES.setdefault(name, choices) is not choices:
        raise TypeError(f"The dictionary {name!r} is already registered.")


def terms_of(choices: type[Choices] | Terms) -> Iterable[tuple[Any, Any]]:
    """Return a dictionary's (id, label) pairs."""
    listed: Iterable[tuple[Any, Any]] | None = getattr(choices, "choices", None)
    return cast("Terms", choices)() if listed is None else listed


SHAPE = {
    "type": "object",
    "description": "Terms by the dictionary's name.",
    "additionalProperties": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"id": {"type": "string"}, "label": {"type": "string"}},
            "required": ["id", "label"],
        },
    },
}


class DictionariesView(ApiView):
    """List every enumeration with its labels; unchanged is answered 304."""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: SHAPE})
    def get(self, request: Request) -> Response:
        """Return all dictionaries in the reader's language."""
        return Response(
            {
                name: [{"id": value, "label": str(label)} for value, label in terms_of(choices)]
                for name, choices in sorted(DICTIONARIES.items())
            }
        )
