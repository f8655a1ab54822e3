"""XML by hand, so that a feed is written while it is read: every text well-formed, whatever people typed."""

from __future__ import annotations

import re
from html import escape

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML 1.0 cannot hold at all, not even as a character reference (section 2.2).
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return ILLEGAL.sub("", text)


def element(name: str, text: str | None) -> str:
    """Return an element with escaped text; nothing where there is no text."""
    return f"<{name}>{escape(clean(text))}</{name}>" if text else ""


def cdata(name: str, text: str | None) -> str:
    """Return an element with its text in CDATA; nothing where there is no text."""
    if not text:
        return ""
    return f"<{name}><![CDATA[{clean(text).replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def html_of(*texts: str) -> str:
    """Return plain texts as HTML: a paragraph per blank line, a break per line, everything escaped."""
    paragraphs = [part.strip() for text in texts for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    return "".join(f"<p>{escape(clean(part)).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)
