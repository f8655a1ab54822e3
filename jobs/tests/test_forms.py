"""The form that is published and the answers that are accepted follow one set of rules."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs.forms import check_answers, form_of
from jobs.models import QuestionType
from jobs.tests.factories import make_job, make_question
from umemployed.api.errors import Invalid

pytestmark = pytest.mark.django_db
COLOURS = [{"value": "red", "label": "Red"}, {"value": "blue", "label": "Blue"}, {"value": "green", "label": "Green"}]


def answer(question: Any, value: Any) -> list[dict[str, Any]]:
    return [{"question": str(question.public_id), "value": value}]


def refusal(job: Any, answers: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        check_answers(job, answers)
    return caught.value.errors[0]


@pytest.mark.parametrize(
    ("fields", "given", "kept"),
    [
        ({"type": QuestionType.TEXT}, "  Ten years ", "Ten years"),
        ({"type": QuestionType.LONG_TEXT}, "One\r\ntwo", "One\ntwo"),
        ({"type": QuestionType.BOOLEAN}, False, False),
        ({"type": QuestionType.NUMBER, "bounds": {"min": 0, "max": 60}}, 60, 60),
        ({"type": QuestionType.SINGLE, "options": COLOURS}, "blue", "blue"),
        ({"type": QuestionType.MULTIPLE, "options": COLOURS}, ["green", "red"], ["red", "green"]),
        ({"type": QuestionType.DATE}, "2031-05-28", "2031-05-28"),
        ({"type": QuestionType.FILE}, "018F2B1A-7C3D-7E4F-8A5B-6C7D8E9F0A1B", "018f2b1a-7c3d-7e4f-8a5b-6c7d8e9f0a1b"),
        ({"type": QuestionType.TEXT}, "   ", None),
        ({"type": QuestionType.MULTIPLE, "options": COLOURS}, [], None),
    ],
)
def test_a_fitting_answer_is_kept_in_its_canonical_form(fields: dict[str, Any], given: Any, kept: Any) -> None:
    question = make_question(**fields)
    assert check_answers(question.job, answer(question, given))[0]["value"] == kept


@pytest.mark.parametrize(
    ("fields", "given", "code"),
    [
        ({"type": QuestionType.TEXT}, 5, "not_text"),
        ({"type": QuestionType.TEXT}, "x" * 501, "too_long"),
        ({"type": QuestionType.TEXT, "bounds": {"max_length": 3}}, "four", "too_long"),
        ({"type": QuestionType.TEXT}, "one\ntwo", "one_line"),
        ({"type": QuestionType.LONG_TEXT}, "nul\x00", "bad_characters"),
        ({"type": QuestionType.LONG_TEXT}, "half \ud83d", "bad_characters"),
        ({"type": QuestionType.BOOLEAN}, "yes", "not_boolean"),
        ({"type": QuestionType.BOOLEAN}, 1, "not_boolean"),
        ({"type": QuestionType.NUMBER}, "5", "not_a_number"),
        ({"type": QuestionType.NUMBER}, True, "not_a_number"),
        ({"type": QuestionType.NUMBER}, float("nan"), "not_a_number"),
        ({"type": QuestionType.NUMBER, "bounds": {"min": 1, "max": 3}}, 4, "out_of_range"),
        ({"type": QuestionType.NUMBER}, 10**400, "out_of_range"),
        ({"type": QuestionType.DATE}, "2031-02-30", "not_a_date"),
        ({"type": QuestionType.DATE}, "20310228", "not_a_date"),
        ({"type": QuestionType.DATE, "bounds": {"min": "2030-01-01"}}, "2029-12-31", "out_of_range"),
        ({"type": QuestionType.SINGLE, "options": COLOURS}, "black", "not_an_option"),
        ({"type": QuestionType.SINGLE, "options": COLOURS}, {"a": 1}, "not_an_option"),
        ({"type": QuestionType.MULTIPLE, "options": COLOURS}, "red", "not_a_list"),
        ({"type": QuestionType.MULTIPLE, "options": COLOURS}, ["red", "red"], "repeated"),
        (
            {"type": QuestionType.MULTIPLE, "options": COLOURS, "bounds": {"max_choices": 1}},
            ["red", "blue"],
            "too_many",
        ),
        ({"type": QuestionType.FILE}, "../etc/passwd", "not_a_file"),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused_by_name(fields: dict[str, Any], given: Any, code: str) -> None:
    question = make_question(**fields)
    assert refusal(question.job, answer(question, given)) | {"detail": ""} == {
        "code": code,
        "attr": "answers.0.value",
        "detail": "",
    }


def test_the_published_rules_are_those_that_judge() -> None:
    job = make_job()
    make_question(job=job, type=QuestionType.TEXT, bounds={"max_length": 3}, is_required=True)
    make_question(job=job, type=QuestionType.MULTIPLE, options=COLOURS, bounds={"max_choices": 2})
    text, many = form_of(job)["questions"]
    for length, fits in ((text["max_length"], True), (text["max_length"] + 1, False)):
        answers = [{"question": text["id"], "value": "x" * length}]
        if fits:
            check_answers(job, answers)
        else:
            assert refusal(job, answers)["code"] == "too_long"
    everything = [option["value"] for option in many["options"]]
    assert refusal(job, [{"question": many["id"], "value": everything}])["code"] in {"too_many", "required"}


def test_a_required_question_wants_an_answer() -> None:
    question = make_question(is_required=True)
    assert refusal(question.job, [])["code"] == "required"
    assert refusal(question.job, answer(question, "  "))["attr"] == "answers.0.value"


def test_the_answers_of_another_form_are_refused() -> None:
    question = make_question()
    assert refusal(question.job, answer(make_question(), "x"))["code"] == "unknown_question"
    assert refusal(question.job, [{"question": str(uuid.uuid4()), "value": 1}])["attr"] == "answers.0.question"


@pytest.mark.parametrize("answers", ["x", {"a": 1}, 5, [1], [{"value": 1}], [{"question": 7}], [[]], [{}] * 201])
def test_answers_of_a_wrong_shape_are_refused(answers: Any) -> None:
    assert refusal(make_question().job, answers)["attr"].startswith("answers")


def test_one_question_is_answered_once() -> None:
    question = make_question()
    assert refusal(question.job, answer(question, "a") + answer(question, "b"))["code"] == "repeated"


@pytest.mark.parametrize(
    ("fields", "value", "knocked_out"),
    [
        ({"type": QuestionType.BOOLEAN, "knock_out": {"accept": [True]}}, True, False),
        ({"type": QuestionType.BOOLEAN, "knock_out": {"accept": [True]}}, False, True),
        ({"type": QuestionType.NUMBER, "knock_out": {"min": 3}}, 2, True),
        ({"type": QuestionType.NUMBER, "knock_out": {"min": 3}}, 3, False),
        ({"type": QuestionType.SINGLE, "options": COLOURS, "knock_out": {"accept": ["red"]}}, "blue", True),
        ({"type": QuestionType.MULTIPLE, "options": COLOURS, "knock_out": {"accept": ["red"]}}, ["blue", "red"], False),
        ({"type": QuestionType.TEXT}, "anything", False),
    ],
)
def test_a_knock_out_marks_and_never_refuses(fields: dict[str, Any], value: Any, knocked_out: bool) -> None:
    question = make_question(**fields)
    assert check_answers(question.job, answer(question, value))[0]["knocked_out"] is knocked_out


def test_the_form_never_shows_what_knocks_out() -> None:
    question = make_question(type=QuestionType.BOOLEAN, knock_out={"accept": [True]})
    assert "knock_out" not in str(form_of(question.job)) and "accept" not in str(form_of(question.job))
