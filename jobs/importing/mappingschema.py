"""The shape of a mapping file as JSON Schema (2020-12): whoever writes one is told the member that is wrong."""

from __future__ import annotations

from typing import Any

from jobs.models.vocabulary import SalaryPeriod

MOST_WORDS = 500


def text(least: int = 1, most: int = 200) -> dict[str, Any]:
    """A text without control characters and halves of surrogate pairs."""
    return {
        "type": "string",
        "minLength": least,
        "maxLength": most,
        "pattern": "^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$",
    }


def words(values: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """An object whose names somebody else chose."""
    return {
        "type": "object",
        "maxProperties": MOST_WORDS,
        "propertyNames": text(),
        "additionalProperties": values,
        **keys,
    }


def members(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An object with these members and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


COLUMN = text()
TEXTS = {
    "type": "array",
    "maxItems": 30,
    "items": members({"column": COLUMN, "label": text(0, 80)}, required=["column"]),
}
WORDS = members(
    {"column": COLUMN, "values": words(text()), "default": text()}, dependentRequired={"values": ["column"]}
)
CATEGORY = members({"column": COLUMN, "phrases": words(text()), "default": text()})
BAND = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}}
SALARY = members(
    {
        **dict.fromkeys(("min", "max", "range", "currency_column", "period_column"), COLUMN),
        "currency": text(3, 3),
        "currency_by_country": words(text(3, 3)),
        "periods": words({"enum": SalaryPeriod.values}),
        "bands": words(BAND, propertyNames={"enum": SalaryPeriod.values}),
        "zero_is_unknown": {"type": "boolean"},
    },
    anyOf=[{"required": ["range"]}, {"required": ["min", "max"]}],
    dependentRequired={"period_column": ["periods"]},
)
LOCATION = members(
    {
        "column": COLUMN,
        "parts": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"enum": ["country", "region", "city"]},
        },
        "city": text(0, 120),
        "region": text(0, 120),
        "country": text(2, 2),
        "separator": text(1, 5),
    },
    dependentRequired={"parts": ["column"], "separator": ["column"]},
)
SCHEMA = members(
    {
        "source": text(1, 50),
        "external_id": {"anyOf": [COLUMN, {"type": "array", "minItems": 1, "maxItems": 10, "items": COLUMN}]},
        "title": COLUMN,
        "description": TEXTS,
        "requirements": TEXTS,
        "benefits": TEXTS,
        "employment_type": WORDS,
        "experience_level": WORDS,
        "work_mode": WORDS,
        "category": CATEGORY,
        "salary": SALARY,
        "location": LOCATION,
        **{name: text(0) for name in ("openings", "posted_on", "expires_on")},
        "language": {"type": "string", "pattern": "^[a-z]{2}$"},
        "timezone": text(1, 60),
    },
    required=["source", "external_id", "title"],
)
