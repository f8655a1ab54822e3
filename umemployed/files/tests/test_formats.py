from __future__ import annotations

import pytest

from umemployed.files.formats import FORMATS, Mismatch
from umemployed.files.names import attachment, clean_name
from umemployed.files.purposes import PURPOSES
from umemployed.files.tests import factories  # noqa: F401 - registers the purpose
from umemployed.files.tests.samples import LIES, TRUE

HOSTILE = [
    "a\r\nSet-Cookie: x=1.pdf",
    "..\\..\\windows\\win.pdf",
    "../../etc/passwd.pdf",
    "\u202efdp.exe.pdf",
    'quote".pdf',
    "semi;colon=x.pdf",
    "null\0byte.pdf",
    "Élodie — résumé.pdf",
    "履歴書.pdf",
    "سيرة.pdf",
    "😀.pdf",
    "%0d%0a.pdf",
    "a" * 400 + ".pdf",
    "\ud800.pdf",
    "tab\t.pdf",
    "line\u2028sep.pdf",
    "zero\u200bwidth.pdf",
    "back\\slash.pdf",
    "per%cent'quote.pdf",
    "<script>.pdf",
]


@pytest.mark.parametrize("name", TRUE)
def test_a_true_file_passes(name: str) -> None:
    kind = PURPOSES["test"].format_of(name)
    assert kind is not None
    assert kind.check(TRUE[name]) is None
    assert FORMATS[kind.content_type] is kind


@pytest.mark.parametrize(("name", "data"), LIES)
def test_a_file_that_lies_is_found_out(name: str, data: bytes) -> None:
    kind = PURPOSES["test"].format_of(name)
    assert kind is not None
    with pytest.raises(Mismatch):
        kind.check(data)


@pytest.mark.parametrize("name", [name for name in TRUE if not name.endswith("txt")])
def test_no_broken_file_breaks_its_check(name: str) -> None:
    kind = PURPOSES["test"].format_of(name)
    assert kind is not None
    for cut in range(len(TRUE[name]) - 8):
        with pytest.raises(Mismatch):
            kind.check(TRUE[name][:cut])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_leaves_the_header_intact(name: str) -> None:
    header = attachment(name)
    assert header.startswith('attachment; filename="')
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert header.count(";") == 2
    assert ".." not in header
    assert clean_name(name).endswith(".pdf") or clean_name(name) == "pdf"
    assert len(clean_name(name)) <= 150
    assert "/" not in clean_name(name)
