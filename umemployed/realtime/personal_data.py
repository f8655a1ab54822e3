"""What the sockets hold about people: for a week, what each was told."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from umemployed.privacy.registry import Basis, By, Delete, Kept, declare, mentioning, mentions_of
from umemployed.realtime.models import Frame, Presence, Stream, Ticket
from umemployed.realtime.stream import REDACTED

TOGETHER = 50  # so many texts are looked for in one pass over the table


def _own_or_about(person: Any) -> QuerySet:
    return Frame.objects.filter(user=person)


def forget_frames(person: Any) -> int:
    """Delete what the person was told, and blank what others were told about them, so that no resume repeats it.

    Reads the table of the last seven days once for every TOGETHER texts.
    """
    gone = Frame.objects.filter(user=person)._raw_delete("default")
    told = mentions_of(person)
    for start in range(0, len(told), TOGETHER):
        frames = Frame.objects.exclude(type=REDACTED).annotate(text=Cast("data", TextField()))
        gone += frames.filter(mentioning("text", told[start : start + TOGETHER])).update(
            type=REDACTED, data={}, scope=""
        )
    return gone


def forget_streams(person: Any) -> int:
    """Delete the counters of the person's sockets."""
    return Stream.objects.filter(user=person)._raw_delete("default")


declare(
    Presence,
    of="user",
    holds=_("that one of your devices is connected, for seconds"),
    basis=Basis.CONTRACT,
    kept=Kept.DAYS,
    forget=Delete(),
    exported=False,
)
declare(
    Ticket,
    of="user",
    holds=_("the right to open a socket, for seconds"),
    basis=Basis.CONTRACT,
    kept=Kept.DAYS,
    forget=Delete(),
    exported=False,
)
declare(
    Frame,
    of=_own_or_about,
    holds=_("what your devices were told over sockets, for a week; it repeats what stands elsewhere"),
    basis=Basis.CONTRACT,
    kept=Kept.DAYS,
    forget=By(forget_frames),
    exported=False,
)
declare(
    Stream,
    of="user",
    holds=_("how many frames your sockets were sent"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=By(forget_streams),
    exported=False,
)
