"""Who is connected to which socket, over all web processes and devices.

Every process leases a row for each person whom it has heard within ``HEARD_SECONDS``, and renews it while they
stay; so a person is present while any device is, a peer whose line went dead stops counting before it is closed,
and what a killed process leased runs out by itself. Changes are told every ``TICK_SECONDS``, so a connection that
comes back at once is none. PostgreSQL keeps it, because Redis may be flushed; nothing durable rests on it.

An app that wants to know says so::

    @on_presence("chat")
    def tell_presence(came: set[int], went: set[int]) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from umemployed.realtime.models import Presence

TICK_SECONDS = 5.0
HEARD_SECONDS = 45.0  # clients answer a heartbeat every 25 s
LEASE_SECONDS = 30
RENEW_SECONDS = 15  # a lease that lasts longer is left alone: an idle crowd costs few writes
LOCK = 7_021_970  # of all who compare at once: without it two processes could each leave the telling to the other
Listener = Callable[[set[int], set[int]], None]
LISTENERS: dict[str, Listener] = {}

_LEASE = """
INSERT INTO realtime_presence AS p (user_id, socket, process, until)
SELECT user_id, socket, %(process)s::uuid, %(until)s
FROM unnest(%(users)s::bigint[], %(sockets)s::text[]) AS t(user_id, socket)
ON CONFLICT (user_id, socket, process) DO UPDATE SET until = EXCLUDED.until WHERE p.until < %(renew)s
RETURNING user_id, socket, xmax = 0
"""
_END = """
DELETE FROM realtime_presence WHERE until < %(now)s OR process = %(process)s::uuid AND (user_id, socket) NOT IN (
    SELECT user_id, socket FROM unnest(%(users)s::bigint[], %(sockets)s::text[]) AS t(user_id, socket)
)
RETURNING user_id, socket
"""
_COUNT = """
SELECT user_id, socket, count(*) FROM realtime_presence
JOIN unnest(%(users)s::bigint[], %(sockets)s::text[]) AS t(user_id, socket) USING (user_id, socket)
GROUP BY user_id, socket
"""
Key = tuple[int, str]


def on_presence(socket: str) -> Callable[[Listener], Listener]:
    """Register who is told which people came to a socket and which went; it runs in the transaction that found it."""

    def register(listener: Listener) -> Listener:
        LISTENERS[socket] = listener
        return listener

    return register


@transaction.atomic
def keep_present(process: str, present: Iterable[Key]) -> None:
    """Lease rows for the (user id, socket) pairs that a process has now, end its others, and tell the changes.

    Three statements, and one more when something changed.
    """
    keys = sorted(present)
    now = timezone.now()
    values: dict[str, Any] = {
        "process": process,
        "users": [user for user, _ in keys],
        "sockets": [socket for _, socket in keys],
        "now": now,
        "until": now + timedelta(seconds=LEASE_SECONDS),
        "renew": now + timedelta(seconds=RENEW_SECONDS),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(_END, values)
        ended = set(cursor.fetchall())
        cursor.execute(_LEASE, values)
        begun = {(user, socket) for user, socket, is_new in cursor.fetchall() if is_new}
    if ended or begun:
        _tell(ended, begun)


def _tell(ended: set[Key], begun: set[Key]) -> None:
    """Tell the listeners whose first lease began and whose last one ended."""
    changed = sorted(ended | begun)
    values: dict[str, Any] = {"users": [user for user, _ in changed], "sockets": [socket for _, socket in changed]}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        leases = {(user, socket): count for user, socket, count in cursor.fetchall()}
    for socket, listener in LISTENERS.items():
        came = {user for user, name in begun - ended if name == socket and leases.get((user, name)) == 1}
        went = {user for user, name in ended if name == socket and (user, name) not in leases}
        if came or went:
            listener(came, went)


def present_among(socket: str, user_ids: Iterable[int]) -> set[int]:
    """Return which of these people are connected to a socket now; one query."""
    rows = Presence.objects.filter(socket=socket, user__in=list(user_ids), until__gt=timezone.now())
    return set(rows.values_list("user_id", flat=True))
