"""What services call to tell people something: ``emit`` (durable, numbered) and ``whisper`` (ephemeral).

Delivery over Redis is at most once, so nothing rests on it: a durable frame is a row, numbered in the
caller's transaction, and every web process compares its connections with the rows every two seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from umemployed.realtime.frames import encode, event_type, frame_tail, frame_text
from umemployed.realtime.models import Frame, Stream
from umemployed.realtime.push import Note, push

KEPT = timedelta(days=7)
REDACTED = "redacted"

# One statement: the order of the people is the order of the row locks, so two callers never deadlock on the
# same people; the locks last until commit, so numbers are in commit order and a rollback leaves no gap. Of several
# frames for one person the earlier item has the lower number.
_EMIT = """
WITH told AS (
    SELECT user_id, item, row_number() OVER mine AS nth, count(*) OVER (PARTITION BY user_id) AS many
    FROM unnest(%(users)s::bigint[], %(items)s::int[]) AS p(user_id, item)
    WINDOW mine AS (PARTITION BY user_id ORDER BY item)
), numbered AS (
    INSERT INTO realtime_stream AS s (user_id, socket, last_seq)
    SELECT user_id, %(socket)s, many FROM told WHERE nth = 1 ORDER BY user_id
    ON CONFLICT (user_id, socket) DO UPDATE SET last_seq = s.last_seq + EXCLUDED.last_seq
    RETURNING s.user_id, s.last_seq
)
INSERT INTO realtime_frame (user_id, socket, seq, type, at, scope, data)
SELECT user_id, %(socket)s, last_seq - many + nth, %(type)s, %(at)s, said.scope, said.data
FROM numbered JOIN told USING (user_id)
JOIN unnest(%(data)s::jsonb[], %(scopes)s::text[]) WITH ORDINALITY AS said(data, scope, item) USING (item)
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


@dataclass(frozen=True, slots=True)
class Telling:
    """One frame for several people: its data, and the ``scope`` by which ``redact`` takes it back."""

    user_ids: Iterable[int]
    data: Mapping[str, Any]
    scope: str = ""


def emit(socket: str, user_ids: Iterable[int], type: str, data: Mapping[str, Any], *, scope: str = "") -> None:
    """Tell people something that must arrive: in order, without gap, though they be away for a week.

    Must run inside the transaction that makes it true, as its last act: it locks the stream row of each
    person until commit. One statement, then one publication after commit. ``scope`` (e.g.
    ``conversation:42``) lets ``redact`` take the frame back. Raises UnknownFrame for an undeclared type.
    """
    emit_all(socket, type, [Telling(user_ids, data, scope)])


def emit_each(socket: str, type: str, data: Mapping[int, Mapping[str, Any]], *, scope: str = "") -> None:
    """Like ``emit``, with data of its own for each person: ``{user_id: data}``. Still one statement."""
    emit_all(socket, type, [Telling([user_id], each, scope) for user_id, each in data.items()])


def emit_all(socket: str, type: str, tellings: Sequence[Telling]) -> None:
    """Like ``emit``, several frames of one type at once, in this order; still one statement and one publication."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"emit({socket}, {type}) outside a transaction would lose or invent frames.")
    kind = event_type(socket, type, durable=True)
    if settings.REALTIME_CHECK_FRAMES:
        for telling in tellings:
            kind.check(telling.data)
    people = sorted({(user_id, item) for item, each in enumerate(tellings, 1) for user_id in each.user_ids})
    if not people:
        return
    texts = [encode(telling.data) for telling in tellings]
    at = timezone.now()
    numbers = _number(socket, type, people, texts, [telling.scope for telling in tellings], at)
    notes = [
        Note(socket, frame_tail(type, at, text), numbers[item]) for item, text in enumerate(texts, 1) if item in numbers
    ]
    transaction.on_commit(lambda: push(notes))


def _number(
    socket: str, type: str, people: list[tuple[int, int]], texts: list[str], scopes: list[str], at: datetime
) -> dict[int, list[tuple[int, int]]]:
    """Allocate the numbers of (user id, item) pairs in their order, insert the rows; return the pairs' numbers.

    As {item: [(user id, seq), …]}.
    """
    arguments: dict[str, Any] = {"socket": socket, "type": type, "at": at, "data": texts, "scopes": scopes}
    arguments["users"], arguments["items"] = (list(column) for column in zip(*people, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_EMIT, arguments)
        rows = sorted(cursor.fetchall())  # by person and number, as the pairs are by person and item
    numbers: dict[int, list[tuple[int, int]]] = {}
    for (_, item), row in zip(people, rows, strict=True):
        numbers.setdefault(item, []).append(row)
    return numbers


def whisper(socket: str, user_ids: Iterable[int], type: str, data: Mapping[str, Any]) -> None:
    """Tell people something that may be lost (typing, presence): no number, no row, sent after commit."""
    kind = event_type(socket, type, durable=False)
    if settings.REALTIME_CHECK_FRAMES:
        kind.check(data)
    tail = frame_tail(type, timezone.now(), encode(data))
    notes = [Note(socket, tail, [(user_id, None) for user_id in sorted(set(user_ids))])]
    transaction.on_commit(lambda: push(notes))


def cut(user_ids: Iterable[int], sockets: Iterable[str]) -> None:
    """Close people's open connections (4403), e.g. after they left a company. They may come back.

    In the caller's transaction; connections close at once over Redis, within two seconds without it.
    """
    people, names = sorted(set(user_ids)), sorted(set(sockets))
    with connection.cursor() as cursor:
        cursor.execute(_CUT, {"users": people, "sockets": names})
    look = [Note(name, None, [(user, None) for user in people]) for name in names]
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
    return [Kept(number, frame_text(number, frame_tail(kind, at, encode(data)))) for number, kind, at, data in rows]


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
