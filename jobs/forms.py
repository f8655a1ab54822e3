"""The application form of a posting as data, and the judge of what comes back: one source for both.

``rules_of`` turns a question into its rules; ``form_of`` publishes them and ``check_answers`` obeys
them, so that what a frontend draws is what the server accepts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jobs.answerschema import schema_of
from jobs.models import Job, QuestionType, ScreeningQuestion
from umemployed.api.errors import Invalid

TEXT_LENGTH = 500
LONG_TEXT_LENGTH = 10_000
NUMBER_LIMIT = 10**12
FIRST_DAY, LAST_DAY = "1900-01-01", "2200-01-01"


class Refused(ValueError):
    """An answer breaks a rule: ``code`` for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def rules_of(question: ScreeningQuestion) -> dict[str, Any]:
    """Return what an answer has to fulfil, as it is published."""
    bounds = question.bounds
    rules: dict[str, Any] = {
        "id": str(question.public_id),
        "type": question.type,
        "label": question.label,
        "help_text": question.help_text,
        "required": question.is_required,
    }
    match QuestionType(question.type):
        case QuestionType.TEXT:
            rules["max_length"] = min(bounds.get("max_length", TEXT_LENGTH), TEXT_LENGTH)
        case QuestionType.LONG_TEXT:
            rules["max_length"] = min(bounds.get("max_length", LONG_TEXT_LENGTH), LONG_TEXT_LENGTH)
        case QuestionType.NUMBER:
            rules |= {"min": bounds.get("min", -NUMBER_LIMIT), "max": bounds.get("max", NUMBER_LIMIT)}
        case QuestionType.DATE:
            rules |= {"min": bounds.get("min", FIRST_DAY), "max": bounds.get("max", LAST_DAY)}
        case QuestionType.SINGLE:
            rules["options"] = question.options
        case QuestionType.MULTIPLE:
            rules["options"] = question.options
            rules["max_choices"] = bounds.get("max_choices", len(question.options))
    return rules | {"schema": schema_of(rules)}


def form_of(job: Job) -> dict[str, Any]:
    """Return the form: the posting, its version, and the rules of every question in order; one query."""
    return {
        "job": str(job.public_id),
        "version": job.version,
        "questions": [rules_of(question) for question in job.questions.all()],
    }


def check_answers(job: Job, answers: Any) -> list[dict[str, Any]]:
    """Return the answers judged and complete, in the form's order; one query.

    ``answers`` is ``[{"question": id, "value": …}]``; a question left out counts as ``null``. The
    result keeps the question's words beside each answer, and ``knocked_out`` (for the team only).
    Raises Invalid that names every answer at fault by its place: ``answers.<index>.value`` or, for one
    that is missing, ``answers``.
    """
    given, errors = read_answers(answers)
    questions = list(job.questions.all())
    known = {str(question.public_id) for question in questions}
    errors += [
        problem(f"answers.{index}.question", "unknown_question", _("This form has no such question."))
        for question_id, (index, _value) in given.items()
        if question_id not in known
    ]
    checked = []
    for question in questions:
        index, value = given.get(str(question.public_id), (None, None))
        rules = rules_of(question)
        try:
            value = judge(rules, value)
        except Refused as refusal:
            attr = "answers" if index is None else f"answers.{index}.value"
            errors.append(problem(attr, refusal.code, f"{question.label}: {refusal}"))
            continue
        checked.append(
            {
                "question": rules["id"],
                "label": question.label,
                "type": question.type,
                "value": value,
                "knocked_out": is_knocked_out(question, value),
            }
        )
    if errors:
        raise Invalid(errors=errors)
    return checked


def problem(attr: str, code: str, detail: str) -> dict[str, str]:
    """Return one entry of ``errors[]``."""
    return {"code": code, "attr": attr, "detail": detail}


def read_answers(answers: Any) -> tuple[dict[str, tuple[int, Any]], list[dict[str, str]]]:
    """Return {question id: (index, value)} and what is wrong with the list's shape."""
    if answers is None:
        return {}, []
    if not isinstance(answers, list) or len(answers) > 200:
        return {}, [problem("answers", "not_a_list", _("Give a list of at most 200 answers."))]
    given: dict[str, tuple[int, Any]] = {}
    errors = []
    for index, answer in enumerate(answers):
        if not isinstance(answer, dict) or not isinstance(answer.get("question"), str):
            errors.append(problem(f"answers.{index}", "invalid", _('Give {"question": id, "value": …}.')))
        elif set(answer) - {"question", "value"}:
            errors.append(problem(f"answers.{index}", "unknown_member", _('Give only "question" and "value".')))
        elif answer["question"].lower() in given:
            errors.append(problem(f"answers.{index}.question", "repeated", _("Answer each question once.")))
        else:
            given[answer["question"].lower()] = (index, answer.get("value"))
    return given, errors


