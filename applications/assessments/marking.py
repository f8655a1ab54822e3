"""Questions, answers and marks: pure functions over JSON, without the database.

How a mark is found: each question is worth its points. ``single``, ``numeric``, ``short_text`` and ``code_reading``
earn all of them or nothing; ``multiple`` earns points * max(0, right - wrong) / (number of right options), so that
ticking everything earns little or nothing. The score is 100 * (sum of what was earned) / (sum of points), rounded
half up to two decimals.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.assessments.vocabulary import WITH_OPTIONS, QuestionKind
from umemployed.api.errors import Invalid

MOST_OPTIONS = 12
ANSWER_LENGTH = 2000
LARGEST = Decimal("1e15")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Frozen:
    """A question as one attempt has it: options under names of this attempt only, and the key in their terms."""

    options: list[dict[str, str]]
    key: dict[str, Any]


# --- What a bank may hold --------------------------------------------------------------------------
def check_question(kind: str, options: list[str], key: Any, code: str) -> None:
    """Raise Invalid, naming the member, unless options, key and code fit the kind."""
    if bool(options) != (kind in WITH_OPTIONS):
        raise Invalid.on_field("options", _("Options belong to `single` and `multiple`, and these need them."))
    if not code and kind == QuestionKind.CODE_READING:
        raise Invalid.on_field("code", _("Give the code that is to be read."), code="required")
    if not isinstance(key, dict):
        raise Invalid.on_field("key", _("Give an object."))
    if kind in WITH_OPTIONS:
        check_choice(kind, options, key)
    elif kind == QuestionKind.NUMERIC:
        check_number(key)
    else:
        check_texts(key)


def check_choice(kind: str, options: list[str], key: dict[str, Any]) -> None:
    """The options differ, and the key numbers the right ones."""
    if not 2 <= len(options) <= MOST_OPTIONS or len({folded(option) for option in options}) < len(options):
        raise Invalid.on_field("options", _("Give 2 to 12 options, all different."))
    right = key.get("right")
    numbers = set(range(len(options)))
    if set(key) != {"right"} or not isinstance(right, list) or not is_part_of(right, numbers):
        raise Invalid.on_field("key", _('Give {"right": […]}, the positions of the right options, counted from 0.'))
    if kind == QuestionKind.SINGLE and len(right) != 1:
        raise Invalid.on_field("key", _("Exactly one option is right."))


def is_part_of(right: list[Any], numbers: set[int]) -> bool:
    """Say whether ``right`` are some of the numbers, each once."""
    known = all(isinstance(n, int) and not isinstance(n, bool) for n in right)
    return bool(right) and known and len(set(right)) == len(right) and set(right) <= numbers


def check_number(key: dict[str, Any]) -> None:
    """The key is a number and how far off an answer may be."""
    value, tolerance = number_of(key.get("value")), number_of(key.get("tolerance", "0"))
    if set(key) - {"value", "tolerance"} or value is None or tolerance is None or tolerance < 0:
        raise Invalid.on_field("key", _('Give {"value": "3.14", "tolerance": "0.01"}, numbers as text.'))


def check_texts(key: dict[str, Any]) -> None:
    """The key lists what is accepted."""
    accepted: Any = key.get("accept")
    fits = isinstance(accepted, list) and 1 <= len(accepted) <= MOST_OPTIONS and set(key) == {"accept"}
    if not fits or not all(isinstance(text, str) and 0 < len(text) <= ANSWER_LENGTH for text in accepted):
        raise Invalid.on_field("key", _('Give {"accept": […]}, 1 to 12 texts that are right.'))


# --- Freezing --------------------------------------------------------------------------------------
def freeze(kind: str, options: list[str], key: dict[str, Any]) -> Frozen:
    """Return the question for one attempt: options shuffled, and named so that names say nothing elsewhere."""
    if kind not in WITH_OPTIONS:
        return Frozen([], key)
    order = list(range(len(options)))
    secrets.SystemRandom().shuffle(order)
    names = {number: secrets.token_hex(4) for number in order}
    shown = [{"id": names[number], "text": options[number]} for number in order]
    return Frozen(shown, {"right": [names[number] for number in key["right"]]})


# --- Answers ---------------------------------------------------------------------------------------
def read_answer(kind: str, options: list[dict[str, str]], value: Any) -> Any:
    """Return the answer in its one form. None takes it back. Raises Invalid on ``value``."""
    if value is None:
        return None
    names = {option["id"] for option in options}
    if kind == QuestionKind.SINGLE:
        return checked(value, isinstance(value, str) and value in names, _("Give the id of one option."))
    if kind == QuestionKind.MULTIPLE:
        fits = isinstance(value, list) and all(isinstance(name, str) for name in value) and set(value) <= names
        return sorted(set(checked(value, fits, _("Give a list of ids of options."))))
    if kind == QuestionKind.NUMERIC:
        number = number_of(value)
        return str(checked(number, number is not None, _("Give a number, as text or as a number.")))
    fits = isinstance(value, str) and len(value) <= ANSWER_LENGTH and "\x00" not in value
    return checked(value, fits, _("Give a text of at most 2,000 characters."))


def checked(value: Any, fits: bool, otherwise: Any) -> Any:
    """Return the value, or raise Invalid on ``value``."""
    if not fits:
        raise Invalid.on_field("value", otherwise)
    return value


def number_of(value: Any) -> Decimal | None:
    """Return a finite number of bounded size, from text or a JSON number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > 40:
        return None
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= LARGEST and number.adjusted() > -20 else None


# --- Marks -----------------------------------------------------------------------------------------
def mark(kind: str, key: dict[str, Any], points: int, answer: Any) -> Decimal:
    """Return what an answer earns, from 0 to ``points``."""
    if answer is None:
        return Decimal(0)
    if kind == QuestionKind.MULTIPLE:
        right = set(key["right"])
        hits, misses = len(right & set(answer)), len(set(answer) - right)
        return Decimal(points) * max(0, hits - misses) / len(right)
    return Decimal(points) if is_right(kind, key, answer) else Decimal(0)


def is_right(kind: str, key: dict[str, Any], answer: Any) -> bool:
    """Say whether an answer that is right or wrong is right."""
    if kind == QuestionKind.SINGLE:
        return answer in key["right"]
    if kind == QuestionKind.NUMERIC:
        return abs(Decimal(answer) - Decimal(str(key["value"]).replace(",", "."))) <= Decimal(
            str(key.get("tolerance", "0"))
        )
    alike = folded if kind == QuestionKind.SHORT_TEXT else trimmed
    return alike(answer) in {alike(accepted) for accepted in key["accept"]}


def folded(text: str) -> str:
    """Return a text as people compare it: case, width, spaces and marks of composition do not matter."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def trimmed(text: str) -> str:
    """Return printed output without the spaces at the ends of its lines and its empty last lines; case matters."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def score_of(marks: Iterable[tuple[Decimal, int]]) -> Decimal:
    """Return the score of (earned, points) pairs: 0.00 to 100.00."""
    pairs = list(marks)
    points = sum(worth for _earned, worth in pairs)
    if not points:
        return Decimal("0.00")
    return (100 * sum((earned for earned, _worth in pairs), Decimal(0)) / points).quantize(CENT, ROUND_HALF_UP)
