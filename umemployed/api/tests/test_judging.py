"""Unknown members are named, wrong choices are told what there is, and what was read may be sent back."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from umemployed.api.errors import Invalid
from umemployed.api.judging import MOST_STRANGERS, judge


class PlaceSerializer(serializers.Serializer):
    city = serializers.CharField()


class PostSerializer(serializers.Serializer):
    title = serializers.CharField(required=False)
    mode = serializers.ChoiceField(["office", "remote"], required=False)
    places = PlaceSerializer(many=True, required=False)
    version = serializers.IntegerField(read_only=True)


def problems(body: Any, shown: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    with pytest.raises(Invalid) as refused:
        judge(PostSerializer(data=body), shown=None if shown is None else lambda: shown)
    return [{key: value for key, value in item.items() if key != "detail"} for item in refused.value.errors]


def test_an_unknown_member_is_named_with_those_that_there_are() -> None:
    allowed = ["mode", "places", "title"]
    assert problems({"titel": "x"}) == [{"code": "unknown_member", "attr": "titel", "allowed": allowed}]


def test_it_is_named_at_any_depth_beside_all_else_that_is_wrong() -> None:
    found = problems({"places": [{"city": "Lyon"}, {"city": "Paris", "zip": 1}, {}]})
    assert [(item["code"], item["attr"]) for item in found] == [
        ("unknown_member", "places.1.zip"),
        ("required", "places.2.city"),
    ]


def test_a_wrong_choice_is_told_what_there_is() -> None:
    assert problems({"mode": "moon"}) == [{"code": "invalid_choice", "attr": "mode", "allowed": ["office", "remote"]}]


def test_what_only_the_server_writes_passes_where_it_was_read_and_is_refused_where_it_would_change() -> None:
    read = {"id": "7", "title": "old", "version": 3, "places": [{"city": "Lyon", "country_name": "France"}]}
    judge(PostSerializer(data=read | {"title": "new"}), shown=lambda: read)
    assert problems({"version": 4, "id": "7"}, read) == [{"code": "read_only", "attr": "version"}]
    assert problems({"id": "8"}, read)[0]["attr"] == "id"
    assert (
        problems({"places": [{"city": "Nice", "country_name": "France"}]}, read)[0]["attr"] == "places.0.country_name"
    )


def test_where_nothing_exists_yet_nothing_can_be_sent_back() -> None:
    assert problems({"version": 1}) == [{"code": "read_only", "attr": "version"}]


def test_a_body_of_strangers_makes_no_endless_answer() -> None:
    found = problems({"x" * 10_000 + str(number): number for number in range(1000)})
    assert len(found) == MOST_STRANGERS
    assert max(len(item["attr"]) for item in found) <= 100


@pytest.mark.parametrize("body", [[], "x", 7, None, True])
def test_a_body_that_is_no_object_is_a_400(body: Any) -> None:
    assert problems(body)[0]["code"] in {"invalid", "null"}
