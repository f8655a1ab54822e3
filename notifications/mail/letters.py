"""What each kind of letter says: its names and links, looked up at the moment of sending.

A writer gets the mail, finds the rows that ``context`` names and returns a ``Draft``. It raises Moot when
the fact no longer concerns the reader: the link was used, the right is gone, the message was read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import override

from notifications.kinds import DIGEST, KINDS
from notifications.mail.models import Mail
from notifications.mail.rendering import Letter, render
from notifications.mail.unsubscribing import settings_link, unsubscribe_link


class Moot(Exception):
    """The mail is no longer needed; the message says why."""


@dataclass(frozen=True)
class Draft:
    """What fills a letter's source in: names of people and things, the link, and the lines of a list.

    ``source`` names the letter's source where several kinds share one. ``stops`` is what the link at the foot
    stops, where that is less than the kind of mail (``preferences.choice_behind``).
    """

    link: str
    values: dict[str, object] = field(default_factory=dict)
    items: Sequence[str] = ()
    source: str = ""
    stops: str = ""


Writer = Callable[[Mail], Draft]
WRITERS: dict[str, Writer] = {}


def letter(kind: str) -> Callable[[Writer], Writer]:
    """Register the writer of one kind of letter."""

    def register(writer: Writer) -> Writer:
        WRITERS[kind] = writer
        return writer

    return register


def frontend(path: str) -> str:
    """Return the address of a page of the frontend."""
    return f"{settings.FRONTEND_URL}{path}"


def moment(at: datetime) -> str:
    """Return a time in the reader's words and zone, e.g. ``Nov. 23, 2026, 2:05 p.m. (UTC)``."""
    local = timezone.localtime(at)
    return f"{formats.date_format(local, 'DATETIME_FORMAT')} ({local.tzname()})"


def can_be_stopped(mail: Mail) -> bool:
    """Say whether its reader may choose not to get this kind: everything but what guards the account."""
    if mail.recipient_id is None:
        return False
    return mail.kind == DIGEST or (mail.kind in KINDS and not KINDS[mail.kind].mandatory)


def write_letter(mail: Mail) -> tuple[Letter, dict[str, str]]:
    """Return the letter and its extra headers. Raises Moot; a few queries, depending on the kind."""
    reader = mail.recipient
    if reader is not None and not reader.is_active:
        raise Moot("The account is not active.")
    with override(mail.language), timezone.override(reader.timezone if reader is not None else None):
        draft = WRITERS[mail.kind](mail)
    name = {"name": reader.display_name()} if reader is not None else {}
    links, headers = {"link": draft.link}, {}
    if reader is not None and can_be_stopped(mail):
        links["unsubscribe"] = unsubscribe_link(reader, draft.stops or mail.kind)
        links["settings"] = settings_link(reader)
        # RFC 8058: a mail program may POST here by itself, without cookies and without asking.
        headers["List-Unsubscribe"] = f"<{links['unsubscribe']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return render(draft.source or mail.kind, mail.language, name | draft.values, links, draft.items), headers
