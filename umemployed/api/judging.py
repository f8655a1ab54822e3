"""What was sent, held against what is known: nothing unknown passes in silence, a wrong choice is told what there is.

A member that nobody reads is a misspelling or a wish that would not come true (``"status": "live"``), so it is a 400
that names it. One exception, because clients PATCH back what they read: a member that only the server writes is let
pass where it says what the object shows anyway (decision 0015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from umemployed.api.errors import Invalid
from umemployed.api.problems import flatten

MOST_STRANGERS = 20  # of a body's unknown members that one answer names
MOST_ALLOWED = 100  # a longer list of choices is not repeated; it is in /api/v1/dictionaries/ or in the document
LONGEST_NAME = 100

Shown = Callable[[], Mapping[str, Any]]


def judge(serializer: serializers.BaseSerializer, *, shown: Shown | None = None) -> None:
    """Validate, or raise Invalid naming every unknown member and everything that is wrong.

    ``shown`` returns the object as reads show it; it is called only where a member would be refused.
    """
    strangers = list(islice(unknown_members(serializer, serializer.initial_data), MOST_STRANGERS))
    if strangers and shown is not None:
        same = unchanged(serializer.initial_data, shown())
        strangers = [item for item in strangers if item["attr"].partition(".")[0] not in same]
    serializer.is_valid()
    wrong = strangers + [with_choices(serializer, item) for item in flatten(serializer.errors)]
    if wrong:
        raise Invalid(errors=wrong)


def unchanged(data: Any, shown: Mapping[str, Any]) -> set[str]:
    """Return the members of a body that say what the object shows."""
    return {name for name, value in data.items() if name in shown and shown[name] == value}


def unknown_members(field: Any, data: Any, attr: str = "") -> Iterator[dict[str, Any]]:
    """Yield a problem for each member that nobody reads, or that only the server writes, at any depth."""
    if isinstance(field, serializers.Serializer) and isinstance(data, Mapping):
        for name, value in data.items():
            known = field.fields.get(name)
            place = f"{attr}.{name[:LONGEST_NAME]}".lstrip(".")
            if known is None or known.read_only:
                yield stranger(field, place, known)
            else:
                yield from unknown_members(known, value, place)
    elif isinstance(getattr(field, "child", None), serializers.BaseSerializer) and isinstance(data, list):
        for index, value in enumerate(data):
            yield from unknown_members(field.child, value, f"{attr}.{index}".lstrip("."))


def stranger(reader: serializers.Serializer, attr: str, known: serializers.Field | None) -> dict[str, Any]:
    """Return the problem of one such member."""
    if known is not None:
        return {"code": "read_only", "attr": attr, "detail": _("Only the server writes this member.")}
    item = {"code": "unknown_member", "attr": attr, "detail": _("This route does not know this member.")}
    return offering(item, (name for name, field in reader.fields.items() if not field.read_only))


def with_choices(serializer: serializers.BaseSerializer, item: dict[str, Any]) -> dict[str, Any]:
    """Add to a wrong choice what there is to choose among."""
    if item["code"] != "invalid_choice":
        return item
    field: Any = serializer
    for name in item["attr"].split("."):
        named = field.fields.get(name) if isinstance(field, serializers.Serializer) else None
        field = named or getattr(field, "child", field)
    return offering(item, getattr(field, "choices", None) or getattr(field, "names", None) or ())


def offering(item: dict[str, Any], names: Iterable[Any]) -> dict[str, Any]:
    """Return the problem with ``allowed``: what there is, unless that is nothing or too much to repeat."""
    allowed = sorted(str(name) for name in names)
    return {**item, "allowed": allowed} if 0 < len(allowed) <= MOST_ALLOWED else item
