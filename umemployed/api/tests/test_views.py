from __future__ import annotations

import pytest

from umemployed.events.models import EventRecord

pytestmark = [pytest.mark.django_db, pytest.mark.urls("umemployed.api.tests.urls")]
ENTRIES = "/api/v1/entries/"


def make_entry(**overrides):
    return EventRecord.objects.create(**{"topic": "note:made", "aggregate": "note:1", "payload": {}, **overrides})


def test_a_created_object_is_answered_as_reads_show_it(api):
    made = api.post(ENTRIES, {"action": "note:made"})
    assert made.status_code == 201, made.content
    assert made.json() == api.get(f"{ENTRIES}{made.json()['id']}/").json()


def test_an_unknown_query_parameter_is_named(api):
    answer = api.get(ENTRIES, {"colour": "red"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["code"], error["attr"]) == ("unknown_parameter", "colour")
    assert "action" in error["allowed"]


def test_a_parameter_given_twice_is_refused(api):
    answer = api.get(f"{ENTRIES}?page_size=1&page_size=2")
    assert [error["code"] for error in answer.json()["errors"]] == ["repeated_parameter"]


def test_filters_belong_to_the_list_and_not_to_one_object(api):
    entry = make_entry()
    assert api.get(ENTRIES, {"action": "note:made"}).status_code == 200
    assert api.get(f"{ENTRIES}{entry.public_id}/", {"action": "note:made"}).status_code == 400


@pytest.mark.parametrize("name", ["nonsense", "0", "0190c0de-0000-7000-8000-000000000000"])
def test_what_is_malformed_and_what_is_missing_is_404(api, name):
    answer = api.get(f"{ENTRIES}{name}/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_errors_in_nested_bodies_have_dotted_paths(api):
    answer = api.post(ENTRIES, {"action": "", "parts": [{"a": 1}, {"b": "x"}]})
    assert {error["attr"] for error in answer.json()["errors"]} == {"action", "parts.1.b"}


def test_a_refused_verb_keeps_the_answer_and_its_extension_members(api):
    entry = make_entry()
    answer = api.post(f"{ENTRIES}{entry.public_id}/refuse/")
    assert answer.status_code == 409
    assert answer.json()["state"] == "note:made"
    assert answer.json()["type"].endswith("/errors/conflict/")


def test_an_action_without_a_shape_answers_204(api):
    assert api.post(f"{ENTRIES}{make_entry().public_id}/nothing/").status_code == 204


def test_a_method_that_was_not_invited_is_405(api):
    answer = api.put(f"{ENTRIES}{make_entry().public_id}/")
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]


def test_a_stranger_at_a_private_door_is_401_and_told_how(api):
    answer = api.get("/api/v1/closed/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
