"""What is sent to a cluster, byte for byte as recorded, and how its answers are read. No cluster was asked."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from rest_framework.test import APIClient

from accounts.models import User
from jobs.models import Job
from jobs.search import work
from jobs.search.backend import SearchBackend, engine
from jobs.search.index import index_jobs, unindex_jobs
from jobs.search.opensearch import feeding
from jobs.search.opensearch.cluster import SearchUnavailable
from jobs.search.opensearch.documents import documents_of, fold
from jobs.search.opensearch.mapping import index_body
from jobs.search.opensearch.queries import literal
from jobs.search.opensearch.tests.wire import FOLDER, Cluster, running
from jobs.search.query import SearchQuery
from jobs.search.tests.contract import (
    ACME,
    ANONYMOUS,
    CASES,
    CHEF,
    DATA_ENGINEER,
    DEVELOPER,
    FACET_NAMES,
    FACET_TOTAL,
    FACETED,
    FACETS,
    GLOBEX,
    NURSE,
    Case,
    open_market,
)
from jobs.tasks import feed_opensearch

pytestmark = pytest.mark.django_db
OPENSEARCH: SearchBackend = engine("opensearch")


@pytest.fixture
def cluster(settings: Any, db: None) -> Iterator[Cluster]:
    """A market that waits to be fed to a cluster."""
    with running() as server:
        settings.OPENSEARCH_URL = server.url
        open_market()
        yield server


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_search_is_asked_as_recorded_and_finds_what_every_engine_finds(case: Case, cluster: Cluster) -> None:
    asks = case.name != "nobody"
    cluster.expect(*([f"search-{case.name}"] if asks else []))
    page = OPENSEARCH.search(case.query())
    assert [hit.job_id for hit in page.hits] == case.found


def test_facets_are_asked_and_read(cluster: Cluster) -> None:
    cluster.expect("facets", "facets")
    counted = OPENSEARCH.facets(FACETED, FACET_NAMES)
    assert counted.total == FACET_TOTAL and counted.exact
    assert {name: {v.value: v.count for v in values} for name, values in counted.facets.items()} == FACETS
    with override("fr"):
        (software,) = OPENSEARCH.facets(FACETED, FACET_NAMES).facets["category"]
    assert software.label == "Logiciels"


def test_what_cannot_be_found_is_not_asked(cluster: Cluster) -> None:
    counted = OPENSEARCH.facets(SearchQuery(company=("no-such-company",)), ["country"])
    assert (counted.total, counted.facets) == (0, {"country": []})
    assert OPENSEARCH.suggest(" ") == [] and OPENSEARCH.correct(SearchQuery(text='"engineer" abc')) is None
    assert OPENSEARCH.highlight(SearchQuery(text="-chef"), [CHEF]) == {}


def test_a_walk_begins_each_page_where_the_other_ended(cluster: Cluster) -> None:
    query = SearchQuery(text="engineer", ordering="relevance")
    cluster.expect("page-1", "page-2", "page-back")
    first = OPENSEARCH.search(query, size=2)
    assert [hit.job_id for hit in first.hits] == [DATA_ENGINEER, ANONYMOUS] and first.previous is None
    assert first.hits[0].score > first.hits[1].score > 0
    second = OPENSEARCH.search(query, cursor=first.next, size=2)
    assert [hit.job_id for hit in second.hits] == [DEVELOPER, NURSE] and second.next is None
    back = OPENSEARCH.search(query, cursor=second.previous, size=2)
    assert (back.hits, back.previous) == (first.hits, None)


def test_what_the_cluster_does_not_know_yet_is_not_shown(cluster: Cluster) -> None:
    cluster.expect("search-everything")
    unindex_jobs([NURSE])
    Job.objects.filter(pk=DATA_ENGINEER).update(is_anonymous=True)
    index_jobs([DATA_ENGINEER])
    page = OPENSEARCH.search(SearchQuery())
    assert [hit.job_id for hit in page.hits] == [DEVELOPER, CHEF, ANONYMOUS]


def test_suggestions_are_counted_by_the_cluster(cluster: Cluster) -> None:
    cluster.expect("suggest", "suggest-kinds", "suggest-hostile")
    found = OPENSEARCH.suggest("Enginé")
    assert [(one.kind, one.text, one.value, one.jobs) for one in found] == [
        ("title", "Engineer", "engineer", 1),
        ("title", "Senior data engineer", "senior data engineer", 1),
    ]
    with override("fr"):
        (software,) = OPENSEARCH.suggest("logi", kinds=["category"], limit=5)
    assert (software.text, software.value, software.jobs) == ("Logiciels", "contract-software", 2)
    assert OPENSEARCH.suggest(".*|\x1f~<1-9>") == []


def test_unknown_words_are_put_right_and_known_ones_are_not(cluster: Cluster) -> None:
    cluster.expect("correct", "correct-nothing")
    correction = OPENSEARCH.correct(SearchQuery(text='enginear chefs "nurze" -kook'))
    assert correction is not None and correction.query.text == 'engineer chefs "nurze" -kook'
    assert [(word.typed, word.searched, word.others) for word in correction.words] == [
        ("enginear", "engineer", ["enginee"])
    ]
    assert OPENSEARCH.correct(SearchQuery(text="zzzzzzzz")) is None


def test_words_are_marked(cluster: Cluster) -> None:
    cluster.expect("highlight")
    marks = OPENSEARCH.highlight(SearchQuery(text='engineer "les chevaux"'), [DATA_ENGINEER, DEVELOPER])
    assert marks[DATA_ENGINEER]["title"] == [
        {"text": "Senior data ", "is_match": False},
        {"text": "engineer", "is_match": True},
    ]
    assert [piece["text"] for piece in marks[DEVELOPER]["text"] if piece["is_match"]] == ["les", "chevaux", "Engineer"]
    assert marks[DEVELOPER]["title"] == [{"text": "Développeuse confirmée", "is_match": False}]


def test_changes_are_fed_once_with_their_versions(cluster: Cluster) -> None:
    assert work.lag()[work.OPENSEARCH][0] == 8
    cluster.expect("bulk")
    assert feed_opensearch() == 6
    assert work.lag()[work.OPENSEARCH] == (0, 0.0) and feed_opensearch() == 0


def test_what_left_the_market_is_deleted_there(cluster: Cluster, bob: User) -> None:
    work.finish(work.take(work.OPENSEARCH, 100)[0])
    unindex_jobs([CHEF])
    Job.objects.filter(pk=NURSE).delete()
    work.ask(work.OPENSEARCH, [NURSE])
    cluster.expect("bulk-delete")
    assert feeding.feed() == 2


# A cluster that is starting is asked twice by the client.
@pytest.mark.parametrize("answers", [["bulk-refused"], ["bulk-down", "bulk-down"]], ids=["refused", "down"])
def test_work_that_was_not_taken_stays(answers: list[str], cluster: Cluster) -> None:
    work.finish(work.take(work.OPENSEARCH, 100)[0])
    work.ask(work.OPENSEARCH, [CHEF])
    cluster.expect(*answers)
    with pytest.raises(SearchUnavailable):
        feeding.feed()
    assert work.lag()[work.OPENSEARCH][0] == 1


def test_older_and_missing_documents_are_no_failure(cluster: Cluster) -> None:
    work.finish(work.take(work.OPENSEARCH, 100)[0])
    work.ask(work.OPENSEARCH, [CHEF])
    cluster.expect("bulk-older")
    assert feeding.feed() == 1


def test_a_new_index_takes_the_place_of_the_old_one(cluster: Cluster) -> None:
    cluster.expect("rebuild-create", "rebuild-bulk", "rebuild-refresh", "rebuild-standing", "rebuild-swap")
    call_command("rebuild_search", engine="opensearch")


def test_a_cluster_that_is_away_is_a_503_that_says_so(settings: Any, api: APIClient, db: None) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.OPENSEARCH_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
        settings.SEARCH_BACKEND = "opensearch"
        for path in ("/api/v1/jobs/", "/api/v1/jobs/suggest/?q=a"):
            answer = api.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "search_unavailable")
            assert int(answer["Retry-After"]) > 0
        with pytest.raises(CommandError):
            call_command("rebuild_search", engine="opensearch")


def test_the_public_list_is_answered_by_the_engine_that_is_chosen(
    settings: Any, api: APIClient, cluster: Cluster
) -> None:
    settings.SEARCH_BACKEND = "opensearch"
    cluster.expect("http-search", "http-facets")
    page = api.get("/api/v1/jobs/", {"page_size": 2, "facets": "language", "count": "true"}).json()
    assert page["count"] == 5 and len(page["results"]) == 2 and page["next"]
    assert [value["value"] for value in page["facets"]["language"]["values"]] == ["en", "fr", "de"]


def test_documents_say_no_more_than_the_narrow_table(db: None) -> None:
    open_market()
    documents = {job_id: document for job_id, _, document in documents_of([DATA_ENGINEER, ANONYMOUS, DEVELOPER])}
    assert documents[ANONYMOUS]["company_id"] == 0 and "globex" not in str(documents[ANONYMOUS]).lower()
    assert documents[ANONYMOUS]["spots"] == [{"lat": 4.1, "lon": 9.7}]
    assert documents[DATA_ENGINEER]["company_id"] == ACME and documents[DEVELOPER]["company_id"] == GLOBEX
    assert "title_fr" in documents[DEVELOPER] and "title_en" not in documents[DEVELOPER]
    known = index_body()["mappings"]["properties"]
    assert all(set(document) <= set(known) for document in documents.values()), "the mapping is strict"


@pytest.mark.parametrize("text", ["", "a.b", ".*", "ab c", '\\"', "#@&<>~()[]{}|?+*-^$"], ids=ascii)
def test_no_character_means_anything_in_a_pattern(text: str) -> None:
    assert literal(text).replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == text
    assert all(char.isalnum() or char in " \\" or literal(char) == f"\\{char}" for char in text)


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "\U0001f600" * 99, "\u202eمهندس\u202c", "' OR 1=1", "-" * 300, '"' * 99]
)
def test_hostile_text_stays_a_value(text: str) -> None:
    from jobs.search.opensearch import queries
    from jobs.search.resolve import Resolved

    query = replace(SearchQuery(text=text), ordering="relevance")
    body = queries.page_of(query, Resolved(wanted=["x"]), None, 0, 20)
    bool_ = body["query"].get("function_score", body).get("query")["bool"]
    matches = [clause["multi_match"]["query"] for clause in bool_["filter"] if "multi_match" in clause]
    assert matches == [piece.text for piece in query.pieces if not piece.excluded]
    assert json.loads(json.dumps(body)) == body and fold(text) == fold(fold(text))


def test_every_recorded_exchange_is_used() -> None:
    source = (FOLDER.parent / "test_wire.py").read_text()
    names = {path.stem for path in FOLDER.glob("*.json")}
    used = {name for name in names if f'"{name}"' in source} | {f"search-{case.name}" for case in CASES}
    assert names <= used
