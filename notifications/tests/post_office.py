"""A true SMTP server for tests, in a thread of its own."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope


class PostOffice:
    """Keeps what it accepts. ``answers`` are given instead of "250 OK", one per mail; ``hold`` stalls DATA."""

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []
        self.answers: list[str] = []
        self.hold = False
        self.holding = threading.Event()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=port)
        self.host, self.port = "127.0.0.1", port

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.hold:
            self.holding.set()
            await asyncio.sleep(3600)
        if self.answers:
            return self.answers.pop(0)
        self.accepted.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))
        return "250 OK"

    def open(self) -> None:
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return part.get_content()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def links_of_text(message: EmailMessage) -> list[str]:
    return re.findall(r"^https?://\S+$", text_of(message), re.MULTILINE)


def links_of_html(message: EmailMessage) -> list[str]:
    page = _Page()
    page.feed(html_of(message))
    return page.links


def words_of_html(message: EmailMessage) -> str:
    page = _Page()
    page.feed(html_of(message))
    return " ".join(" ".join(page.words).split())
