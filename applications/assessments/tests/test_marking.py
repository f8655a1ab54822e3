from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.assessments import marking
from applications.assessments.tests.factories import CONTENT
from applications.assessments.vocabulary import QuestionKind
from umemployed.api.errors import Invalid

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("kind", QuestionKind)
@given(value=json_values)
def test_any_answer_is_read_or_refused_by_name(kind: str, value: Any) -> None:
    content = CONTENT[kind]
    kept = marking.freeze(kind, content.get("options", []), content["key"])
    try:
        answer = marking.read_answer(kind, kept.options, value)
    except Invalid as refused:
        assert refused.errors[0]["attr"] == "value"
    else:
        assert 0 <= marking.mark(kind, kept.key, 5, answer) <= 5


@pytest.mark.parametrize("kind", QuestionKind)
@given(options=json_values, key=json_values)
def test_any_key_is_taken_or_refused_by_name(kind: str, options: Any, key: Any) -> None:
    given_options = [str(option) for option in options] if isinstance(options, list) else []
    try:
        marking.check_question(kind, given_options, key, "code")
    except Invalid as refused:
        assert refused.errors[0]["attr"] in {"options", "key", "code"}
    else:
        assert marking.freeze(kind, given_options, key).key


@pytest.mark.parametrize(
    ("chosen", "earned"),
    [
        ([], "0"),
        (["a"], "2"),
        (["a", "b"], "4"),
        (["a", "b", "c"], "6"),
        (["a", "b", "c", "x"], "4"),
        (["a", "x"], "0"),
        (["x"], "0"),
        (["a", "b", "c", "x", "y", "z"], "0"),
    ],
)
def test_ticking_more_earns_less(chosen: list[str], earned: str) -> None:
    assert marking.mark("multiple", {"right": ["a", "b", "c"]}, 6, chosen) == Decimal(earned)


@pytest.mark.parametrize(
    ("kind", "key", "answer", "is_right"),
    [
        ("numeric", {"value": "3.14", "tolerance": "0.01"}, "3.15", True),
        ("numeric", {"value": "3.14", "tolerance": "0.01"}, "3.1501", False),
        ("numeric", {"value": "3,14"}, "3.14", True),
        ("numeric", {"value": "0"}, "-0.0", True),
        ("short_text", {"accept": ["Yaoundé"]}, "  yaounde\u0301 ", True),
        ("short_text", {"accept": ["Yaoundé"]}, "Yaounde", False),
        ("short_text", {"accept": ["Straße"]}, "STRASSE", True),
        ("code_reading", {"accept": ["a\nb"]}, "a  \nb\n\n", True),
        ("code_reading", {"accept": ["True"]}, "true", False),
    ],
)
def test_what_counts_as_the_same_answer(kind: str, key: dict[str, Any], answer: str, is_right: bool) -> None:
    assert marking.mark(kind, key, 1, marking.read_answer(kind, [], answer)) == int(is_right)


@pytest.mark.parametrize(
    ("marks", "score"),
    [
        ([], "0.00"),
        ([(Decimal(0), 3)], "0.00"),
        ([(Decimal(3), 3)], "100.00"),
        ([(Decimal(1), 1), (Decimal(0), 2)], "33.33"),
        ([(Decimal(2), 3), (Decimal(0), 0)], "66.67"),
        ([(Decimal("0.005"), 1), (Decimal(0), 99)], "0.01"),
    ],
)
def test_the_score_is_a_share_of_the_points(marks: list[tuple[Decimal, int]], score: str) -> None:
    assert str(marking.score_of(marks)) == score


def test_options_are_shuffled_and_named_anew_for_each_attempt() -> None:
    options = [f"Option {n}" for n in range(10)]
    frozen = [marking.freeze("single", options, {"right": [3]}) for _ in range(20)]
    assert len({tuple(option["text"] for option in each.options) for each in frozen}) > 10
    assert len({option["id"] for each in frozen for option in each.options}) == 200
    for each in frozen:
        (right,) = each.key["right"]
        assert {option["id"]: option["text"] for option in each.options}[right] == "Option 3"
