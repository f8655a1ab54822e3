"""The formats that we accept, each with a look into the bytes that believes no name and no header."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_PIXELS = 40_000_000
MAX_EXPANSION = 50  # times the packed size
MAX_MEMBERS = 2000
MARKUP = re.compile(rb"^\s*<(!doctype|html|head|body|script|svg|iframe|\?xml|!--)", re.IGNORECASE)
ARCHIVES = (".zip", ".jar", ".7z", ".rar", ".gz", ".tar", ".docx", ".xlsx", ".pptx")


class Mismatch(Exception):
    """The bytes are not what the name promises, or are built to harm. ``code`` is machine-readable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Format:
    """A media type, its extensions, and the check that raises Mismatch."""

    content_type: str
    extensions: tuple[str, ...]
    check: Callable[[bytes], None]


def demand(truth: bool, code: str = "content_mismatch") -> None:
    """Raise Mismatch unless it is so."""
    if not truth:
        raise Mismatch(code)


def check_pdf(data: bytes) -> None:
    """Demand a header at the very start and an end-of-file mark near the end (ISO 32000-1 §7.5)."""
    demand(re.match(rb"%PDF-[12]\.\d", data) is not None)
    demand(b"%%EOF" in data[-2048:])


def check_docx(data: bytes) -> None:
    """Demand an Office Open XML text document, without macros, of honest size once unpacked."""
    demand(data.startswith(b"PK\x03\x04"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            demand(len(members) <= MAX_MEMBERS, "too_complex")
            names = {member.filename for member in members}
            demand({"[Content_Types].xml", "word/document.xml"} <= names)
            demand(not any(name.lower().endswith(("vbaproject.bin", *ARCHIVES)) for name in names), "active_content")
            unpacked = sum(len(part) for member in members for part in parts_of(archive, member, len(data)))
            demand(unpacked <= MAX_EXPANSION * len(data), "too_complex")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, struct.error, OSError):
        raise Mismatch("content_mismatch") from None


def parts_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo, packed: int) -> Iterator[bytes]:
    """Yield a member's unpacked bytes in pieces; what the directory says of its size is not believed."""
    left = MAX_EXPANSION * packed
    with archive.open(member) as stream:
        while piece := stream.read(64 * 1024):
            left -= len(piece)
            demand(left >= 0, "too_complex")
            yield piece


def check_png(data: bytes) -> None:
    """Demand signature, first chunk with its checksum, sane dimensions and the last chunk (ISO 15948)."""
    demand(data.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and len(data) >= 45)
    demand(zlib.crc32(data[12:29]) == struct.unpack(">I", data[29:33])[0])
    check_pixels(*struct.unpack(">II", data[16:24]))
    demand(data.endswith(b"\x00\x00\x00\x00IEND\xaeB`\x82"))


def check_jpeg(data: bytes) -> None:
    """Demand start and end of image, and a frame header with sane dimensions (ITU T.81 annex B)."""
    demand(data.startswith(b"\xff\xd8\xff") and data.rstrip(b"\0").endswith(b"\xff\xd9"))
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            check_pixels(width, height)
            return
        demand(length >= 2 and marker != 0xDA)
        at += 2 + length
    raise Mismatch("content_mismatch")


def check_pixels(width: int, height: int) -> None:
    """Demand an area that can be decoded without exhausting memory."""
    demand(width > 0 and height > 0)
    demand(width * height <= MAX_PIXELS, "too_complex")


def check_text(data: bytes) -> None:
    """Demand UTF-8 text without control characters that does not begin as markup."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Mismatch("content_mismatch") from None
    demand(not any(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r\f" for letter in text))
    demand(MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")) is None and not data.startswith(b"%PDF"))


BINARY = (b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"MZ", b"GIF8")


def check_rows(data: bytes) -> None:
    """Demand what may be rows of text: no known binary format, no NUL, no markup. Whoever reads it judges each row."""
    text = data.removeprefix(b"\xef\xbb\xbf")
    demand(not text.startswith(BINARY) and b"\0" not in text and MARKUP.match(text) is None)


def check_json(data: bytes) -> None:
    """Demand rows of text that begin as a document of JSON with members does."""
    check_rows(data)
    demand(data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["})


PDF = Format("application/pdf", (".pdf",), check_pdf)
DOCX = Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), check_docx)
PNG = Format("image/png", (".png",), check_png)
JPEG = Format("image/jpeg", (".jpg", ".jpeg"), check_jpeg)
TEXT = Format("text/plain", (".txt",), check_text)
CSV = Format("text/csv", (".csv",), check_rows)
JSON = Format("application/json", (".json", ".jsonld"), check_json)
JSON_LINES = Format("application/jsonl", (".jsonl", ".ndjson"), check_rows)
FORMATS = {kind.content_type: kind for kind in (PDF, DOCX, PNG, JPEG, TEXT, CSV, JSON, JSON_LINES)}
