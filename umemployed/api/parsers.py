"""The JSON that we read: RFC 8259 to the letter, bounded in depth and in its numbers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32
MAX_DIGITS = 18  # every whole number of that length fits a bigint
SURROGATE = re.compile(r"[\ud800-\udfff]")


class StrictJSONParser(JSONParser):
    """Parse JSON; anything that no column could hold is a 400 here and never a 500 later."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the value; raises ParseError (400)."""
        try:
            text = stream.read().decode("utf-8")
        except UnicodeDecodeError:
            raise ParseError(_("The body is not UTF-8.")) from None
        try:
            value = json.loads(
                text,
                parse_constant=refuse_constant,
                parse_int=bounded_int,
                parse_float=finite_float,
                object_pairs_hook=distinct,
            )
        except ValueError as error:
            raise ParseError(_("The body is not JSON: {reason}").format(reason=error)) from None
        except RecursionError:
            raise too_deep() from None
        check_value(value)
        return value


def too_deep() -> ParseError:
    """Return the error for more than 32 levels."""
    return ParseError(_("The body is nested deeper than {max} levels.").format(max=MAX_DEPTH))


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ParseError(_("{name} is not JSON.").format(name=name))


def bounded_int(digits: str) -> int:
    """Return a whole number that a bigint can hold."""
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise ParseError(_("A whole number has more than {max} digits.").format(max=MAX_DIGITS))
    return int(digits)


def finite_float(digits: str) -> float:
    """Return a finite number."""
    value = float(digits)
    if not math.isfinite(value):
        raise ParseError(_("A number is too large."))
    return value


def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object; of two equal names two readers would believe different ones."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ParseError(_("An object names a member twice."))
    return members


def check_value(value: Any, depth: int = 1) -> None:
    """Raise ParseError for depth, and for NUL and lone surrogates, which PostgreSQL and UTF-8 cannot hold."""
    if isinstance(value, str):
        if "\0" in value or SURROGATE.search(value):
            raise ParseError(_("A string holds a NUL character or half of a surrogate pair."))
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise too_deep()
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        for item in inner:
            check_value(item, depth + 1)
