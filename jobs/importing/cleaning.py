"""Text as people wrote it, out of text as scrapers left it."""

from __future__ import annotations

import html
import re
import unicodedata

TOKEN = re.compile(r"#(EMAIL|PHONE|URL)_[0-9a-f]{16,}#")
NEUTRAL = {"EMAIL": "[e-mail]", "PHONE": "[phone]", "URL": "[link]"}
BREAK = re.compile(r"<\s*(?:br|/p|/li|/div|/h\d|/ul|/ol)[^>]*>", re.I)
TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
# UTF-8 read as something narrower, as it is met in real exports.
MISREAD = {
    "â€™": "\u2019",
    "â€œ": "\u201c",
    "â€\x9d": "\u201d",
    "â€“": "\u2013",
    "â€”": "\u2014",
    "â€¢": "\n\u2022",
    "€¢": "\n\u2022",
    "€™": "\u2019",
    "€œ": "\u201c",
    "€\x9d": "\u201d",
    "€“": "\u2013",
    "€”": "\u2014",
    "\u00a0": " ",
}
# Where a line ended the break was lost: "the futureIn January", "skills.Good". Names written in camel case stay.
AFTER_STOP = re.compile(r"(?<=[a-z)\d][.!?:;])(?=[A-Z][a-z])|(?<=[a-z]\))(?=[A-Z][a-z])")
RUN_TOGETHER = re.compile(r"([A-Z]?[a-z]{2,})(?=[A-Z][a-z])")
# First halves of names that are written in camel case: JavaScript, PowerPoint, LinkedIn, McDonald.
CAMEL = re.compile(
    "java|type|coffee|action|post|my|share|power|linked|face|you|git|bit|mongo|open|dev|word|quick|back|front|full"
    "|dyn|any|air|net|mac|mc|sales|auto|black|cloud|data|fed|master|photo|pay|play|snap|sound|tik|one|hub|spot",
    re.IGNORECASE,
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff\ud800-\udfff]")


def clean_text(text: str, limit: int) -> str:
    """Return readable plain text of at most ``limit`` characters: no markup, entities, tokens or control characters."""
    for wrong, right in MISREAD.items():
        text = text.replace(wrong, right)
    text = TAG.sub(" ", BREAK.sub("\n", html.unescape(html.unescape(text))))
    text = TOKEN.sub(lambda match: f" {NEUTRAL[match.group(1)]} ", text)
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " "))
    text = part_lines(unicodedata.normalize("NFC", text))
    text = re.sub(r"[ \t]{3,}", "\n", text)
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()[:limit].rstrip()


def part_lines(text: str) -> str:
    """Put back the line breaks that were lost between a word and the next line's capital."""
    text = AFTER_STOP.sub("\n", text)
    return RUN_TOGETHER.sub(lambda match: match[1] + ("" if CAMEL.fullmatch(match[1]) else "\n"), text)


def clean_line(text: str, limit: int) -> str:
    """Return one line of at most ``limit`` characters; words are left as they are."""
    text = TOKEN.sub(" ", TAG.sub(" ", html.unescape(text)))
    return " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())[:limit].rstrip()
