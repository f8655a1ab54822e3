"""What the published form allows is what the server takes: generated forms, generated answers, two judges."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import extend

from jobs.answerschema import schema_of
from jobs.forms import Refused, form_of, judge, rules_of
from jobs.models import QuestionType, ScreeningQuestion
from jobs.questions import check_question
from jobs.tests.factories import make_job, make_question

CLIENT = extend(
    Draft202012Validator,
    {
        "formatMinimum": lambda _v, limit, value, _s: too_far(isinstance(value, str) and value < limit),
        "formatMaximum": lambda _v, limit, value, _s: too_far(isinstance(value, str) and value > limit),
    },
)
FORMATS = FormatChecker(["date", "uuid"])
WORDS = st.text(max_size=12)
OPTIONS = ["a", "b", "b ", "", "ü", "true", "1"]


def too_far(wrong: bool) -> Any:
    from jsonschema import ValidationError

    if wrong:
        yield ValidationError("out of range")


def client_accepts(schema: dict[str, Any], value: Any) -> bool:
    """What a frontend does that knows nothing but the form."""
    return CLIENT(schema, format_checker=FORMATS).is_valid(value)


def server_accepts(rules: dict[str, Any], value: Any) -> bool:
    try:
        judge(rules, value)
    except Refused:
        return False
    return True


@st.composite
def questions(draw: st.DrawFn) -> ScreeningQuestion:
    """A question of any type that the house lets somebody ask."""
    kind = draw(st.sampled_from(list(QuestionType)))
    bounds: dict[str, Any] = {}
    options: list[dict[str, str]] = []
    if kind in {QuestionType.TEXT, QuestionType.LONG_TEXT} and draw(st.booleans()):
        bounds["max_length"] = draw(st.integers(1, 8))
    if kind == QuestionType.NUMBER and draw(st.booleans()):
        bounds["min"], bounds["max"] = sorted(draw(st.lists(st.integers(-5, 5), min_size=2, max_size=2)))
    if kind == QuestionType.DATE and draw(st.booleans()):
        days = sorted(draw(st.lists(st.dates(date(1990, 1, 1), date(2040, 1, 1)), min_size=2, max_size=2)))
        bounds["min"], bounds["max"] = (day.isoformat() for day in days)
    if kind in {QuestionType.SINGLE, QuestionType.MULTIPLE}:
        values = draw(st.lists(st.sampled_from([word for word in OPTIONS if word.strip()]), min_size=2, unique=True))
        options = [{"value": value, "label": value} for value in values]
        if kind == QuestionType.MULTIPLE and draw(st.booleans()):
            bounds["max_choices"] = draw(st.integers(1, len(values)))
    check_question({"type": kind, "options": options, "bounds": bounds})
    return ScreeningQuestion(type=kind, label="?", is_required=draw(st.booleans()), options=options, bounds=bounds)


ANSWERS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-7, 7),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    WORDS,
    st.sampled_from(
        ["", " ", "\t", "\n", "\r\n", "a\nb", "a\r\nb", "a\rb", "a\tb", " a ", "a\x00", "\x1c", "\x85", "é" * 9]
    ),
    st.dates(date(1980, 1, 1), date(2050, 1, 1)).map(date.isoformat),
    st.sampled_from(
        ["2031-02-30", "20310528", "2031-W01-1", "2031-5-28", "٢٠٣١-٠٥-٢٨", "2031-05-28\n", "2031-05-28T00"]
    ),
    st.uuids().map(str),
    st.sampled_from(["0" * 32 + "----", "{" + "0" * 32 + "}--", "urn:uuid:" + "0" * 27, "G" * 36]),
    st.sampled_from(OPTIONS),
    st.lists(st.sampled_from(OPTIONS), max_size=5),
    st.lists(st.one_of(st.none(), st.integers(0, 2), st.booleans(), WORDS), max_size=3),
    st.dictionaries(WORDS, WORDS, max_size=2),
)


@settings(max_examples=1500, deadline=None)
@given(question=questions(), value=ANSWERS)
def test_the_client_of_the_form_and_the_server_accept_the_same(question: ScreeningQuestion, value: Any) -> None:
    rules = rules_of(question)
    schema = schema_of(rules)
    Draft202012Validator.check_schema(schema)
    assert client_accepts(schema, value) == server_accepts(rules, value), (rules, value)


@pytest.mark.django_db
def test_the_published_form_carries_the_schema_of_every_answer() -> None:
    job = make_job()
    for kind in (QuestionType.TEXT, QuestionType.BOOLEAN, QuestionType.FILE):
        make_question(job=job, type=kind)
    for rules in form_of(job)["questions"]:
        assert rules["schema"] == schema_of(rules)
