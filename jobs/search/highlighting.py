"""Which words of a posting a search found: the title, and a snippet of the text, as pieces of plain text.

Only the rows of one page are read, and only when somebody asked. A piece is text that is shown as it is and is
never markup, so nothing that an employer wrote can become a page's HTML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TypedDict

from django.db import connection

from jobs.search.codes import CONFIGURATIONS, FALLBACK
from jobs.search.query import SearchQuery

# What marks a found word on its way from PostgreSQL; taken out of the postings' own text first.
START, STOP = "\x02", "\x03"
MARKED = re.compile(f"{START}([^{STOP}]*){STOP}")
# A posting's text may be 150,000 characters long, and 5 kB cost about a millisecond.
READ = 10_000
HIGHLIGHT = """
WITH wanted AS MATERIALIZED (
    SELECT c.name AS configuration, string_agg('(' || r.reading || ')', ' | ')::tsquery AS words
    FROM unnest(%(configurations)s::text[]) c(name)
    CROSS JOIN unnest(%(pieces)s::text[], %(phrases)s::boolean[]) p(piece, phrase)
    CROSS JOIN LATERAL (SELECT CASE WHEN p.phrase THEN phraseto_tsquery(c.name::regconfig, p.piece)
        ELSE plainto_tsquery(c.name::regconfig, p.piece) END::text AS reading) r
    WHERE r.reading <> '' GROUP BY c.name
)
SELECT j.id, ts_headline(w.configuration::regconfig, t.title, w.words, %(whole)s),
    ts_headline(w.configuration::regconfig, t.body, w.words, %(snippet)s)
FROM jobs_job j
JOIN wanted w ON w.configuration = coalesce(%(by_language)s::jsonb ->> j.language, %(fallback)s)
CROSS JOIN LATERAL (SELECT translate(j.title, %(marks)s, '') AS title,
    btrim(regexp_replace(translate(left(concat_ws(E'\\n', j.description, j.requirements, j.benefits), %(read)s),
        %(marks)s, ''), '\\s+', ' ', 'g')) AS body) t
WHERE j.id = ANY(%(ids)s)
"""
MARKS = f"StartSel={START}, StopSel={STOP}"


class Piece(TypedDict):
    """A run of plain text; ``is_match`` where the search's words were found."""

    text: str
    is_match: bool


class Highlight(TypedDict):
    title: list[Piece]
    text: list[Piece]


def highlight(query: SearchQuery, job_ids: Sequence[int]) -> dict[int, Highlight]:
    """Return by posting what is marked in it; one statement, none where no words are wanted.

    Each posting is read with the stems of its own language. A posting that was found by its company or a skill
    has a title and the beginning of its text without any piece that is a match.
    """
    wanted = [piece for piece in query.pieces if not piece.excluded]
    if not wanted or not job_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            HIGHLIGHT,
            {
                "configurations": [*CONFIGURATIONS.values(), FALLBACK],
                "by_language": json.dumps(CONFIGURATIONS),
                "fallback": FALLBACK,
                "pieces": [piece.text for piece in wanted],
                "phrases": [piece.phrase for piece in wanted],
                "whole": f"HighlightAll=true, {MARKS}",
                "snippet": f'MaxFragments=2, MinWords=8, MaxWords=22, FragmentDelimiter=" \u2026 ", {MARKS}',
                "marks": START + STOP,
                "read": READ,
                "ids": list(job_ids),
            },
        )
        return {job_id: {"title": pieces_of(title), "text": pieces_of(text)} for job_id, title, text in cursor}


def pieces_of(marked: str) -> list[Piece]:
    """Split a marked text into its pieces; those that are empty are left out."""
    # Splitting by a pattern with one group gives what is between the marks at every other place.
    parts = enumerate(MARKED.split(marked))
    return [{"text": text, "is_match": number % 2 == 1} for number, text in parts if text]


def with_highlights(cards: str, job_ids: Sequence[int], found: dict[int, Highlight]) -> str:
    """Return the JSON of cards with what is marked in each; ``job_ids`` are theirs, in their order.

    A title of which an engine said nothing is told as it is.
    """
    shown = json.loads(cards)
    for card, job_id in zip(shown, job_ids, strict=True):
        marked = found.get(job_id)
        if marked is not None and not marked["title"]:
            marked = {**marked, "title": [{"text": card["title"], "is_match": False}]}
        card["highlight"] = marked
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
