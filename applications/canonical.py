"""Canonical JSON (RFC 8785), so that the same content always has the same hash."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

SAFE = 2**53 - 1


def canonical(value: Any) -> bytes:
    """Return the one serialization of a JSON value.

    Raises ValueError for what has none: NaN, infinities, whole numbers beyond 2**53, lone surrogates.
    """
    return _text(value).encode("utf-8")


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical serialization, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _text(value: Any) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int():
            if abs(value) > SAFE:
                raise ValueError(f"{value} is not exact in JSON.")
            return str(value)
        case float():
            return _number(value)
        case list() | tuple():
            return f"[{','.join(map(_text, value))}]"
        case dict():
            names = sorted(value, key=lambda name: name.encode("utf-16-be"))
            return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    raise TypeError(f"{type(value).__name__} is not JSON.")


def _number(value: float) -> str:
    """Write a number as ECMAScript does (ECMA-262 §6.1.6.1.20): Python's shortest digits, other exponents."""
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("Not a number of JSON.")
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    point = len(digits) + int(exponent)  # where the decimal point stands, counted from the first digit
    return ("-" if sign else "") + _place(text, point)


def _place(digits: str, point: int) -> str:
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"
