"""Typing errors: unknown words are put right, known ones never are, and whoever insists is obeyed."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from companies.models import Company
from companies.tests.factories import make_company
from jobs.models import SearchTerm
from jobs.search.query import SearchQuery
from jobs.search.terms.edits import deletes, distance, indexed_deletes, tolerance
from jobs.search.terms.learning import learn
from jobs.search.terms.spelling import correct, corrections, replaced
from jobs.search.terms.tests.factories import make_search_term
from jobs.search.terms.upkeep import OFTEN, learn_texts
from jobs.tests.factories import make_indexed

PATH = "/api/v1/jobs/"
LETTERS = st.text(alphabet="abcdeé", min_size=4, max_size=9)


def misspell(word: str, dice: random.Random, edits: int) -> str:
    """Make ``edits`` errors, each in a place of its own: a wrong, missing, surplus or swapped letter."""
    for place in sorted(dice.sample(range(0, len(word) - 1, 2), edits), reverse=True):
        letter = dice.choice(string.ascii_lowercase)
        tail = [letter + word[place + 1 :], word[place + 1 :], letter + word[place:]]
        tail.append(word[place + 1] + word[place] + word[place + 2 :])
        word = word[:place] + dice.choice(tail)
    return word


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [
        ("python", "python", 0),
        ("pyhton", "python", 1),
        ("ython", "python", 1),
        ("jython", "python", 1),
        ("pythoon", "python", 1),
        ("ptyhno", "python", 2),
        ("abc", "", 3),
        ("ca", "abc", 3),
    ],
)
def test_the_distance_counts_swaps_as_one(left: str, right: str, edits: int) -> None:
    assert distance(left, right) == distance(right, left) == edits


def plainly(left: str, right: str) -> int:
    """The distance by its definition, without any shortcut."""
    if not left or not right:
        return len(left) + len(right)
    ways = [plainly(left[1:], right) + 1, plainly(left, right[1:]) + 1]
    ways.append(plainly(left[1:], right[1:]) + (left[0] != right[0]))
    if len(left) > 1 and len(right) > 1 and left[:2] == right[1::-1]:
        ways.append(plainly(left[2:], right[2:]) + 1)
    return min(ways)


@given(st.text(alphabet="abc", max_size=5), st.text(alphabet="abc", max_size=5), st.integers(0, 6))
def test_the_distance_is_what_its_definition_says(left: str, right: str, most: int) -> None:
    assert distance(left, right) == plainly(left, right)
    assert distance(left, right, most) == min(plainly(left, right), most + 1)


@given(LETTERS, LETTERS)
def test_words_that_are_near_share_a_form(left: str, right: str) -> None:
    for depth in (1, 2):
        if distance(left, right) <= depth:
            assert set(deletes(left, depth)) & set(deletes(right, depth))


@given(st.text(max_size=60), st.integers(1, 2))
def test_forms_are_few_whatever_the_word_is(word: str, depth: int) -> None:
    found = deletes(word, depth)
    assert 1 <= len(found) <= 29 and all(-(2**31) <= number < 2**31 for number in found)


def test_every_error_that_is_forgiven_is_looked_up_by_a_form() -> None:
    dice = random.Random(3)
    for _ in range(2_000):
        word = "".join(dice.choices("aeinrstlo", k=dice.randint(4, 14)))
        typed = misspell(word, dice, dice.choice([1, 2]) if len(word) >= 9 else 1)
        if distance(typed, word) <= tolerance(typed):
            assert set(deletes(typed, tolerance(typed))) & set(indexed_deletes(word)), (typed, word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pyhton developer", "python developer"),
        ('pyhton "pyhton" -pyhton', 'python "pyhton" -pyhton'),
        ("pyhton/pyhton,x", "python/python,x"),
        ('"pyhton', '"pyhton'),
        ("", ""),
    ],
)
def test_only_plain_words_are_replaced(text: str, expected: str) -> None:
    assert replaced(text, {"pyhton": "python"}) == expected


@pytest.fixture
def market(db: None, acme: Company) -> None:
    """Three postings, learned."""
    make_indexed(company=make_company(name="Quartzite"), title="Python developer", skills=["Kubernetes"])
    make_indexed(company=acme, title="Développeuse confirmée", language="fr", description="Les chevaux mangent.")
    make_indexed(company=acme, title="Welder", description="We are hiring an apprentice.")
    learn()


def ask(api: APIClient, **query: Any) -> Any:
    answer = api.get(PATH, {"count": "true", **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize(
    ("q", "searched"),
    [
        ("pyhton", "python"),
        ("ython devloper", "python developer"),
        ("PYTHN", "python"),
        ("qubernetse", "kubernetes"),
        ("quarzite", "quartzite"),
        ("develoPEUZE", "développeuse"),
        ("xouala", "douala"),
        ("pyhton -welder", "python -welder"),
    ],
)
@pytest.mark.usefixtures("market")
def test_an_unknown_word_is_put_right(q: str, searched: str, api: APIClient) -> None:
    page = ask(api, q=q, highlight="true", facets="company")
    assert page["corrected"]["q"] == searched
    assert page["count"] == len(page["results"]) >= 1
    assert sum(value["count"] for value in page["facets"]["company"]["values"]) == page["count"]
    assert page["results"][0]["highlight"] is not None
    for word in page["corrected"]["words"]:
        assert word["typed"] in q and word["searched"] in searched and word["searched"] not in word["others"]


@pytest.mark.parametrize(
    "q",
    [
        "welder python",  # both known, in different postings
        "hired welder python",  # known by its stem alone
        "cheval python",
        "apprentice python",
        '"pyhton"',
        "python -pyhton -developer",
        "wxyz",  # nothing near
        "pyt python welder",  # too short
    ],
)
@pytest.mark.usefixtures("market")
def test_known_words_and_what_was_insisted_on_are_left_alone(q: str, api: APIClient) -> None:
    page = ask(api, q=q)
    assert page["results"] == [] and "corrected" not in page


@pytest.mark.usefixtures("market")
def test_whoever_wants_it_exactly_gets_it_exactly(api: APIClient) -> None:
    page = ask(api, q="pyhton", exact="true")
    assert page["results"] == [] and page["count"] == 0 and "corrected" not in page
    assert "corrected" not in ask(api, q="python")


@pytest.mark.usefixtures("market")
def test_filters_stay_with_the_corrected_words(api: APIClient) -> None:
    assert ask(api, q="pyhton", language="en")["count"] == 1
    page = ask(api, q="pyhton", language="fr")
    assert page["corrected"]["q"] == "python" and page["results"] == []


def test_pages_of_a_corrected_search_follow_each_other(api: APIClient, acme: Company) -> None:
    for _ in range(5):
        make_indexed(company=acme, title="Carpenter")
    learn()
    page, seen = ask(api, q="carpetner", page_size=2), []
    while True:
        seen += [card["id"] for card in page["results"]]
        if page["next"] is None:
            break
        page = api.get(page["next"]).json()
        assert "corrected" not in page
    assert len(set(seen)) == len(seen) == 5
    assert len(api.get(page["previous"]).json()["results"]) == 2


@pytest.mark.usefixtures("market")
def test_a_word_of_closed_postings_is_not_offered_instead(api: APIClient) -> None:
    SearchTerm.objects.filter(value="welder").update(live=0)
    assert "corrected" not in ask(api, q="weldr")


@pytest.mark.django_db
def test_an_anonymous_employer_is_not_what_is_meant(api: APIClient) -> None:
    make_indexed(title="Quillwright", company=make_company(name="Vexloria"), is_anonymous=True)
    learn()
    assert "vexloria" not in str(ask(api, q="vexlorai")).lower()
    assert "corrected" not in ask(api, q="vexlorai")


@pytest.mark.django_db
def test_the_nearest_comes_first_then_the_most_frequent() -> None:
    for word, live in (("carter", 1), ("career", 40), ("carder", 3), ("barter", 1), ("charter", 1)):
        make_search_term(value=word, live=live)
    assert corrections({"carer": "carer"})["carer"][0] == "career"
    assert corrections({"carterr": "carterr"})["carterr"] == ["carter"]
    assert set(corrections({"Barrter": "barrter"})["Barrter"]) == {"barter"}
    assert corrections({"xyz": "xyz"}) == {}


@pytest.mark.django_db
def test_frequent_words_of_texts_are_known(acme: Company, api: APIClient) -> None:
    for _ in range(OFTEN):
        make_indexed(company=acme, title="Clerk", description="Forklift needed, Überstunden paid.")
    make_indexed(company=acme, title="Clerk", description="Xylophone.")
    learn()
    assert "corrected" not in ask(api, q="forklfit")
    assert learn_texts() >= 3
    assert ask(api, q="forklfit")["corrected"]["q"] == "forklift"
    assert ask(api, q="uberstuden")["corrected"]["q"] == "überstunden"
    assert "corrected" not in ask(api, q="xylohpone")
    SearchTerm.objects.filter(kind="text").update(live=99)
    learn_texts()
    assert SearchTerm.objects.get(kind="text", value="forklift").live == OFTEN


@pytest.mark.usefixtures("market")
def test_a_search_that_finds_something_pays_nothing_and_one_that_does_not_pays_a_constant(api: APIClient) -> None:
    def cost(q: str) -> int:
        with CaptureQueriesContext(connection) as sent:
            api.get(PATH, {"q": q})
        return len(sent)

    plain = cost("python")
    assert plain <= 3
    assert cost("wxyzwxyz vwxyvwxy abcdabcd efghefgh") <= plain + 2
    assert cost("pyhton") <= plain + 4 >= cost("pyhton devloper kubernets quarzite")


HOSTILE = [
    "x" * 300,
    "xy" * 20,
    "!?.,;:" * 20,
    "\U0001f600" * 50,
    "\u202eمهندسس\u202c",
    "a\u0300" * 30,
    "ß" * 9,
    "' OR 1=1 --",
    "%s%s%s%s %(words)s {} \\\\",
    "pyhton " * 40,
    "½½½½½½",
    "ﷺﷺﷺﷺﷺﷺﷺﷺ",
    "İİİİİİİİ",
    "12345678",
    "____pyhton____",
]


@pytest.mark.parametrize("q", HOSTILE, ids=ascii)
@pytest.mark.usefixtures("market")
def test_no_text_breaks_the_correction(q: str, api: APIClient) -> None:
    assert api.get(PATH, {"q": q[:300]}).status_code == 200
    correct(SearchQuery(text=q * 40))


@pytest.mark.usefixtures("market")
def test_a_word_of_ten_kilobytes_is_let_be() -> None:
    assert correct(SearchQuery(text="pyhton" * 1_700)) is None


@pytest.mark.django_db
def test_most_errors_are_put_right_among_many_words() -> None:
    """Recall at 5 of generated errors; ``bench/suggest.py`` measures it on a vocabulary of the true size."""
    dice = random.Random(11)
    syllables = [a + b for a in "bcdfglmnprstv" for b in "aeiou"] + ["er", "ing", "or", "al", "tion"]
    words = sorted({"".join(dice.choices(syllables, k=dice.randint(3, 5))) for _ in range(2_000)})
    SearchTerm.objects.bulk_create(
        SearchTerm(kind="word", value=word, label=word, live=dice.randint(1, 200), deletes=indexed_deletes(word))
        for word in words
    )
    tried = [word for word in dice.sample(words, 300) if len(word) >= 6]
    hits = 0
    for word in tried:
        typed = misspell(word, dice, 2 if len(word) >= 10 and dice.random() < 0.3 else 1)
        hits += typed == word or word in corrections({typed: typed}).get(typed, [])
    assert hits / len(tried) >= 0.95, hits / len(tried)
