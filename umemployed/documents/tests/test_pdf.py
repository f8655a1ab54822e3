from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
import typst

from umemployed.documents.pdf import render_pdf

PAGE = """#let told = json(bytes(sys.inputs.data))
#set document(title: told.title)
#set text(font: "FiraGO", lang: "en")
= #told.title
#told.body
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.typ"
    path.write_text(PAGE)
    return path


def is_accessible(document: bytes) -> bool:
    with pikepdf.open(io.BytesIO(document)) as pdf:
        return "pdfuaid" in str(pdf.open_metadata())


@pytest.mark.parametrize("body", ["Łódź œ", "Ελληνικά", "Привет", "שלום (abc 123)", "مرحبا بكم", "ქართული", "ไทย"])
def test_our_faces_have_the_scripts_and_the_pdf_is_accessible(page: Path, body: str) -> None:
    assert is_accessible(render_pdf(page, {"title": "A title", "body": body}))


def test_a_script_without_a_face_still_makes_a_document(page: Path) -> None:
    document = render_pdf(page, {"title": "A title", "body": "日本語"})
    assert document.startswith(b"%PDF-")
    assert not is_accessible(document)


@pytest.mark.parametrize("body", ["#panic()", '#read("/etc/passwd")', "$x$", "]]]", "\\", '#import "x": *', "\x00\x1f"])
def test_data_are_never_markup(page: Path, body: str) -> None:
    assert render_pdf(page, {"title": "A title", "body": body}).startswith(b"%PDF-")


def test_the_same_data_give_the_same_bytes(page: Path) -> None:
    first, second = (render_pdf(page, {"title": "A", "body": "b"}) for _ in range(2))
    assert first == second


def test_a_broken_template_is_our_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.typ"
    broken.write_text("#let x = ")
    with pytest.raises(typst.TypstError):
        render_pdf(broken, {})
