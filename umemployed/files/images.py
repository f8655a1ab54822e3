"""Removes from JPEG and PNG everything that is not the picture; no pixel is decoded, none changes.

Imports nothing of the project: the program that cleans PDFs runs this file by its path.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

ORIENTATION = 0x0112
ICC_PROFILE = b"ICC_PROFILE\0"
MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # neither a stuffed byte, nor a restart, nor a fill byte
# What changes how a picture looks. Text, times, EXIF, animation and private chunks are left out.
PNG_CHUNKS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"cICP",
    b"sBIT",
    b"bKGD",
}
PNG_CHUNKS |= {b"pHYs"}
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type


class Expands(ValueError):
    """The packed pixels are more than the declared picture has."""


def jpeg_without_metadata(data: bytes) -> bytes:
    """Return the picture, its colour profile and which way is up; raises ValueError when it is broken.

    EXIF (places, cameras, thumbnails), XMP, comments and what follows the picture are gone (ITU T.81 annex B).
    """
    kept, upright = [b"\xff\xd8"], 1
    for marker, segment in jpeg_segments(data):
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            upright = orientation(segment[10:])
        elif is_picture(marker, segment):
            kept.append(segment)
    if upright != 1:
        kept.insert(2 if kept[1].startswith(b"\xff\xe0") else 1, upright_exif(upright))
    return b"".join(kept)


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each marker with its bytes, a scan's data included, up to the end of the picture."""
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if len(data) < at + 2 or data[at] != 0xFF:
            raise ValueError("no marker where one must be")
        marker, end = data[at + 1], at + 2
        if marker not in {0x01, 0xD9}:
            end += struct.unpack(">H", data[end : end + 2].rjust(2, b"\0"))[0]
            if end < at + 4 or end > len(data):
                raise ValueError("a segment of impossible length")
        if marker == 0xDA:
            following = MARKER_AFTER_SCAN.search(data, end)
            if following is None:
                raise ValueError("a scan without an end")
            end = following.start()
        yield marker, data[at:end]
        if marker == 0xD9:
            return
        at = end


def is_picture(marker: int, segment: bytes) -> bool:
    """Say whether a decoder needs the segment: all but the application's own and comments."""
    if marker == 0xE0:
        return segment[4:9] == b"JFIF\0"
    if marker == 0xE2:
        return segment[4:16] == ICC_PROFILE
    return marker == 0xEE or not (0xE1 <= marker <= 0xEF or marker == 0xFE)


def orientation(tiff: bytes) -> int:
    """Return the EXIF orientation, 1 to 8; 1 when it is not told or not readable."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _number, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if (tag, kind) == (ORIENTATION, 3) and 1 <= value <= 8:
                return value
    except struct.error:
        return 1
    return 1


def upright_exif(value: int) -> bytes:
    """Return an EXIF segment that tells the orientation and nothing else."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, 3, 1, value, 0, 0)
    return struct.pack(">HH", 0xFFE1, 8 + len(tiff)) + b"Exif\0\0" + tiff


def png_without_metadata(data: bytes) -> bytes:
    """Return the still picture and how to show it; raises ValueError when it is broken, Expands when it is a bomb."""
    if len(data) < 33:
        raise ValueError("no header")
    kept, pixels = [data[:8]], zlib.decompressobj()
    room = png_capacity(data)
    for kind, chunk in png_chunks(data):
        if kind == b"IDAT":
            room -= inflated(pixels, chunk[8:-4], room)
        if kind in PNG_CHUNKS:
            kept.append(chunk)
    return b"".join(kept)


def png_capacity(data: bytes) -> int:
    """Return how many bytes the declared picture unpacks to at most, its seven interlaced passes included."""
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    row = 1 + (width * depth * PNG_CHANNELS.get(colour, 4) + 7) // 8
    return 2 * row * height + 64


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk whole, to the last one; raises ValueError at a wrong length or checksum (ISO 15948)."""
    at, kind = 8, b""
    while kind != b"IEND":
        if len(data) < at + 12:
            raise ValueError("a chunk is missing")
        end = at + 12 + struct.unpack(">I", data[at : at + 4])[0]
        kind, chunk = data[at + 4 : at + 8], data[at:end]
        if end > len(data) or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise ValueError("a chunk is broken")
        yield kind, chunk
        at = end


def inflated(stream: zlib._Decompress, packed: bytes, room: int) -> int:
    """Return how many bytes come out, holding few of them; raises Expands when there are more than ``room``."""
    total = 0
    try:
        while packed and not stream.eof:
            total += len(stream.decompress(packed, 256 * 1024))
            packed = stream.unconsumed_tail
            if total > room:
                raise Expands("more pixels than declared")
    except zlib.error as error:
        raise ValueError("the pixels cannot be unpacked") from error
    return total
