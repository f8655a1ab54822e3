"""What a search marks in the postings that it found."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from companies.models import Company
from companies.tests.factories import make_company
from jobs.search.highlighting import READ, highlight, pieces_of
from jobs.search.query import SearchQuery
from jobs.tests.factories import make_indexed

pytestmark = pytest.mark.django_db
PATH = "/api/v1/jobs/"


def marked(pieces: list[dict[str, Any]]) -> list[str]:
    return [piece["text"] for piece in pieces if piece["is_match"]]


def whole(pieces: list[dict[str, Any]]) -> str:
    return "".join(piece["text"] for piece in pieces)


def first(api: APIClient, **query: Any) -> Any:
    answer = api.get(PATH, {"highlight": "true", **query})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"][0]


def test_the_words_are_marked_in_title_and_text(api: APIClient, acme: Company) -> None:
    text = (
        "We are hiring. " + "Filler words stand here. " * 40 + "You will develop in Python every day. " + "More. " * 40
    )
    make_indexed(company=acme, title="Senior Python developer", description=text)
    found = first(api, q="python developers")["highlight"]
    assert found["title"] == [
        {"text": "Senior ", "is_match": False},
        {"text": "Python", "is_match": True},
        {"text": " ", "is_match": False},
        {"text": "developer", "is_match": True},
    ]
    assert marked(found["text"]) == ["develop", "Python"] and len(whole(found["text"])) < 300
    assert "every day" in whole(found["text"])


def test_each_posting_is_marked_in_its_own_language(api: APIClient, acme: Company) -> None:
    make_indexed(company=acme, title="Développeuses confirmées", language="fr", description="Les chevaux.")
    assert marked(first(api, q="developpeuse")["highlight"]["title"]) == ["Développeuses"]
    assert marked(first(api, q="cheval")["highlight"]["text"]) == ["chevaux"]


def test_phrases_are_marked_and_exclusions_are_not(api: APIClient, acme: Company) -> None:
    make_indexed(company=acme, title="Data engineer", description="Other data. An engineer.")
    found = first(api, q='"data engineer" -nurse')["highlight"]
    assert marked(found["title"]) == ["Data", "engineer"]


def test_what_an_employer_wrote_stays_text(api: APIClient, acme: Company) -> None:
    text = "Know <b onclick='x()'>python</b> & \x02more\x03 </mark><script>alert(1)</script> python."
    make_indexed(company=acme, title="Python \u202ecod\u202c \U0001f40d <i>now</i>", description=text)
    found = first(api, q="python")["highlight"]
    assert marked(found["title"]) == ["Python"] and marked(found["text"]) == ["python", "python"]
    assert {type(value) for piece in found["text"] for value in piece.values()} == {str, bool}
    assert not {"\x02", "\x03"} & set(whole(found["text"]) + whole(found["title"]))


def test_a_title_of_nothing_but_tags_is_told_as_it_is(api: APIClient, acme: Company) -> None:
    make_indexed(company=acme, title="<welder>", description="Weld.")
    assert whole(first(api, q="weld")["highlight"]["title"]) == "<welder>"


def test_without_words_there_is_nothing_to_mark(api: APIClient, acme: Company) -> None:
    make_indexed(company=acme, title="Gardener")
    for q in ("", "-nurse", "...", "\U0001f600"):
        assert all(card["highlight"] is None for card in api.get(PATH, {"q": q, "highlight": "true"}).json()["results"])
    assert "highlight" not in api.get(PATH, {"q": "gardener"}).json()["results"][0]
    assert api.get(PATH, {"highlight": "perhaps"}).status_code == 400


def test_found_by_the_company_nothing_of_the_text_is_marked(api: APIClient) -> None:
    make_indexed(title="Welder", company=make_company(name="Quartzite"), description="Weld.")
    found = first(api, q="quartzite")["highlight"]
    assert (marked(found["title"]), marked(found["text"])) == ([], []) and whole(found["text"]) == "Weld."


def test_an_anonymous_employer_is_not_told_by_what_is_marked(api: APIClient) -> None:
    make_indexed(title="Quillwright", company=make_company(name="Vexloria"), is_anonymous=True)
    assert api.get(PATH, {"q": "vexloria", "highlight": "true"}).json()["results"] == []
    assert "vexloria" not in str(first(api, q="quillwright")).lower()


def test_a_long_text_is_read_in_part(acme: Company) -> None:
    job = make_indexed(company=acme, title="Clerk", description="word " * (READ // 5) + "needle")
    found = highlight(SearchQuery(text="needle"), [job.pk])[job.pk]
    assert not any(piece["is_match"] for piece in found["text"])


@pytest.mark.parametrize("number", [2, 12])
def test_marking_costs_one_statement_more(number: int, api: APIClient, acme: Company) -> None:
    for _ in range(number):
        make_indexed(company=acme, title="Gardener")
    counts = []
    for wanted in ("false", "true"):
        with CaptureQueriesContext(connection) as sent:
            api.get(PATH, {"q": "gardener", "highlight": wanted})
        counts.append(len(sent))
    assert counts[1] == counts[0] + 1 <= 4


@pytest.mark.parametrize("text", ["", "\x02\x03", "a\x02b\x03c", "\x02b\x03\x02c\x03"], ids=ascii)
def test_pieces_lose_no_text(text: str) -> None:
    pieces = pieces_of(text)
    assert "".join(piece["text"] for piece in pieces) == text.replace("\x02", "").replace("\x03", "")
    assert all(piece["text"] for piece in pieces)
