"""The contract of engines, held by PostgreSQL."""

from __future__ import annotations

import pytest

from jobs.search.backend import engine
from jobs.search.query import SearchQuery
from jobs.search.terms.learning import learn
from jobs.search.tests.contract import (
    CASES,
    DATA_ENGINEER,
    DEVELOPER,
    FACET_NAMES,
    FACET_TOTAL,
    FACETED,
    FACETS,
    NURSE,
    Case,
    open_market,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(db: None) -> None:
    open_market()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_has_to_be_found_is_found_in_order(case: Case) -> None:
    page = engine("postgres").search(case.query())
    assert [hit.job_id for hit in page.hits] == case.found
    assert engine("postgres").facets(case.query(), ()).total == len(case.found)


def test_facets_leave_their_own_choice_out() -> None:
    counted = engine("postgres").facets(FACETED, FACET_NAMES)
    assert counted.total == FACET_TOTAL
    assert {name: {v.value: v.count for v in values} for name, values in counted.facets.items()} == FACETS


@pytest.mark.parametrize("ordering", ["relevance", "-published_at", "-salary"])
def test_pages_of_one_walk_forth_and_back(ordering: str) -> None:
    query = SearchQuery(text="engineer", ordering=ordering)  # type: ignore[arg-type]
    ask = engine("postgres").search
    whole = [hit.job_id for hit in ask(query).hits]
    first = ask(query, size=2)
    second = ask(query, cursor=first.next, size=2)
    assert [hit.job_id for hit in first.hits + second.hits] == whole[:4]
    assert ask(query, cursor=second.previous, size=2).hits == first.hits


def test_suggestions_corrections_and_marks() -> None:
    learn()
    postgres = engine("postgres")
    assert [(s.kind, s.value, s.jobs) for s in postgres.suggest("sequ")] == [("skill", "contract-sql", 2)]
    assert [(s.kind, s.text) for s in postgres.suggest("eng", kinds=["title"])] == [
        ("title", "Engineer"),
        ("title", "Senior data engineer"),
    ]
    correction = postgres.correct(SearchQuery(text="enginear nurse"))
    assert correction is not None and correction.query.text == "engineer nurse"
    marks = postgres.highlight(SearchQuery(text="chevaux données"), [DATA_ENGINEER, DEVELOPER, NURSE])
    assert [piece["text"] for piece in marks[DEVELOPER]["text"] if piece["is_match"]] == ["données", "chevaux"]
