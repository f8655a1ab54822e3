"""What people type, made fit to be shown beside other people's: no character that acts without being seen.

A name that turns the line around it (bidirectional overrides), breaks it, or equals another name but for a zero-width
space is a trick or an accident. What changes how *other* text reads is refused; what is only invisible is dropped, save
the two joiners where a script or an emoji needs them. The rest of Unicode stays as it was typed.
"""

from __future__ import annotations

import re
import unicodedata

LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Embeddings, overrides and isolates: they reach beyond their own text (UAX 9).
OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
# C0 and C1 but tab and the breaks, and lone surrogates.
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
JOINERS = "\u200c\u200d"
# Format characters that are seen: the numbers' signs of Arabic, Syriac and Kaithi.
SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Letters and symbols without a mark of ink.
EMPTY = frozenset("\u115f\u1160\u3164\uffa0\u2800")
PLAIN = re.compile("[\\x20-\\x7e\\n\\t]*")


def is_joined(before: str, after: str) -> bool:
    """Say whether a joiner between these two means something: it never does beside a letter of ASCII or a blank."""
    return all(char > "\x7f" and unicodedata.category(char)[0] in "LMS" for char in (before, after))


def without_invisible(text: str) -> str:
    """Return the text without format characters that only hide: zero-width blanks, marks of direction, tags."""
    if PLAIN.fullmatch(text):
        return text
    kept: list[str] = []
    for place, char in enumerate(text):
        if unicodedata.category(char) == "Cf" and char not in SEEN:
            after = text[place + 1 : place + 2]
            if not (char in JOINERS and kept and after and is_joined(kept[-1], after)):
                continue
        kept.append(char)
    return "".join(kept)


def is_visible(text: str) -> bool:
    """Say whether there is anything to see."""
    return any(unicodedata.category(char)[0] not in "ZCM" and char not in EMPTY for char in text)
