"""Names of files: cleaned when they come in, and safe in headers when they go out."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

MAX_LENGTH = 150
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # categories of what shows nothing, or shows text in another order
# RFC 5987 §3.2.1 attr-char, besides letters and digits
ATTR_CHARS = "!#$&+-.^_`|~"


def clean_name(name: str) -> str:
    """Return the last part of a path without control, direction and surrogate characters; may be empty.

    A long name is cut in its middle, so that the extension stays.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in UNSEEN)
    suffix = PurePosixPath(kept).suffix[:20]
    return kept if len(kept) <= MAX_LENGTH else kept[: MAX_LENGTH - len(suffix)] + suffix


def attachment(name: str) -> str:
    """Return a Content-Disposition that makes a browser save the file under its name (RFC 6266, RFC 5987)."""
    plain = unicodedata.normalize("NFKD", clean_name(name)).encode("ascii", "ignore").decode()
    plain = "".join(letter if letter.isalnum() or letter in " ._-()" else "_" for letter in plain) or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean_name(name), safe=ATTR_CHARS)}"
