"""What the index holds, and how it reads words: as PostgreSQL's configurations do, so that both find the same.

No stop words, accents and case folded before stemming, apostrophes end words. A posting's words are in the fields of
its own language only (``codes.CONFIGURATIONS``), so a query is asked of all and each posting answers in its own.
"""

from __future__ import annotations

from typing import Any

LANGUAGES = ("en", "fr")
PLAIN = "plain"
READINGS = (*LANGUAGES, PLAIN)
STEMMERS = {"en": "English", "fr": "French"}
GAP = 100  # places between two values of a field, so that no phrase spans them


def reading_of(language: str) -> str:
    """Return in which fields a posting of this language has its words."""
    return language if language in LANGUAGES else PLAIN


def analysis() -> dict[str, Any]:
    """Return the analyzers, one a reading."""
    folded = ["lowercase", "asciifolding"]
    return {
        "char_filter": {"apostrophes": {"type": "mapping", "mappings": ["'=>\\u0020", "\u2019=>\\u0020"]}},
        "filter": {f"stem_{code}": {"type": "snowball", "language": name} for code, name in STEMMERS.items()},
        "analyzer": {
            f"read_{reading}": {
                "type": "custom",
                "char_filter": ["apostrophes"],
                "tokenizer": "standard",
                "filter": [*folded, *([f"stem_{reading}"] if reading in STEMMERS else [])],
            }
            for reading in READINGS
        },
    }


def text(reading: str, *copied_to: str) -> dict[str, Any]:
    """Return a field of words."""
    field: dict[str, Any] = {"type": "text", "analyzer": f"read_{reading}", "position_increment_gap": GAP}
    return {**field, "copy_to": list(copied_to)} if copied_to else field


def properties() -> dict[str, Any]:
    """Return the fields. Numbers and codes are those of the narrow table."""
    fields: dict[str, Any] = {}
    for reading in READINGS:
        for part in ("title", "skills", "place", "body"):
            fields[f"{part}_{reading}"] = text(reading, f"words_{reading}", "spelling")
        fields[f"words_{reading}"] = text(reading)
    integers = ("ord", "posted", "expires", "sal_max", "work_mode", "employment_type", "experience_level", "category")
    return {
        **fields,
        "spelling": text(PLAIN),
        **{name: {"type": "integer"} for name in integers},
        "company_id": {"type": "long"},
        "skills": {"type": "long"},
        **{name: {"type": "keyword"} for name in ("language", "countries", "eligible", "places", "starts")},
        "spots": {"type": "geo_point"},
    }


def index_body() -> dict[str, Any]:
    """Return the body that creates an index. Unknown members of a document are refused."""
    return {"settings": {"analysis": analysis()}, "mappings": {"dynamic": "strict", "properties": properties()}}
