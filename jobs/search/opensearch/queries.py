"""From a query to OpenSearch's language. Values only: nothing of a searcher's text is ever part of the language."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from jobs.search.codes import LETTERS, code_of
from jobs.search.highlighting import START, STOP
from jobs.search.opensearch.documents import SEPARATOR, fold
from jobs.search.opensearch.mapping import READINGS
from jobs.search.query import Piece, SearchQuery
from jobs.search.resolve import Resolved
from jobs.search.terms.edits import tolerance

Body = dict[str, Any]
WORDS = [f"words_{reading}" for reading in READINGS]
# As jobs.search.postgres weighs them. The text itself weighs nothing: it only finds.
WEIGHTS = {"title": 1.0, "skills": 0.4, "place": 0.15}
# Fresh postings count up to two thirds more; 1,814,400 s is where PostgreSQL's exponential has fallen to 1/e.
HALVED = round(1_814_400 * math.log(2))
MOST_VALUES = 50


def all_words(piece: Piece, fields: Sequence[str], *, empty: str = "none") -> Body:
    """Return the condition that one field has the phrase, or every word of the piece."""
    match: Body = {"query": piece.text, "fields": list(fields), "zero_terms_query": empty}
    return {"multi_match": {**match, **({"type": "phrase"} if piece.phrase else {"operator": "and"})}}


def choices_of(query: SearchQuery, found: Resolved) -> dict[str, Body]:
    """Return the conditions of those filters that a facet of the same name leaves out."""
    values: dict[str, Sequence[Any]] = {
        **{name: [code_of(name, word) for word in getattr(query, name)] for name in LETTERS},
        "category": found.category_ids,
        "company": found.company_ids,
        "country": query.country,
        "language": query.language,
    }
    fields = {"company": "company_id", "country": "countries"}
    return {name: {"terms": {fields.get(name, name): list(chosen)}} for name, chosen in values.items() if chosen}


def conditions_of(query: SearchQuery, found: Resolved) -> tuple[list[Body], list[Body]]:
    """Return what a posting must meet and what it must not, the choices of facets left out."""
    must: list[Body] = [{"range": {"expires": {"gt": int(time.time())}}}]
    must += [all_words(piece, WORDS, empty="all") for piece in query.pieces if not piece.excluded]
    must += [{"term": {"skills": skill_id}} for skill_id in found.skill_ids]
    if query.eligible_in:
        must.append({"terms": {"eligible": ["*", query.eligible_in]}})
    if found.places:
        must.append({"terms": {"places": found.places}})
    if query.circle:
        middle = {"lat": query.circle.latitude, "lon": query.circle.longitude}
        must.append({"geo_distance": {"distance": f"{query.circle.radius_km}km", "spots": middle}})
    if found.pay is not None:
        must.append({"range": {"sal_max": {"gte": found.pay}}})
    if query.posted_after:
        must.append({"range": {"posted": {"gte": math.ceil(query.posted_after.timestamp())}}})
    if query.only is not None:
        must.append({"ids": {"values": [str(job_id) for job_id in query.only]}})
    never = [all_words(piece, WORDS) for piece in query.pieces if piece.excluded]
    if query.hidden:
        never.append({"ids": {"values": [str(job_id) for job_id in query.hidden]}})
    return must, never


def filtered(query: SearchQuery, found: Resolved, *, chosen: bool) -> Body:
    """Return the query as a filter, with or without the choices of facets."""
    must, never = conditions_of(query, found)
    if chosen:
        must += choices_of(query, found).values()
    return {"bool": {"filter": must, **({"must_not": never} if never else {})}}


def ranked(query: SearchQuery, found: Resolved, since: int) -> Body:
    """Return the query scored by where its words are, and how fresh the posting is.

    Every part of the score is a constant of the posting, of the query and of the cursor. So a score does not
    move when other postings come and go, or from one replica to another, and a page can begin where another ended.
    """
    body = filtered(query, found, chosen=True)
    body["bool"]["should"] = [
        {"constant_score": {"filter": all_words(piece, [f"{part}_{one}" for one in READINGS]), "boost": weight}}
        for piece in query.pieces
        if not piece.excluded
        for part, weight in WEIGHTS.items()
    ]
    fresh = {"exp": {"posted": {"origin": since, "scale": HALVED, "decay": 0.5}}}
    functions = [{"weight": 0.6}, {**fresh, "weight": 0.4}]
    return {
        "function_score": {"query": body, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"},
    }


ORDERS = {"relevance": "_score", "-salary": "sal_max"}


def page_of(query: SearchQuery, found: Resolved, edge: dict[str, Any] | None, since: int, size: int) -> Body:
    """Return the request for ``size`` + 1 hits beyond the edge, the nearest first."""
    backward = bool(edge and edge["backward"])
    way = "asc" if backward else "desc"
    key = ORDERS.get(query.ordering) if query.ordering != "relevance" or query.is_ranked() else None
    body: Body = {
        "size": size + 1,
        "track_total_hits": False,
        "_source": ["company_id"],
        "query": ranked(query, found, since) if key == "_score" else filtered(query, found, chosen=True),
        "sort": [*([{key: way}] if key else []), {"ord": way}],
    }
    if edge:
        body["search_after"] = [*([edge["key"]] if key else []), edge["ord"]]
    return body


COUNTED = {"company": "company_id", "country": "countries"}


def facets_of(query: SearchQuery, found: Resolved, dimensions: Sequence[str]) -> Body:
    """Return the request that counts: each dimension with all choices but its own, and the total with all."""
    chosen = choices_of(query, found)
    counts: Body = {"total": {"filter": {"bool": {"filter": list(chosen.values())}}}}
    for name in dimensions:
        others = [condition for other, condition in chosen.items() if other != name]
        counts[name] = {
            "filter": {"bool": {"filter": others}},
            "aggs": {"values": {"terms": {"field": COUNTED.get(name, name), "size": MOST_VALUES}}},
        }
    return {"size": 0, "track_total_hits": False, "query": filtered(query, found, chosen=False), "aggs": counts}


def suggestions_of(typed: str, kinds: Sequence[str], limit: int) -> Body:
    """Return the request that counts terms by the starts that begin with what was typed."""
    pattern = f"{literal(fold(typed))}[^{SEPARATOR}]*{SEPARATOR}({'|'.join(kinds)}){SEPARATOR}.*"
    terms = {"field": "starts", "include": pattern, "size": limit * 4}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"range": {"expires": {"gt": int(time.time())}}}]}},
        "aggs": {"starts": {"terms": terms}},
    }


def literal(text: str) -> str:
    """Return a text in which no character means anything to Lucene's regular expressions."""
    return "".join(char if char.isalnum() or char == " " else f"\\{char}" for char in text)


