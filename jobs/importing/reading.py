"""The rows of a file: CSV with a header, JSON Lines, a board's or a page's postings. What cannot be read is a row."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from jobs.importing.fetching import rows_of_address
from jobs.importing.postings import rows_of_text
from jobs.importing.rows import Row, distinct
from jobs.importing.vocabulary import SourceKind

# Far above the texts that a posting may have, so that a long one is a row with a reason and not the end of the run.
FIELD_CHARACTERS = 16 * 1024 * 1024
BROKEN = re.compile("[\udc80-\udcff]")
KINDS = {
    ".csv": SourceKind.TABLE,
    ".urls": SourceKind.ADDRESSES,
    **dict.fromkeys((".json", ".html", ".htm", ".jsonld"), SourceKind.DOCUMENT),
}
RECODE = "save the file as UTF-8 (iconv -f WINDOWS-1252 -t UTF-8)"


class UnreadableFile(ValueError):
    """The file, as a whole, is not what it should be."""


def read_rows(path: Path, *, only_public: bool = True) -> Iterator[Row]:
    """Yield the rows in order; raise UnreadableFile for a file whose rows cannot be told apart.

    The suffix says what it is: ``.csv``; ``.json`` and ``.html``, a document with postings (one of Greenhouse's
    boards, or JobPosting); ``.urls``, addresses of such documents, one a line; anything else is JSON Lines. UTF-8,
    with or without a byte order mark. Memory: one row, or one document.
    """
    kind = KINDS.get(path.suffix.lower(), SourceKind.LINES)
    # A byte that is no UTF-8 becomes half of a surrogate pair, which no good text holds: it marks its row.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline=newline_of(kind)) as file:
        empty = True
        for unit in units_of(file, kind, only_public=only_public):
            empty = False
            yield from unit
        if empty:
            raise UnreadableFile(f"{path}: the file is empty: there is no row in it.")


def newline_of(kind: str) -> str:
    """Return how a source's lines are told apart: a table's reader does it itself."""
    return "" if kind == SourceKind.TABLE else "\n"


def units_of(file: TextIO, kind: str, *, skip: int = 0, only_public: bool = True) -> Iterator[list[Row]]:
    """Yield what is accounted for at once: each row, or of a list of addresses the rows of each page.

    The first ``skip`` units are passed by; pages among them are not asked. Raises UnreadableFile.
    """
    if kind == SourceKind.ADDRESSES:
        for address in islice(addresses_in(file), skip, None):
            yield list(rows_of_address(address, only_public=only_public))
    else:
        for row in islice(rows_in(file, kind), skip, None):
            yield [row]


def count_units(file: TextIO, kind: str) -> int:
    """Return how many units there are; no page is asked. Raises UnreadableFile."""
    return sum(1 for _ in (addresses_in(file) if kind == SourceKind.ADDRESSES else rows_in(file, kind)))


def rows_in(file: TextIO, kind: str) -> Iterator[Row]:
    """Yield the rows of a file that holds them itself."""
    if kind == SourceKind.TABLE:
        return csv_rows(file)
    return document_rows(file.read()) if kind == SourceKind.DOCUMENT else json_rows(file)


def addresses_in(file: TextIO) -> Iterator[str]:
    """Yield the lines that are not blank; bytes that are no UTF-8 are shown as such."""
    lines = (line.encode("utf-8", "replace").decode().strip() for line in file)
    return (line for line in lines if line)


def document_rows(text: str) -> Iterator[Row]:
    """Yield a document's postings; none for an empty one. Raises UnreadableFile for one that is no text."""
    if is_broken(text):
        raise UnreadableFile(f"The document is not UTF-8: {RECODE}.")
    return rows_of_text(text) if text.strip() else iter(())


# --- CSV -----------------------------------------------------------------------------------------
def csv_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Yield the rows under the header; a row with more or fewer cells than the header has a fault."""
    csv.field_size_limit(FIELD_CHARACTERS)
    reader = csv.reader(lines)
    header = next(reader, [])
    check_header(header)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(fault=f"the row cannot be read: {error}")
            continue
        if cells:
            yield csv_row(header, cells)


def check_header(header: list[str]) -> None:
    """Raise UnreadableFile for names that are no text, or stand twice: nobody knows which of them is meant."""
    if any(is_broken(name) for name in header):
        raise UnreadableFile(f"The header is not UTF-8: {RECODE}.")
    twice = sorted(name for name, times in Counter(header).items() if times > 1 and name)
    if twice:
        raise UnreadableFile(f"The header names a column twice: {', '.join(twice)}.")


def csv_row(header: list[str], cells: list[str]) -> Row:
    """Return a row by its header's names."""
    named = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        return Row(named, f"the row has {len(cells)} columns, the header {len(header)}")
    broken = [name for name, cell in named.items() if is_broken(cell)]
    return Row(named, f"{', '.join(broken)}: not UTF-8; {RECODE}" if broken else "")


def is_broken(text: str) -> bool:
    """Say whether bytes stood here that are no UTF-8."""
    return not text.isascii() and BROKEN.search(text) is not None


# --- JSON Lines ----------------------------------------------------------------------------------
def json_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Yield one row per line that is not blank."""
    for line in lines:
        if line.strip():
            yield json_row(line)


def json_row(line: str) -> Row:
    """Return one line's object, or what is wrong with it."""
    if is_broken(line):
        return Row(fault=f"the line is not UTF-8; {RECODE}")
    try:
        row = json.loads(line, object_pairs_hook=distinct)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, which Python refuses to read
        return Row(fault=f"the line cannot be read: not JSON: {str(error)[:200]}")
    return Row(row) if isinstance(row, dict) else Row(fault="the line cannot be read: not an object")
