"""Rows of the terms for tests."""

from __future__ import annotations

import itertools
from typing import Any

from jobs.search.terms.edits import indexed_deletes
from jobs.search.terms.models import IndexWork, PostingTerms, SearchTerm, TermKind, TermPrefix, TermStart

_numbers = itertools.count(1)


def make_search_term(**overrides: Any) -> SearchTerm:
    """A word that one live posting says."""
    fields: dict[str, Any] = {"kind": TermKind.WORD, "value": f"word{next(_numbers)}", "live": 1, **overrides}
    if fields["kind"] == TermKind.WORD:
        fields.setdefault("deletes", indexed_deletes(fields["value"]))
    return SearchTerm.objects.create(**{"label": fields["value"], **fields})


def make_term_start(**overrides: Any) -> TermStart:
    term = overrides.pop("term", None) or make_search_term(kind=TermKind.TITLE)
    return TermStart.objects.create(
        **{"kind": term.kind, "start": term.value, "is_whole": True, "term": term, **overrides}
    )


def make_term_prefix(**overrides: Any) -> TermPrefix:
    return TermPrefix.objects.create(
        **{"kind": TermKind.TITLE, "prefix": f"p{next(_numbers)}", "terms": [], **overrides}
    )


def make_posting_terms(**overrides: Any) -> PostingTerms:
    return PostingTerms.objects.create(
        **{"job_id": 10**9 + next(_numbers), "expires": 2**31 - 1, "terms": [], **overrides}
    )


def make_index_work(**overrides: Any) -> IndexWork:
    return IndexWork.objects.create(**{"reader": "terms", "job_id": 10**9 + next(_numbers), **overrides})
