"""What services call to tell people something: ``emit`` (durable, numbered) and ``whisper`` (ephemeral).

Delivery over Redis is at most once, so nothing rests on it: a durable frame is a row, numbered in the
caller's transaction, and every web process compares its connections with the rows every two seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from umemployed.realtime.frames import encode, event_type, moment
from umemployed.realtime.models import Frame, Stream
from umemployed.realtime.push import group_of, push

KEPT = timedelta(days=7)
REDACTED = "redacted"

# One statement: the order of `people` is the order of the row locks, so two callers never deadlock on the
# same people; the locks last until commit, so numbers are in commit order and a rollback leaves no gap.
_EMIT = """
WITH people AS (
    SELECT user_id, data FROM unnest(%(users)s::bigint[], %(data)s::jsonb[]) AS p(user_id, data)
), numbered AS (
    INSERT INTO realtime_stream AS s (user_id, socket, last_seq)
    SELECT user_id, %(socket)s, 1 FROM people ORDER BY user_id
    ON CONFLICT (user_id, socket) DO UPDATE SET last_seq = s.last_seq + 1
    RETURNING s.user_id, s.last_seq
)
INSERT INTO realtime_frame (user_id, socket, seq, type, at, scope, data)
SELECT user_id, %(socket)s, last_seq, %(type)s, %(at)s, %(scope)s, data FROM numbered JOIN people USING (user_id)
RETURNING user_id, seq
"""
_OPEN = """
INSERT INTO realtime_stream (user_id, socket)
SELECT user_id, %(socket)s FROM unnest(%(users)s::bigint[]) AS user_id ORDER BY user_id
ON CONFLICT (user_id, socket) DO NOTHING
"""
_HOLD = """
SELECT 1 FROM realtime_stream WHERE socket = %(socket)s AND user_id = ANY(%(users)s::bigint[])
ORDER BY user_id FOR UPDATE
"""
_CUT = """
INSERT INTO realtime_stream AS s (user_id, socket, epoch)
SELECT user_id, socket, 1 FROM unnest(%(users)s::bigint[]) AS user_id, unnest(%(sockets)s::text[]) AS socket
ORDER BY user_id, socket
ON CONFLICT (user_id, socket) DO UPDATE SET epoch = s.epoch + 1
"""


def hold(socket: str, user_ids: Iterable[int]) -> None:
    """Take early the locks that ``emit`` will take, until commit; two statements.

    For who counts before telling: a count that is read after this is still true when its frame is
    committed, because whoever would change it waits for the same locks.
    """
    arguments: dict[str, Any] = {"users": sorted(set(user_ids)), "socket": socket}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, arguments)
        cursor.execute(_HOLD, arguments)


def emit(socket: str, user_ids: Iterable[int], type: str, data: Mapping[str, Any], *, scope: str = "") -> None:
    """Tell people something that must arrive: in order, without gap, though they be away for a week.

    Must run inside the transaction that makes it true, as its last act: it locks the stream row of each
    person until commit. One statement, then one publication after commit. ``scope`` (e.g.
    ``conversation:42``) lets ``redact`` take the frame back. Raises UnknownFrame for an undeclared type.
    """
    emit_each(socket, type, dict.fromkeys(user_ids, data), scope=scope)


def emit_each(socket: str, type: str, data: Mapping[int, Mapping[str, Any]], *, scope: str = "") -> None:
    """Like ``emit``, with data of its own for each person: ``{user_id: data}``. Still one statement."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"emit({socket}, {type}) outside a transaction would lose or invent frames.")
    kind = event_type(socket, type, durable=True)
    if not data:
        return
    if settings.REALTIME_CHECK_FRAMES:
        for each in {id(value): value for value in data.values()}.values():
            kind.check(each)
    texts = {user_id: encode(value) for user_id, value in data.items()}
    at = timezone.now()
    numbers = _number(socket, type, texts, at, scope)
    tail = f'"type":{encode(type)},"at":"{moment(at)}","data":'

    def ring() -> None:
        push(
            (group_of(socket, user_id), _packet(socket, user_id, seq, f'{{"seq":{seq},{tail}{texts[user_id]}}}'))
            for user_id, seq in numbers
        )

    transaction.on_commit(ring)


