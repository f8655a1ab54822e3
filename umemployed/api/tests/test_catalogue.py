"""French for what the API says: the conventions lack nothing, and what is compiled says what its source says."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


def room_of(catalogue: Path) -> Path:
    return catalogue.parents[3]


CATALOGUES = sorted(
    path
    for path in Path(settings.BASE_DIR).glob("[a-z]*/**/locale/fr/LC_MESSAGES/django.po")
    if not {"node_modules", "var"} & set(path.parts)
)
# Whose every text is French, too; notifications is proved by its kinds.
WHOLE = [path for path in CATALOGUES if room_of(path).name in {"api", "embedded"}]
ENTRY = re.compile(r"^msgid (\".*\")\nmsgstr (\".*\")$", re.MULTILINE)
MARKS = {"_", "gettext", "gettext_lazy"}
# Said in the document, which is English, or in the admin, which has its own words.
ELSEWHERE = {"help_text", "verbose_name", "verbose_name_plural"}


def entries(catalogue: Path) -> dict[str, str]:
    found = {ast.literal_eval(key): ast.literal_eval(said) for key, said in ENTRY.findall(catalogue.read_text("utf-8"))}
    found.pop("", None)
    return found


def marked(node: ast.AST) -> Iterator[str]:
    """Yield each text that is marked for translation and said to somebody who uses the API."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword) and child.arg in ELSEWHERE:
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in MARKS:
            yield from (text.value for text in child.args[:1] if isinstance(text, ast.Constant))
        yield from marked(child)


def spoken(room: Path) -> set[str]:
    """Return the texts of a room that reach its users."""
    left_out = {"tests", "migrations", "models"}
    files = [path for path in room.rglob("*.py") if not left_out & set(path.relative_to(room).parts)]
    files = [path for path in files if path.stem not in {"admin", "models", "kinds"}]
    return {text for path in files for text in marked(ast.parse(path.read_text("utf-8")))}


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: str(room_of(path).name))
def test_the_compiled_catalogue_says_what_its_source_says(catalogue: Path) -> None:
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        said = gettext.GNUTranslations(compiled)
    assert entries(catalogue)
    assert {key: said.gettext(key) for key in entries(catalogue)} == entries(catalogue)


@pytest.mark.parametrize("catalogue", WHOLE, ids=lambda path: str(room_of(path).name))
def test_no_text_of_a_room_lacks_its_french(catalogue: Path) -> None:
    lacking = spoken(room_of(catalogue)) - entries(catalogue).keys()
    assert not lacking, "\n".join(f'msgid "{text}"\nmsgstr ""\n' for text in sorted(lacking))


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: str(room_of(path).name))
def test_what_is_filled_in_is_the_same_in_french(catalogue: Path) -> None:
    for key, said in entries(catalogue).items():
        assert sorted(re.findall(r"\{\w*\}|%\(\w+\)s|`[^`]+`", said)) == sorted(
            re.findall(r"\{\w*\}|%\(\w+\)s|`[^`]+`", key)
        ), key
