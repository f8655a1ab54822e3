"""The compiled catalogue is committed; this compares it with its source without any tool of gettext."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from notifications.kinds import KINDS

CATALOGUES = sorted((Path(__file__).resolve().parents[1] / "locale").glob("*/LC_MESSAGES/django.po"))
ENTRY = re.compile(r"^msgid (\".*\")\nmsgstr (\".*\")$", re.MULTILINE)


@pytest.mark.parametrize("source", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_says_what_its_source_says(source: Path) -> None:
    with source.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    entries = {ast.literal_eval(key): ast.literal_eval(text) for key, text in ENTRY.findall(source.read_text("utf-8"))}
    entries.pop("")
    assert entries
    assert {key: catalogue.gettext(key) for key in entries} == entries


def test_every_kind_is_named_and_said_in_french() -> None:
    with override("fr"):
        from django.utils.translation import gettext as say

        for kind in KINDS.values():
            assert say(kind.sentence) != kind.sentence
    for kind in KINDS.values():
        with override("en"):
            english = str(kind.label)
        with override("fr"):
            assert str(kind.label) != english
