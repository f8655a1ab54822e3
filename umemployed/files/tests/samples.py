"""Small true files of each format, clean already, and files that lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf

TEXT = "Curriculum vitae\nÉlodie Ngo, développeuse\n".encode()
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00" + b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\x00\xff\xd9"
)


def pdf_bytes(pdf: pikepdf.Pdf) -> bytes:
    """Return a document as the cleaner writes one."""
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return target.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 1, height: int = 1) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def docx(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


PDF = (
    b"%PDF-1.3\n"
    b"%\xbf\xf7\xa2\xfe\n"
    b"1 0 obj\n"
    b"<< /Pages 2 0 R /Type /Catalog >>\n"
    b"endobj\n"
    b"2 0 obj\n"
    b"<< /Count 1 /Kids [ 3 0 R ] /Type /Pages >>\n"
    b"endobj\n"
    b"3 0 obj\n"
    b"<< /Contents 4 0 R /MediaBox [ 0 0 595 842 ] /Parent 2 0 R /Resources << >> /Type /Page >>\n"
    b"endobj\n"
    b"4 0 obj\n"
    b"<< /Length 0 >>\n"
    b"stream\n"
    b"endstream\n"
    b"endobj\n"
    b"xref\n"
    b"0 5\n"
    b"0000000000 65535 f \n"
    b"0000000015 00000 n \n"
    b"0000000064 00000 n \n"
    b"0000000123 00000 n \n"
    b"0000000229 00000 n \n"
    b"trailer << /Root 1 0 R /Size 5 /ID [<ba9bb55020022cc8a76d417e57d3d9c8><139bbe34f85e50efacfdc719e874c0ce>] >>\n"
    b"startxref\n"
    b"277\n"
    b"%%EOF\n"
)
DOCX = docx()
PNG = png()
TRUE = {"a.pdf": PDF, "a.docx": DOCX, "a.png": PNG, "a.jpg": JPEG, "a.jpeg": JPEG, "a.txt": TEXT}
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PLAIN_ZIP = io.BytesIO()
with zipfile.ZipFile(PLAIN_ZIP, "w") as _archive:
    _archive.writestr("readme", "hello")
# (name, bytes): each promises what it is not.
LIES = [
    *[
        (f"a{extension}", data)
        for extension in (".pdf", ".docx", ".png", ".jpg")
        for data in (TEXT, HTML, SVG, b"MZ\x90")
    ],
    *[
        ("a.txt", data)
        for data in (HTML, SVG, PDF, PNG, JPEG, DOCX, b"MZ\x90\0", b"\xff\xfe\x00", b"\n <HTML>", b"<?xml?>")
    ],
    ("a.pdf", b"\n" + PDF),
    ("a.pdf", PDF.replace(b"%%EOF", b"")),
    ("a.pdf", PNG),
    ("a.docx", PLAIN_ZIP.getvalue()),
    ("a.docx", DOCX[:-30]),
    ("a.docx", docx(**{"word/vbaProject.bin": b"macro"})),
    ("a.docx", docx(**{"word/embeddings/inner.zip": b"PK"})),
    ("a.docx", docx(**{"word/media/bomb": b"\0" * 5_000_000})),
    ("a.png", png(20_000, 20_000)),
    ("a.png", png(0, 1)),
    ("a.png", PNG[:-4]),
    ("a.png", PNG[:20] + b"\0\0\0\x09" + PNG[24:]),
    ("a.jpg", JPEG[:-2]),
    ("a.jpg", JPEG.replace(b"\x00\x10\x00\x10\x01\x01", b"\xff\xff\xff\xff\x01\x01")),
    ("a.jpg", b"\xff\xd8\xff\xe0\x00\x00\xff\xd9"),
]