def spellings_of(words: Sequence[str], most: int) -> Body:
    """Return the request that asks of each word whether a posting has it, and for words near to it."""
    known = {str(number): all_words(Piece(word), WORDS) for number, word in enumerate(words)}
    near = {
        str(number): {
            "text": word,
            "term": {
                "field": "spelling",
                "size": most,
                "suggest_mode": "always",
                "max_edits": tolerance(fold(word)) or 1,
                "prefix_length": 0,
                "min_word_length": 4,
                "string_distance": "damerau_levenshtein",
            },
        }
        for number, word in enumerate(words)
    }
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"range": {"expires": {"gt": int(time.time())}}}]}},
        "aggs": {"known": {"filters": {"filters": known}}},
        "suggest": near,
    }


def highlights_of(query: SearchQuery, job_ids: Sequence[int]) -> Body:
    """Return the request that marks the words in these postings."""
    titles = [f"title_{reading}" for reading in READINGS]
    bodies = [f"body_{reading}" for reading in READINGS]
    wanted = [piece for piece in query.pieces if not piece.excluded]
    whole = {"number_of_fragments": 0, "no_match_size": 200}
    parts = {"number_of_fragments": 2, "fragment_size": 150, "no_match_size": 150}
    return {
        "size": len(job_ids),
        "track_total_hits": False,
        "_source": False,
        "query": {
            "bool": {
                "filter": [{"ids": {"values": [str(job_id) for job_id in job_ids]}}],
                "should": [marking(piece, field) for piece in wanted for field in (*titles, *bodies)],
            }
        },
        "highlight": {
            "pre_tags": [START],
            "post_tags": [STOP],
            "fields": {**dict.fromkeys(titles, whole), **dict.fromkeys(bodies, parts)},
        },
    }


def marking(piece: Piece, field: str) -> Body:
    """Return the condition by which a field's words are marked: the phrase, or any word of the piece."""
    return {"match_phrase" if piece.phrase else "match": {field: {"query": piece.text}}}