def _number(socket: str, type: str, texts: dict[int, str], at: datetime, scope: str) -> list[tuple[int, int]]:
    """Allocate the numbers, insert the rows, and return (user id, seq) pairs."""
    users = sorted(texts)
    with connection.cursor() as cursor:
        cursor.execute(
            _EMIT,
            {"users": users, "data": [texts[user] for user in users], "socket": socket, "type": type, "at": at,
             "scope": scope},
        )  # fmt: skip
        return cursor.fetchall()


def whisper(socket: str, user_ids: Iterable[int], type: str, data: Mapping[str, Any]) -> None:
    """Tell people something that may be lost (typing, presence): no number, no row, sent after commit."""
    kind = event_type(socket, type, durable=False)
    if settings.REALTIME_CHECK_FRAMES:
        kind.check(data)
    text = f'{{"type":{encode(type)},"at":"{moment(timezone.now())}","data":{encode(data)}}}'
    people = sorted(set(user_ids))

    def ring() -> None:
        push((group_of(socket, user_id), _packet(socket, user_id, None, text)) for user_id in people)

    transaction.on_commit(ring)


def cut(user_ids: Iterable[int], sockets: Iterable[str]) -> None:
    """Close people's open connections (4403), e.g. after they left a company. They may come back.

    In the caller's transaction; connections close at once over Redis, within two seconds without it.
    """
    people, names = sorted(set(user_ids)), sorted(set(sockets))
    with connection.cursor() as cursor:
        cursor.execute(_CUT, {"users": people, "sockets": names})
    look = [(group_of(name, user), _packet(name, user, None, None)) for user in people for name in names]
    transaction.on_commit(lambda: push(look))


def redact(*scopes: str, user_ids: Iterable[int] | None = None, **data: Any) -> int:
    """Blank the frames about something that may no longer be read, and return how many.

    Their numbers stay, so that a replay has no gap. ``data`` narrows by members of the frames' data. Name
    the people where they are known: without them the whole table of the last seven days is read.
    """
    frames = Frame.objects.filter(scope__in=scopes, **{f"data__{key}": value for key, value in data.items()})
    if user_ids is not None:
        frames = frames.filter(user_id__in=list(user_ids))
    return frames.update(type=REDACTED, data={}, scope="")


def _packet(socket: str, user_id: int, seq: int | None, text: str | None) -> dict[str, Any]:
    """Return what travels through the channel layer; without text it means "look at the tables now"."""
    return {"type": "realtime.frame", "socket": socket, "user": user_id, "seq": seq, "text": text}


@dataclass(frozen=True, slots=True)
class Kept:
    """A durable frame read back: its number and its text as sent."""

    seq: int
    text: str


def frames_after(socket: str, user_id: int, seq: int, *, limit: int) -> list[Kept]:
    """Return the next durable frames after ``seq``, in order; one query by primary key."""
    rows = (
        Frame.objects.filter(user_id=user_id, socket=socket, seq__gt=seq)
        .order_by("seq")
        .values_list("seq", "type", "at", "data")[:limit]
    )
    return [
        Kept(number, f'{{"seq":{number},"type":{encode(kind)},"at":"{moment(at)}","data":{encode(data)}}}')
        for number, kind, at, data in rows
    ]


def position(socket: str, user_id: int) -> tuple[int, int]:
    """Return (last_seq, epoch) of the person's stream; (0, 0) before its first frame."""
    row = Stream.objects.filter(user_id=user_id, socket=socket).values_list("last_seq", "epoch").first()
    return row or (0, 0)


def positions(streams: Iterable[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, int]]:
    """Return {(user id, socket): (last_seq, epoch)} of many streams; one query."""
    users, sockets = zip(*streams, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, socket, last_seq, epoch FROM realtime_stream"
            " JOIN unnest(%s::bigint[], %s::text[]) AS wanted(user_id, socket) USING (user_id, socket)",
            [list(users), list(sockets)],
        )
        return {(user, socket): (last_seq, epoch) for user, socket, last_seq, epoch in cursor.fetchall()}


def replayable(socket: str, user_id: int, after: int) -> tuple[int, bool]:
    """Return the stream's last number, and whether every frame after ``after`` can still be replayed."""
    last_seq, _ = position(socket, user_id)
    if after >= last_seq:
        return last_seq, after == last_seq
    kept = Frame.objects.filter(user_id=user_id, socket=socket, seq=after + 1, at__gt=timezone.now() - KEPT)
    return last_seq, kept.exists()
