"""A program: reads a PDF from its standard input and writes it without anything that acts, hides or tells on people.

``cleaning`` runs it by its path, as a process of its own with little memory and time: whatever a hostile
document does to the parser, it does there. Therefore it imports nothing of the project.

It exits with 0 and the clean document, or with REFUSED and the reason as one word.
"""

from __future__ import annotations

import io
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import settings as qpdf

try:
    import resource
except ImportError:  # not a POSIX system; the parent's clock remains
    resource = None  # type: ignore[assignment]

REFUSED = 3
MEBIBYTE = 1024 * 1024
MAX_MEMORY = 256 * MEBIBYTE  # of addresses: more than a hundred are the libraries' own and one stream
MAX_STREAM = 64 * MEBIBYTE
MAX_FILTERS = 3  # of one stream, each unpacking the one before
MAX_SECONDS = 5
MAX_PIXELS = 40_000_000
MAX_EXPANSION = 50
FREE_EXPANSION = 32 * MEBIBYTE  # a blank mask of one page packs a thousandfold and is honest
# Keys of any dictionary (ISO 32000-2) whose value acts, carries a file, or describes who made the document.
KEYS = {
    *("/OpenAction", "/AA", "/JS", "/JavaScript", "/URLS", "/XFA", "/Collection", "/Requirements"),
    *("/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/RichMediaContent", "/RichMediaSettings", "/Renditions"),
    *("/Metadata", "/PieceInfo", "/LastModified"),
}
# What only leads somewhere inside the document, or shows and hides its parts; a link out must be a plain address.
ACTIONS = {"/GoTo", "/Named", "/URI", "/Hide", "/SetOCGState", "/Thread", "/Trans", "/ResetForm"}
FORBIDDEN = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/GoToDp", "/GoTo3DView"),
    *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/ECMAScript"),
}
ADDRESSES = ("https:", "http:", "mailto:", "tel:")
TYPES = {"/EmbeddedFile", "/Filespec"}
ANNOTATIONS = {"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"}
jpeg_without_metadata = runpy.run_path(str(Path(__file__).with_name("images.py")))["jpeg_without_metadata"]


class Refused(Exception):
    """The document cannot be made clean; the argument says why in one word."""


def limit() -> None:
    """Bound what this process and its parser may take."""
    qpdf.set_qpdf_limits(
        parser_max_nesting=100,
        max_stream_filters=MAX_FILTERS,
        flate_max_memory=MAX_STREAM,
        run_length_max_memory=MAX_STREAM,
        png_max_memory=MAX_STREAM,
        tiff_max_memory=MAX_STREAM,
    )
    if resource is not None and sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


def cleaned(data: bytes) -> bytes:
    """Return the document written anew from what can be reached in it; raises Refused."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) == 0:
                raise Refused("content_mismatch")
            judge_streams(pdf, max(FREE_EXPANSION, MAX_EXPANSION * len(data)))
            for thing in pdf.objects:
                scrub(thing)
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            target = io.BytesIO()
            pdf.save(target, encryption=False, deterministic_id=True, fix_metadata_version=False, preserve_pdfa=False)
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    except MemoryError:
        raise Refused("too_complex") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise Refused("too_complex" if is_limit(error) else "content_mismatch") from None
    return target.getvalue()


def judge_streams(pdf: pikepdf.Pdf, room: int) -> None:
    """Refuse pictures of too many pixels and streams that unpack to more than ``room`` bytes; clean photographs."""
    for stream in pdf.objects:
        if not isinstance(stream, pikepdf.Stream):
            continue
        if stream.get("/Subtype") == "/Image" and area(stream) > MAX_PIXELS:
            raise Refused("too_complex")
        if stream.get("/Filter") == "/DCTDecode":
            clean_photograph(stream)
            continue
        room -= unpacked_size(stream)
        if room < 0:
            raise Refused("too_complex")


def area(image: pikepdf.Stream) -> int:
    """Return the pixels of a picture; what is no number counts as none."""
    width, height = image.get("/Width"), image.get("/Height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def clean_photograph(stream: pikepdf.Stream) -> None:
    """Take the camera's notes out of a JPEG; leaves what is broken to the viewer."""
    try:
        picture = jpeg_without_metadata(stream.read_raw_bytes())
    except ValueError:
        return
    parameters: Any = stream.get("/DecodeParms")
    stream.write(picture, filter=pikepdf.Name.DCTDecode, decode_parms=parameters)


def unpacked_size(stream: pikepdf.Stream) -> int:
    """Return the unpacked size; 0 of what is packed as a picture, or broken. Refuses nests and giants."""
    filters = stream.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) > MAX_FILTERS:
        raise Refused("too_complex")
    try:
        return len(stream.get_stream_buffer())
    except pikepdf.PdfError as error:
        if is_limit(error):
            raise Refused("too_complex") from None
        return 0


def is_limit(error: Exception) -> bool:
    """Say whether the parser gave up because of our limits; of memory it tells by words alone."""
    return qpdf.qpdf_limit_errors() > 0 or "limit exceeded" in str(error)


def scrub(thing: Any) -> None:
    """Take out of one object, and of what is written inside it, all that acts, hides or tells."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Stream):
            for key in ("/F", "/FFilter", "/FDecodeParms"):  # a stream whose data is another file
                if key in part:
                    del part[key]
        if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            for key in [key for key, value in part.items() if key in KEYS or is_unwanted(value)]:
                del part[key]
            waiting.extend(inner(part.values()))
        elif isinstance(part, pikepdf.Array):
            for at in reversed([at for at, value in enumerate(part) if is_unwanted(value)]):
                del part[at]
            waiting.extend(inner(part))


def inner(values: Any) -> Iterator[Any]:
    """Yield containers that are written in place; references lead to objects that come in their own turn."""
    for value in values:
        if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect:
            yield value


def is_unwanted(value: Any) -> bool:
    """Say whether a value is an action that does more than lead on, a file, or something that plays."""
    if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return False
    action = str(value.get("/S", ""))
    if value.get("/Type") == "/Action" or "/URI" in value or "/JS" in value or action in FORBIDDEN:
        return action not in ACTIONS or (action == "/URI" and not is_address(value.get("/URI")))
    return str(value.get("/Type", "")) in TYPES or str(value.get("/Subtype", "")) in ANNOTATIONS


def is_address(value: Any) -> bool:
    """Say whether a link leads to a page, a mailbox or a telephone."""
    return isinstance(value, pikepdf.String) and str(value).strip().lower().startswith(ADDRESSES)


def main() -> int:
    """Clean standard input to standard output."""
    data = sys.stdin.buffer.read()
    limit()
    try:
        sys.stdout.buffer.write(cleaned(data))
    except Refused as reason:
        sys.stdout.write(str(reason))
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
