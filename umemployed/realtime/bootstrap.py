"""Where a client begins: the state of each socket's subject and the number up to which it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from umemployed.realtime.frames import EVENTS
from umemployed.realtime.stream import position

StateProvider = Callable[[Any], dict[str, Any]]
STATES: dict[str, StateProvider] = {}


def state(socket: str) -> Callable[[StateProvider], StateProvider]:
    """Register ``provider(user) -> JSON-ready dict`` as what a client of this socket starts from."""

    def register(provider: StateProvider) -> StateProvider:
        STATES[socket] = provider
        return provider

    return register


@contextmanager
def snapshot() -> Iterator[None]:
    """Read several queries at one moment. Inside another transaction its own isolation stays."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def bootstrap(user: Any) -> dict[str, Any]:
    """Return {socket: {seq, state}}: the state holds exactly the frames up to ``seq``.

    Connect, ``resume`` after ``seq``, and nothing is lost or told twice. The number is read first, so
    that even without the snapshot the state could only be newer, never older.
    """
    with snapshot():
        sockets = sorted({socket for socket, _ in EVENTS})
        numbers = {socket: position(socket, user.pk)[0] for socket in sockets}
        return {
            socket: {"seq": numbers[socket], "state": STATES[socket](user) if socket in STATES else {}}
            for socket in sockets
        }
