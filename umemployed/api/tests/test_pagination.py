from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from umemployed.events.models import EventRecord

pytestmark = [pytest.mark.django_db, pytest.mark.urls("umemployed.api.tests.urls")]
ENTRIES = "/api/v1/entries/"


def make_entries(count, **overrides):
    columns = {"topic": "note:made", "payload": {}, **overrides}
    return [EventRecord.objects.create(aggregate=str(n), **columns) for n in range(count)]


def walk(api, params, *, link="next", start=None):
    """Return the targets of every page from the start along one kind of link."""
    answer = api.get(start) if start else api.get(ENTRIES, params)
    pages = [answer.json()]
    while pages[-1][link]:
        parts = urlsplit(pages[-1][link])
        pages.append(api.get(f"{parts.path}?{parts.query}").json())
    return pages


def targets(pages):
    return [row["target"] for page in pages for row in page["results"]]


def test_a_list_says_next_previous_and_results_and_counts_only_on_request(api):
    make_entries(3)
    assert set(api.get(ENTRIES).json()) == {"next", "previous", "results"}
    assert api.get(ENTRIES, {"count": "true"}).json()["count"] == 3


@pytest.mark.parametrize("size", ["0", "101", "1000000000", "-1", "x", "", "1.5", "9" * 30])
def test_a_page_size_out_of_bounds_is_400(api, size):
    answer = api.get(ENTRIES, {"page_size": size})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "page_size"


@pytest.mark.parametrize("ordering", ["at", "-at", "action", "-action", "address", "-address", "address,-at"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_every_row_comes_once_forward_and_back_through_ties_and_nulls(api, ordering, size):
    make_entries(3, request_id="")
    make_entries(2, topic="note:read", request_id="10.0.0.1")
    make_entries(2, topic="note:made", request_id="10.0.0.2")
    everything = [row["id"] for row in api.get(ENTRIES, {"ordering": ordering, "page_size": 100}).json()["results"]]
    forward = walk(api, {"ordering": ordering, "page_size": size})
    assert [row["id"] for page in forward for row in page["results"]] == everything
    if len(forward) > 1:
        back = walk(api, {}, link="previous", start=forward[-1]["previous"])
        assert [[row["id"] for row in page["results"]] for page in back[::-1]] == [
            [row["id"] for row in page["results"]] for page in forward[:-1]
        ]


def test_nulls_come_last_whichever_way_one_sorts(api):
    make_entries(1, request_id="")
    make_entries(1, request_id="10.0.0.1")
    for ordering in ("address", "-address"):
        rows = api.get(ENTRIES, {"ordering": ordering}).json()["results"]
        assert [row["address"] for row in rows] == ["10.0.0.1", None]


def test_rows_that_come_while_one_reads_neither_repeat_nor_hide_a_row(api):
    make_entries(4)
    first = api.get(ENTRIES, {"page_size": 2}).json()
    make_entries(5, topic="note:late")
    parts = urlsplit(first["next"])
    second = api.get(f"{parts.path}?{parts.query}").json()
    assert targets([first, second]) == ["3", "2", "1", "0"]


def test_a_page_whose_rows_have_gone_still_leads_back_to_the_rows_before(api):
    make_entries(4)
    first = api.get(ENTRIES, {"page_size": 2}).json()
    EventRecord.objects.filter(aggregate__in=["0", "1"]).delete()
    parts = urlsplit(first["next"])
    empty = api.get(f"{parts.path}?{parts.query}").json()
    assert empty["results"] == []
    parts = urlsplit(empty["previous"])
    assert targets([api.get(f"{parts.path}?{parts.query}").json()]) == ["3", "2"]


def test_the_link_header_says_the_same_as_the_body(api):
    make_entries(2)
    answer = api.get(ENTRIES, {"page_size": 1})
    assert answer["Link"] == f'<{answer.json()["next"]}>; rel="next"'


def test_the_cursor_keeps_the_filters(api):
    make_entries(2, topic="note:read")
    make_entries(3)
    pages = walk(api, {"action": "note:read", "page_size": 1})
    assert targets(pages) == ["1", "0"]


@pytest.mark.parametrize("cursor", ["x", "WzFd:abc", "\U0001f600", "a:b:c", "." * 100])
def test_a_cursor_that_we_did_not_make_is_400(api, cursor):
    answer = api.get(ENTRIES, {"cursor": cursor})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "bad_cursor"


def test_a_tampered_cursor_and_one_of_another_ordering_are_400(api):
    make_entries(3)
    cursor = urlsplit(api.get(ENTRIES, {"page_size": 1}).json()["next"]).query.partition("cursor=")[2]
    assert api.get(f"{ENTRIES}?cursor={cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}").status_code == 400
    assert api.get(f"{ENTRIES}?cursor={cursor}&ordering=action").status_code == 400
    assert api.get(f"{ENTRIES}?cursor={cursor}").status_code == 200


@pytest.mark.parametrize("ordering", ["secret", "-", "at,at", "at,-at", "action--", "pk"])
def test_an_ordering_that_is_not_offered_is_400(api, ordering):
    assert api.get(ENTRIES, {"ordering": ordering}).status_code == 400


@pytest.mark.parametrize("rows", [2, 20])
def test_a_page_costs_one_query_however_many_rows(api, rows, django_assert_num_queries):
    make_entries(rows)
    with django_assert_num_queries(1):
        api.get(ENTRIES)
