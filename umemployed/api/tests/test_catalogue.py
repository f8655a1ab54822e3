"""French for what the API says: the rooms lack nothing, and what is compiled says what its source says."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from rest_framework.test import APIClient

BASE = Path(settings.BASE_DIR)
# Every room that can say something, also one that has no catalogue yet.
WHOLE = sorted(path.parent for pattern in ("*/apps.py", "umemployed/*/apps.py") for path in BASE.glob(pattern))
CATALOGUES = sorted(
    path
    for path in BASE.glob("[a-z]*/**/locale/fr/LC_MESSAGES/django.po")
    if not {"node_modules", "var"} & set(path.parts)
)
ENTRY = re.compile(r"^msgid (\".*\")\nmsgstr (\".*\")$", re.MULTILINE)
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
# Said in the documents, which are English, or in the admin, whose words only staff read.
ELSEWHERE = {"help_text", "summary", "verbose_name", "verbose_name_plural"}
COLUMN = re.compile(r"(Field|ForeignKey)$")


def room_of(catalogue: Path) -> Path:
    return catalogue.parents[3]


def catalogue_of(room: Path) -> Path:
    return room / "locale/fr/LC_MESSAGES/django.po"


def name_of(path: Path) -> str:
    return str((room_of(path) if path.suffix else path).relative_to(BASE))


def entries(catalogue: Path) -> dict[str, str]:
    if not catalogue.exists():
        return {}
    found = {ast.literal_eval(key): ast.literal_eval(said) for key, said in ENTRY.findall(catalogue.read_text("utf-8"))}
    found.pop("", None)
    return found


def is_elsewhere(node: ast.AST) -> bool:
    """Return whether the texts below are names of tables and columns, or sentences of the documents."""
    if isinstance(node, ast.keyword):
        return node.arg in ELSEWHERE
    return isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id in ELSEWHERE for to in node.targets)


def is_column(node: ast.AST) -> bool:
    """Return whether this declares a column of a table, whose first argument is its name in the admin."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return bool(COLUMN.search(name))


def marked(node: ast.AST, *, is_model: bool) -> Iterator[str]:
    """Yield each text that is marked for translation and said to somebody who uses the API."""
    for child in ast.iter_child_nodes(node):
        if is_elsewhere(child):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in MARKS:
            text = child.args[0] if child.args else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value
        if isinstance(child, ast.Call) and is_model and is_column(child):
            child = ast.Tuple(elts=[said.value for said in child.keywords if not is_elsewhere(said)])
        yield from marked(child, is_model=is_model)


def spoken(room: Path) -> set[str]:
    """Return the texts of a room that reach its users; not those of its admin, which only staff read."""
    found: set[str] = set()
    for path in room.rglob("*.py"):
        rooms = {*path.relative_to(room).parts[:-1], path.stem}
        if not rooms & {"tests", "migrations", "admin"}:
            found.update(marked(ast.parse(path.read_text("utf-8")), is_model="models" in rooms))
    return found


def cure(room: Path, lacking: set[str]) -> str:
    """Return what to do about texts without French, as commands and entries to copy."""
    source = catalogue_of(room).relative_to(BASE)
    texts = "\n\n".join(f'msgid {quoted(text)}\nmsgstr ""' for text in sorted(lacking))
    return f"""Append the entries below to {source} with their French in msgstr, on one line each, then run
    {compiling(source)}
(from Debian's package gettext), and commit both files. A conflict in the .mo is mended by the same command.

{texts}
"""


def compiling(source: Path) -> str:
    """Return the command that compiles a catalogue."""
    return f"msgfmt --check-format -o {source.with_suffix('.mo')} {source}"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name_of)
def test_the_compiled_catalogue_says_what_its_source_says(catalogue: Path) -> None:
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        said = gettext.GNUTranslations(compiled)
    assert entries(catalogue)
    assert {key: said.gettext(key) for key in entries(catalogue)} == entries(catalogue), compiling(catalogue)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name_of)
def test_whoever_asks_for_french_is_told_what_the_catalogue_says(catalogue: Path) -> None:
    """Of the apps, of Django and of libraries, the first that translates a text speaks for all."""
    with translation.override("fr"):
        assert {key: translation.gettext(key) for key in entries(catalogue)} == entries(catalogue)


@pytest.mark.parametrize("room", WHOLE, ids=name_of)
def test_no_text_of_a_room_lacks_its_french(room: Path) -> None:
    lacking = spoken(room) - {text for text, said in entries(catalogue_of(room)).items() if said}
    assert not lacking, cure(room, lacking)


def test_one_text_is_said_in_one_way() -> None:
    """Django merges the catalogues into one, so the first of two would speak for both rooms."""
    said: dict[str, str] = {}
    for catalogue in CATALOGUES:
        for text, french in entries(catalogue).items():
            assert said.setdefault(text, french) == french, f"{name_of(catalogue)}: {text}"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name_of)
def test_high_punctuation_stays_on_the_line_of_its_word(catalogue: Path) -> None:
    """As French typography has it: a no-break space stands before ``: ; ! ? »`` and after ``«``."""
    for said in entries(catalogue).values():
        plain = re.sub(r"`[^`]+`", "", said)
        assert not re.search(r" [:;!?»](?!\w)|« ", plain), f"Put U+00A0 instead of the space, and run msgfmt: {said}"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name_of)
def test_what_is_filled_in_is_the_same_in_french(catalogue: Path) -> None:
    holes = re.compile(r"\{\w*[^{}]*\}|%\(\w+\)[sd]|%[sd]|`[^`]+`")
    for key, said in entries(catalogue).items():
        assert sorted(holes.findall(said)) == sorted(holes.findall(key)), key


@pytest.mark.django_db
def test_problems_and_labels_are_in_the_language_that_a_request_asks_for(api: APIClient) -> None:
    french = {"Accept-Language": "fr-CM, fr;q=0.9, en;q=0.5"}
    labels = {
        term["id"]: term["label"] for term in api.get("/api/v1/dictionaries/", headers=french).json()["job_status"]
    }
    assert labels["closed"] == "fermée"
    refused = api.post("/api/v1/auth/login/", {"email": "a@b.cm", "password": "1"}, headers=french)
    assert refused.json()["title"] == "Adresse ou mot de passe erroné"
    assert refused["Content-Language"] == "fr"
    assert api.get("/api/v1/me/").json()["title"] == "Sign in first"
