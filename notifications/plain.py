"""Values of people and things in sentences: one harmless line, which turns no words around it.

A right-to-left name in a left-to-right sentence (or the reverse) is isolated, by Unicode marks in text and by
``<bdi>`` in HTML (Unicode Standard Annex 9).
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

LONGEST_VALUE = 200
ISOLATE, POP = "\u2068", "\u2069"
BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


class Sentence(str):
    """A sentence of ours, whose values are plain and isolated already."""

    __slots__ = ()


def plain(value: Any) -> str:
    """Return a value as one harmless line: no control or direction-changing characters, no line ends, not endless.

    A Sentence was made of such values and stays as it is.
    """
    if isinstance(value, Sentence):
        return value
    line = " ".join(str(value).split())
    kept = "".join(
        char
        for char in line
        if unicodedata.category(char) not in {"Cc", "Cs", "Co"} and unicodedata.bidirectional(char) not in BIDI_CONTROLS
    )
    return kept if len(kept) <= LONGEST_VALUE else kept[: LONGEST_VALUE - 1] + "…"


def isolated(value: str) -> str:
    """Keep a right-to-left name from turning the words around it."""
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in value):
        return f"{ISOLATE}{value}{POP}"
    return value


def in_text(line: str) -> str:
    """Return a plain value for the text part or the subject."""
    return line if isinstance(line, Sentence) else isolated(line)


def in_html(line: str) -> SafeString:
    """Return a plain value for the HTML part."""
    if not isinstance(line, Sentence):
        return format_html("<bdi>{}</bdi>", line)
    marks = conditional_escape(line).replace(ISOLATE, "<bdi>").replace(POP, "</bdi>")
    return mark_safe(marks)  # noqa: S308 - escaped in the line above; the marks are ours, no value can hold any