def judge(rules: dict[str, Any], value: Any) -> Any:
    """Return the value in its canonical form, None where nothing was answered; raise Refused."""
    if is_blank(value):
        if rules["required"]:
            raise Refused("required", _("an answer is required."))
        return None
    return JUDGES[QuestionType(rules["type"])](rules, value)


def is_blank(value: Any) -> bool:
    """Say whether nothing was answered."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def judge_text(rules: dict[str, Any], value: Any) -> str:
    """Text of at most ``max_length`` characters, without control characters but line breaks and tabs."""
    if not isinstance(value, str):
        raise Refused("not_text", _("the answer must be text."))
    if len(value) > rules["max_length"]:
        raise Refused("too_long", _("at most {limit} characters.").format(limit=rules["max_length"]))
    text = value.replace("\r\n", "\n")
    if any((char < " " and char not in "\n\t") or "\ud800" <= char <= "\udfff" for char in text):
        raise Refused("bad_characters", _("the text contains characters that cannot be stored."))
    if rules["type"] == QuestionType.TEXT and "\n" in text:
        raise Refused("one_line", _("the answer must be one line."))
    return text.strip()


def judge_boolean(rules: dict[str, Any], value: Any) -> bool:
    """True or false, nothing that merely looks like it."""
    if not isinstance(value, bool):
        raise Refused("not_boolean", _("the answer must be true or false."))
    return value


def judge_number(rules: dict[str, Any], value: Any) -> int | float:
    """A finite number within ``min`` and ``max``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise Refused("not_a_number", _("the answer must be a number."))
    check_range(rules, value)
    return value


def judge_date(rules: dict[str, Any], value: Any) -> str:
    """A day of the calendar, ``YYYY-MM-DD``, within ``min`` and ``max``."""
    try:
        day = date.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day != value:
        raise Refused("not_a_date", _("the answer must be a date like 2031-05-28."))
    check_range(rules, day)
    return day


def check_range(rules: dict[str, Any], value: Any) -> None:
    """Raise Refused unless the value lies within the rules' bounds."""
    if not rules["min"] <= value <= rules["max"]:
        raise Refused("out_of_range", _("between {min} and {max}.").format(min=rules["min"], max=rules["max"]))


def judge_single(rules: dict[str, Any], value: Any) -> str:
    """The ``value`` of one option."""
    if not isinstance(value, str) or value not in {option["value"] for option in rules["options"]}:
        raise Refused("not_an_option", _("choose one of the options."))
    return value


def judge_multiple(rules: dict[str, Any], value: Any) -> list[str]:
    """The ``value`` of some options, each once, at most ``max_choices``, in the order of the options."""
    if not isinstance(value, list):
        raise Refused("not_a_list", _("the answer must be a list of options."))
    chosen = [judge_single(rules, item) for item in value]
    if len(set(chosen)) < len(chosen):
        raise Refused("repeated", _("choose each option once."))
    if len(chosen) > rules["max_choices"]:
        raise Refused("too_many", _("choose at most {limit}.").format(limit=rules["max_choices"]))
    return [option["value"] for option in rules["options"] if option["value"] in chosen]


def judge_file(rules: dict[str, Any], value: Any) -> str:
    """The id of an uploaded file; that it is the candidate's own is judged when it is attached."""
    try:
        found = str(uuid.UUID(value)) if isinstance(value, str) else ""
    except ValueError:
        found = ""
    if not found or found != value.lower():
        raise Refused("not_a_file", _("the answer must be the id of an uploaded file."))
    return found


JUDGES: dict[QuestionType, Callable[[dict[str, Any], Any], Any]] = {
    QuestionType.TEXT: judge_text,
    QuestionType.LONG_TEXT: judge_text,
    QuestionType.BOOLEAN: judge_boolean,
    QuestionType.NUMBER: judge_number,
    QuestionType.DATE: judge_date,
    QuestionType.SINGLE: judge_single,
    QuestionType.MULTIPLE: judge_multiple,
    QuestionType.FILE: judge_file,
}


def is_knocked_out(question: ScreeningQuestion, value: Any) -> bool:
    """Say whether the answer is not among those wished for. It marks and sorts; it never rejects."""
    wish = question.knock_out
    if not wish or value is None:
        return bool(wish) and question.is_required and value is None
    if "accept" in wish:
        chosen = value if isinstance(value, list) else [value]
        return not set(wish["accept"]) & set(chosen)
    return not wish.get("min", value) <= value <= wish.get("max", value)
