"""PDF from a Typst template and data. The templates are ours; the data are anybody's and never become markup."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pymupdf_fonts
import typst

# FiraGO (SIL Open Font License): Latin, Cyrillic, Greek, Arabic, Hebrew, Georgian, Thai, Devanagari.
FACES = ("figo", "figbo", "figit", "figbi")
ACCESSIBLE: Literal["ua-1"] = "ua-1"  # PDF/UA-1, ISO 14289: tagged, with a title and a language


@cache
def fonts() -> tempfile.TemporaryDirectory[str]:
    """Return the folder of our faces, laid out once per process and gone with it."""
    folder = tempfile.TemporaryDirectory(prefix="umemployed-fonts-")
    for face in FACES:
        (Path(folder.name) / f"{face}.ttf").write_bytes(pymupdf_fonts.fontbuffers[face]())
    return folder


def render_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """Return the PDF that the template makes of JSON-ready ``data``; about 25 ms, 20 kB.

    The template reads ``json(bytes(sys.inputs.data))`` and uses the font ``FiraGO``. The result is PDF/UA-1 as long as
    the faces have every character; text in another script leaves a plain PDF with boxes in its place. The same
    data give the same bytes. Raises ``typst.TypstError`` for a broken template, which is our fault, not the data's.
    """
    options: dict[str, Any] = {
        "root": str(template.parent),
        "font_paths": [fonts().name],
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(data, ensure_ascii=False)},
    }
    try:
        return compiled(template, pdf_standards=[ACCESSIBLE], **options)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return compiled(template, **options)


def compiled(template: Path, **options: Any) -> bytes:
    """Return what the typesetter makes of the template."""
    return typst.compile(str(template), output=None, **options)
