"""Which screening questions make sense: the shape of options, bounds and knock-outs per type."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ValidationError

from jobs.forms import FIRST_DAY, LAST_DAY, LONG_TEXT_LENGTH, NUMBER_LIMIT, TEXT_LENGTH
from jobs.models import QuestionType

CHOICES = {QuestionType.SINGLE, QuestionType.MULTIPLE}
BOUNDS = {
    QuestionType.TEXT: {"max_length"},
    QuestionType.LONG_TEXT: {"max_length"},
    QuestionType.NUMBER: {"min", "max"},
    QuestionType.DATE: {"min", "max"},
    QuestionType.MULTIPLE: {"max_choices"},
}
KNOCK_OUTS = {
    QuestionType.BOOLEAN: {"accept"},
    QuestionType.SINGLE: {"accept"},
    QuestionType.MULTIPLE: {"accept"},
    QuestionType.NUMBER: {"min", "max"},
    QuestionType.DATE: {"min", "max"},
}


def check_question(content: dict[str, Any]) -> None:
    """Raise ValidationError unless options, bounds and knock-out fit the question's type."""
    kind = QuestionType(content["type"])
    check_options(kind, content.get("options", []))
    check_bounds(kind, content.get("bounds", {}), content.get("options", []))
    if content.get("knock_out") is not None:
        check_knock_out(kind, content["knock_out"], content.get("options", []))


def check_options(kind: QuestionType, options: list[dict[str, str]]) -> None:
    """Options belong to the types that choose, at least two, each value once."""
    if kind not in CHOICES:
        if options:
            raise ValidationError({"options": [_("Only questions that choose have options.")]})
        return
    values = [option["value"] for option in options]
    if len(values) < 2 or len(set(values)) < len(values):
        raise ValidationError({"options": [_("Give at least two options with different values.")]})


def check_bounds(kind: QuestionType, bounds: Any, options: list[Any]) -> None:
    """Bounds are those that the type knows, of its kind, and in order."""
    check_keys("bounds", bounds, BOUNDS.get(kind, set()))
    limits = {QuestionType.TEXT: TEXT_LENGTH, QuestionType.LONG_TEXT: LONG_TEXT_LENGTH}
    for name in ("max_length", "max_choices"):
        if name in bounds:
            limit = limits.get(kind, len(options))
            value = bounds[name]
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= limit:
                raise ValidationError(
                    {"bounds": [_("{name} must lie between 1 and {limit}.").format(name=name, limit=limit)]}
                )
    check_range("bounds", kind, bounds)


def check_knock_out(kind: QuestionType, wish: Any, options: list[dict[str, str]]) -> None:
    """A knock-out names wished answers that the question can have."""
    check_keys("knock_out", wish, KNOCK_OUTS.get(kind, set()))
    if not wish:
        raise ValidationError({"knock_out": [_("Say which answers are wished for, or leave it out.")]})
    if "accept" in wish:
        possible = [True, False] if kind == QuestionType.BOOLEAN else [option["value"] for option in options]
        accepted = wish["accept"]
        known = isinstance(accepted, list) and all(type(item) in {bool, str} and item in possible for item in accepted)
        if not known or not accepted:
            raise ValidationError({"knock_out": [_("`accept` must list possible answers.")]})
    check_range("knock_out", kind, wish)


def check_keys(name: str, value: Any, allowed: set[str]) -> None:
    """Raise unless the value is an object of allowed members."""
    if not isinstance(value, dict) or set(value) - allowed:
        detail = _("This type allows: {names}.").format(names=", ".join(sorted(allowed)) or "-")
        raise ValidationError({name: [detail]})


def check_range(name: str, kind: QuestionType, value: dict[str, Any]) -> None:
    """Raise unless ``min`` and ``max`` are of the type's kind and in order."""
    given = [value[end] for end in ("min", "max") if end in value]
    if not all(is_of_kind(kind, end) for end in given) or (len(given) == 2 and given[0] > given[1]):
        raise ValidationError({name: [_("`min` and `max` must be values of this type, in order.")]})


def is_of_kind(kind: QuestionType, value: Any) -> bool:
    """Say whether a bound is a number of sane size, or a date, as the type asks."""
    if kind == QuestionType.DATE:
        try:
            # Beyond what an answer may be, a bound would leave nothing to answer.
            return isinstance(value, str) and FIRST_DAY <= date.fromisoformat(value).isoformat() == value <= LAST_DAY
        except ValueError:
            return False
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= NUMBER_LIMIT
