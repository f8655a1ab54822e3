"""The rules of an answer as JSON Schema (2020-12), so that any client can validate with a library.

It says exactly what ``jobs.forms.judge`` accepts; a property test holds the two together. The range of dates
uses ``formatMinimum`` and ``formatMaximum``, which validators know as an extension (ajv-formats).
"""

from __future__ import annotations

from typing import Any

from jobs.models import QuestionType

# The very end in every dialect of regular expressions: in some, `$` also stands before a last line break.
END = r"(?![\s\S])"
DAY = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{END}"
UUID = rf"^[0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}{END}"
# No control characters but tabs, and line breaks where there may be lines.
ONE_LINE = rf"^(?:[^\u0000-\u001f]|\t)*{END}"
LINES = rf"^(?:[^\u0000-\u001f]|\t|\r?\n)*{END}"
# What counts as no answer: nothing, no choice, only white space.
BLANK: list[dict[str, Any]] = [{"type": "null"}, {"const": []}, {"type": "string", "pattern": r"^\s*$"}]
NOT_BLANK: dict[str, Any] = {"not": {"anyOf": BLANK}}


def schema_of(rules: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the ``value`` of an answer to the question with these rules."""
    answer = shape_of(rules)
    if rules["required"]:
        return {"allOf": [answer, NOT_BLANK]}
    return {"anyOf": [answer, *BLANK]}


def shape_of(rules: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an answer that is given."""
    match QuestionType(rules["type"]):
        case QuestionType.TEXT:
            return {"type": "string", "maxLength": rules["max_length"], "pattern": ONE_LINE}
        case QuestionType.LONG_TEXT:
            return {"type": "string", "maxLength": rules["max_length"], "pattern": LINES}
        case QuestionType.BOOLEAN:
            return {"type": "boolean"}
        case QuestionType.NUMBER:
            return {"type": "number", "minimum": rules["min"], "maximum": rules["max"]}
        case QuestionType.DATE:
            limits = {"formatMinimum": rules["min"], "formatMaximum": rules["max"]}
            return {"type": "string", "format": "date", "pattern": DAY, **limits}
        case QuestionType.SINGLE:
            return {"enum": values_of(rules)}
        case QuestionType.MULTIPLE:
            chosen = {"items": {"enum": values_of(rules)}, "uniqueItems": True, "maxItems": rules["max_choices"]}
            return {"type": "array", **chosen}
        case QuestionType.FILE:
            return {"type": "string", "format": "uuid", "pattern": UUID}


def values_of(rules: dict[str, Any]) -> list[str]:
    """Return the values that one can choose."""
    return [option["value"] for option in rules["options"]]
