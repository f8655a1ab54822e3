"""Which characters a line and a text may hold."""

from __future__ import annotations

import pytest
from rest_framework import serializers

from umemployed.api.fields import LineField, TextField


def codes(field: serializers.Field, value: object) -> list[str]:
    with pytest.raises(serializers.ValidationError) as refused:
        field.run_validation(value)
    return [detail.code for detail in refused.value.detail]


@pytest.mark.parametrize(
    "text", ["Zoé Mbarga", "日本 太郎", "ا ب", "👩‍🔧 Plombière", "می‌خواهم", "क्‍ष", "A\u00a0B", "12\u202fh"]
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert LineField().run_validation(text) == text
    assert TextField().run_validation(text) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_a_line_has_no_break_inside_and_a_text_keeps_it_as_a_newline(end: str) -> None:
    assert codes(LineField(), f"one{end}two") == ["line_break"]
    assert LineField().run_validation(f"{end}one{end}") == "one"
    assert TextField().run_validation(f"one{end}two") == "one\ntwo"


def test_a_tab_is_not_part_of_a_line_and_may_stand_in_a_text() -> None:
    assert codes(LineField(), "one\ttwo") == ["line_break"]
    assert TextField().run_validation("one\ttwo") == "one\ttwo"


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x80", "\x9f", "\ud800"])
@pytest.mark.parametrize("kind", [LineField, TextField])
def test_controls_are_refused(kind: type[TextField], char: str) -> None:
    assert codes(kind(), f"a{char}b") == ["control_character"]


@pytest.mark.parametrize("char", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
@pytest.mark.parametrize("kind", [LineField, TextField])
def test_what_turns_the_text_around_it_is_refused(kind: type[TextField], char: str) -> None:
    assert codes(kind(), f"invoice{char}fdp.exe") == ["direction_override"]


@pytest.mark.parametrize("char", "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u061c\U000e0041")
def test_what_only_hides_is_dropped_so_that_no_two_names_differ_by_it(char: str) -> None:
    assert LineField().run_validation(f"Ac{char}me") == "Acme"


@pytest.mark.parametrize("nothing", ["\u200b", " \u200d ", "\u3164", "\u2800", "\u115f\u1160", "\u0301"])
def test_what_cannot_be_seen_is_blank(nothing: str) -> None:
    assert codes(LineField(), nothing) == ["blank"]
    assert LineField(allow_blank=True).run_validation(nothing) == ""


def test_length_is_counted_of_what_is_kept() -> None:
    assert LineField(max_length=4).run_validation("A\u200bc\u200bm\u200be") == "Acme"
    assert codes(LineField(max_length=3), "Acme") == ["max_length"]


@pytest.mark.parametrize("value", [7, None, [], {}, True])
def test_only_text_is_text(value: object) -> None:
    assert codes(LineField(), value) in (["invalid"], ["null"])
