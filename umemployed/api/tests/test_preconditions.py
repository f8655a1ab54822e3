from __future__ import annotations

import pytest

from umemployed.api.tests.urls import StoneView

pytestmark = [pytest.mark.django_db, pytest.mark.urls("umemployed.api.tests.urls")]
STONE = "/api/v1/stone/"


@pytest.fixture(autouse=True)
def stone():
    StoneView.stone.version, StoneView.stone.weight = 1, 10


def test_a_read_is_tagged_with_the_version_and_free_the_second_time(api):
    first = api.get(STONE)
    assert first["ETag"].startswith('"1.')
    again = api.get(STONE, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "Authorization" in again["Vary"]


def test_an_edit_without_the_version_is_428_and_changes_nothing(api):
    for headers in ({}, {"If-Match": "*"}):
        assert api.patch(STONE, {"weight": 20}, headers=headers).status_code == 428
    assert StoneView.stone.weight == 10


def test_of_two_edits_of_one_version_the_second_is_412(api):
    tag = api.get(STONE)["ETag"]
    first = api.patch(STONE, {"weight": 20}, headers={"If-Match": tag})
    second = api.patch(STONE, {"weight": 30}, headers={"If-Match": tag})
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["current_version"] == 2
    assert StoneView.stone.weight == 20


def test_the_answer_of_an_edit_carries_the_tag_of_the_next(api):
    edited = api.patch(STONE, {"weight": 20}, headers={"If-Match": api.get(STONE)["ETag"]})
    assert edited["ETag"] == api.get(STONE)["ETag"]


def test_a_tag_that_a_proxy_weakened_still_names_its_version(api):
    assert api.patch(STONE, {"weight": 20}, headers={"If-Match": f"W/{api.get(STONE)['ETag']}"}).status_code == 200


@pytest.mark.parametrize("tag", ["1", '"x"', '"1.ab", "2.cd"', '"' + "9" * 40 + '"', '"-1"'])
def test_a_tag_that_is_not_ours_is_400(api, tag):
    assert api.patch(STONE, {"weight": 20}, headers={"If-Match": tag}).status_code == 400


def test_lists_are_tagged_by_their_bytes(api):
    tag = api.get("/api/v1/entries/")["ETag"]
    assert api.get("/api/v1/entries/", headers={"If-None-Match": f'"other", W/{tag}'}).status_code == 304
