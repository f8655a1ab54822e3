"""Putting typing errors right: words that no live posting has, by the words that live postings have."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from jobs.search.backend import CorrectedWord, Correction
from jobs.search.query import PIECE, SearchQuery
from jobs.search.terms.edits import SHORTEST, deletes, distance, tolerance
from jobs.search.terms.learning import array_of
from jobs.search.terms.models import SPELLED

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8  # of one query; each costs a look into the index
MOST = 5
# As every statement that asks an index by words: see jobs.search.postgres.
BY_INDEX = "SET LOCAL enable_seqscan = off; "
# Whether a word is known: to the vocabulary, or else to the index itself, by its stem in each posting's own language.
# The vocabulary goes first, because it knows the frequent words, which the index would take long to collect.
KNOWN = """
SELECT w.word, w.folded, CASE WHEN EXISTS (SELECT FROM jobs_searchterm t
        WHERE t.value = w.folded AND t.kind = ANY(%(kinds)s) AND t.live > 0) THEN true
    ELSE EXISTS (SELECT FROM jobs_jobsearch s WHERE s.expires > extract(epoch FROM now()) AND s.doc @@ (
        ('''D:job_english'''::tsquery && plainto_tsquery('job_english', w.word))
        || ('''D:job_french'''::tsquery && plainto_tsquery('job_french', w.word))
        || ('''D:job_simple'''::tsquery && plainto_tsquery('job_simple', w.word)))) END
FROM (SELECT word, lower(unaccent(word)) AS folded FROM unnest(%(words)s::text[]) word) w
"""
# The function is written, and explained, in the migration that makes it.
NEAR = "SELECT word, value, label, live FROM jobs_near_words(%(words)s, %(deletes)s, %(bounds)s)"


def correct(query: SearchQuery) -> Correction | None:
    """Return the query with its unknown words put right; None if there is nothing to. At most two statements.

    Phrases and what is excluded are left as they are, and so is every word that any live posting has.
    """
    words = suspects(query.text)
    if not words:
        return None
    unknown = unknown_of(words)
    meant = {word: found for word, found in corrections(unknown).items() if found}
    if not meant:
        return None
    text = replaced(query.text, {word: found[0] for word, found in meant.items()})
    told = [CorrectedWord(word, found[0], found[1:]) for word, found in meant.items()]
    return Correction(replace(query, text=text), told)


def suspects(text: str) -> list[str]:
    """Return the words that may be wrong, as typed, each once."""
    found = dict.fromkeys(
        word
        for _minus, _phrase, plain in PIECE.findall(text)
        if plain and not plain.startswith("-")
        for word in WORD.findall(plain)
        if tolerance(word)
    )
    return list(found)[:MOST_WORDS]


def unknown_of(words: Sequence[str]) -> dict[str, str]:
    """Return the words that no live posting has, with their folded forms; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX + KNOWN, {"words": list(words), "kinds": SPELLED})
        return {word: folded for word, folded, is_known in cursor if not is_known}


def corrections(unknown: dict[str, str]) -> dict[str, list[str]]:
    """Return for each unknown word at most MOST known ones that may be meant, the likeliest first; one statement.

    Near counts more than frequent: e² ≈ 7 times as many postings make up for a sixth of an edit.
    """
    asked = {word: folded for word, folded in unknown.items() if len(folded) >= SHORTEST and tolerance(folded)}
    if not asked:
        return {}
    folded = list(dict.fromkeys(asked.values()))
    params: dict[str, Any] = {
        "words": folded,
        "deletes": [array_of(deletes(word, tolerance(word))) for word in folded],
        "bounds": [2 * tolerance(word) for word in folded],
    }
    ranked: dict[str, dict[str, tuple[float, str]]] = {word: {} for word in folded}
    with connection.cursor() as cursor:
        cursor.execute(NEAR, params)
        for word, value, label, live in cursor.fetchall():
            edits = distance(word, value, tolerance(word))
            if edits <= tolerance(word):
                # A word may be there twice, from titles and from texts: the more frequent one counts.
                found = (edits - math.log(1 + live) / 12, label)
                ranked[word][value] = min(found, ranked[word].get(value, found))
    return {word: [label for _, label in sorted(ranked[form].values())[:MOST]] for word, form in asked.items()}


def replaced(text: str, meant: dict[str, str]) -> str:
    """Return the text with the unknown words of its plain pieces replaced; quotes and minuses stay as they are."""

    def mend(found: re.Match[str]) -> str:
        plain = found.group(3)
        if plain is None or plain.startswith("-"):
            return found.group(0)
        return WORD.sub(lambda word: meant.get(word.group(0), word.group(0)), plain)

    return PIECE.sub(mend, text)
