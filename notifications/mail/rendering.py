"""From a letter's source to its two parts.

The source of a letter is ``templates/mail/<kind>/<language>.txt``: the subject on the first line, then
paragraphs with blank lines between. ``[Label] {{ link }}`` is a button, ``* {{ item }}`` a list of ``items``.
Both parts are made from that one source, so they say the same and carry the same links. The structure is
taken from the source before any value is filled in: no value can make a paragraph, a link or a header.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.utils.html import format_html
from django.utils.translation import get_language_info, override

BUTTON = re.compile(r"\[([^\]]+)\]\s*(\{\{.+\}\})\Z", re.DOTALL)
LONGEST_VALUE = 200
ISOLATE, POP = "\u2068", "\u2069"


@dataclass(frozen=True)
class Block:
    """A paragraph, a button (``link``) or one line for each item (``repeated``); not yet filled in."""

    text: Template
    link: Template | None = None
    repeated: bool = False


@dataclass(frozen=True)
class Letter:
    """The words of a message, twice: for readers of plain text and of HTML."""

    subject: str
    text: str
    html: str


@cache
def source_of(name: str, language: str) -> tuple[Template, tuple[Block, ...]]:
    """Read a letter's source once; a language without one gets the default language's."""
    available = dict(settings.LANGUAGES)
    chosen = language if language in available else settings.LANGUAGE_CODE
    first, _, rest = cast("Any", get_template(f"mail/{name}/{chosen}.txt")).template.source.strip().partition("\n")
    return Template(first.strip()), tuple(block_of(part) for part in re.split(r"\n\s*\n", rest.strip()) if part)


def block_of(part: str) -> Block:
    """Read one paragraph, button or list."""
    part = " ".join(part.split())
    if button := BUTTON.match(part):
        return Block(Template(button[1]), Template(button[2]))
    return Block(Template(part.removeprefix("* ")), repeated=part.startswith("* "))


def plain(value: Any) -> str:
    """Return a value as one harmless line: no control or direction-changing characters, no line ends, not endless."""
    line = " ".join(str(value).split())
    kept = "".join(
        char
        for char in line
        if unicodedata.category(char) not in {"Cc", "Cs", "Co"} and unicodedata.bidirectional(char) not in BIDI_CONTROLS
    )
    return kept if len(kept) <= LONGEST_VALUE else kept[: LONGEST_VALUE - 1] + "…"


BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def isolated(value: str) -> str:
    """Keep a right-to-left name from turning the words around it."""
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in value):
        return f"{ISOLATE}{value}{POP}"
    return value


def render(
    name: str, language: str, values: dict[str, Any], links: dict[str, str], items: Sequence[str] = ()
) -> Letter:
    """Fill a letter in. ``values`` and ``items`` name people and things, ``links`` are URLs that we made."""
    info = get_language_info(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
    with override(info["code"]):
        lines = {key: plain(value) for key, value in values.items()}
        rows = [plain(item) for item in items]
        as_text = {key: isolated(line) for key, line in lines.items()} | links
        as_html = {key: format_html("<bdi>{}</bdi>", line) for key, line in lines.items()} | links
        subject, blocks = source_of(name, info["code"])
        _, footer = source_of("footer_choice" if "unsubscribe" in links else "footer", info["code"])
        title = subject.render(Context(as_text, autoescape=False))
        frame = {"language": info["code"], "direction": "rtl" if info["bidi"] else "ltr", "subject": title}
        parts = {}
        for kind, filling in (("txt", as_text), ("html", as_html)):
            context = Context(filling, autoescape=kind == "html")
            drawn = {"blocks": filled(blocks, context, rows), "footer": filled(footer, context, rows)}
            parts[kind] = render_to_string(f"mail/layout.{kind}", frame | drawn)
    return Letter(subject=title, text=parts["txt"], html=parts["html"])


def filled(blocks: tuple[Block, ...], context: Context, items: Sequence[str]) -> list[dict[str, Any]]:
    """Render blocks; a paragraph that comes out empty is left out."""
    drawn: list[dict[str, Any]] = []
    for block in blocks:
        link = block.link.render(context) if block.link else ""
        for item in items if block.repeated else [""]:
            with context.push(item=item):
                drawn.append({"text": block.text.render(context), "link": link, "repeated": block.repeated})
    return [block for block in drawn if block["text"].strip()]
