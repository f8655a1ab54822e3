"""Makes of an accepted file the copy that is kept: the same to the eye, without what acts or tells on people."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from umemployed.files import images
from umemployed.files.formats import JPEG, PDF, PNG, Mismatch

logger = logging.getLogger(__name__)
PDF_CLEANER = Path(__file__).with_name("pdf_cleaner.py")  # run, never imported: its parser stays out of our process
PDF_SECONDS = 5
REFUSED = 3  # its exit code


def clean(content_type: str, data: bytes) -> bytes:
    """Return the bytes to keep; raises Mismatch when there is no clean copy. A PDF costs a process, 5 s at most."""
    cleaner = CLEANERS.get(content_type)
    return cleaner(data) if cleaner else data


def clean_image(strip: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return a cleaner that tells a broken picture from a bomb."""

    def cleaner(data: bytes) -> bytes:
        try:
            return strip(data)
        except images.Expands:
            raise Mismatch("too_complex") from None
        except ValueError:
            raise Mismatch("content_mismatch") from None

    return cleaner


def clean_pdf(data: bytes) -> bytes:
    """Run the cleaner of PDFs on a leash; one that dies or dawdles has met a document built to harm."""
    program = [sys.executable, "-I", str(PDF_CLEANER)]
    try:
        done = subprocess.run(program, input=data, capture_output=True, timeout=PDF_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Mismatch("too_complex") from None
    if done.returncode == REFUSED:
        raise Mismatch(done.stdout.decode())
    if done.returncode != 0:
        last_words = done.stderr[-2000:].decode("utf-8", "replace")
        logger.error("The cleaner of PDFs ended with %d: %s", done.returncode, last_words)
        raise Mismatch("too_complex")
    return done.stdout


CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    PDF.content_type: clean_pdf,
    JPEG.content_type: clean_image(images.jpeg_without_metadata),
    PNG.content_type: clean_image(images.png_without_metadata),
}
