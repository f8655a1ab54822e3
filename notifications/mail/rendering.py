"""From a letter's source to its two parts.

The source of a letter is ``templates/mail/<kind>/<language>.txt``: the subject on the first line, then
paragraphs with blank lines between. ``[Label] {{ link }}`` is a button, ``* {{ item }}`` a list of ``items``.
Both parts are made from that one source, so they say the same and carry the same links. The structure is
taken from the source before any value is filled in: no value can make a paragraph, a link or a header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.utils.translation import get_language_info, override

from notifications.plain import in_html, in_text, plain

# Between a button's label and its address in the text part; French parts it from the word, but not over a line's end.
COLONS = {"fr": "\u00a0:"}
BUTTON = re.compile(r"\[([^\]]+)\]\s*(\{\{.+\}\})\Z", re.DOTALL)


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


def render(
    name: str, language: str, values: dict[str, Any], links: dict[str, str], items: Sequence[str] = ()
) -> Letter:
    """Fill a letter in. ``values`` and ``items`` name people and things, ``links`` are URLs that we made."""
    info = get_language_info(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
    with override(info["code"]):
        lines = {key: plain(value) for key, value in values.items()}
        rows = [plain(item) for item in items]
        as_text = {key: in_text(line) for key, line in lines.items()} | links
        as_html = {key: in_html(line) for key, line in lines.items()} | links
        subject, blocks = source_of(name, info["code"])
        _, footer = source_of("footer_choice" if "unsubscribe" in links else "footer", info["code"])
        title = subject.render(Context(as_text, autoescape=False))
        frame = {"language": info["code"], "direction": "rtl" if info["bidi"] else "ltr", "subject": title}
        frame["colon"] = COLONS.get(info["code"], ":")
        parts = {}
        for kind, filling, draw in (("txt", as_text, in_text), ("html", as_html, in_html)):
            context = Context(filling, autoescape=kind == "html")
            lines_of_list = [draw(row) for row in rows]
            drawn = {"blocks": filled(blocks, context, lines_of_list), "footer": filled(footer, context, [])}
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
