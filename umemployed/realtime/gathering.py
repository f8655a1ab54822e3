"""Commands of one type that wait at the same time are executed together: one transaction, few statements.

While the first one is executed the next ones come in, so a quiet process executes each at once and a busy one
takes more with each turn; nobody waits for a clock. What goes wrong with one of them goes wrong alone: whatever
is not plain success is left to the command's own handler, which says why.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.contrib.auth import get_user_model
from rest_framework.serializers import BaseSerializer, ValidationError

from umemployed.api.judging import unknown_members
from umemployed.realtime.frames import Call, CommandType
from umemployed.realtime.pool import in_pool
from umemployed.realtime.protocol import Command, reply

logger = logging.getLogger(__name__)
MOST = 64  # commands of one turn: their locks are held until its end
# One turn at a time, because two would want the same locks; but for a turn that waits long for somebody else's
# nobody waits.
PATIENCE_SECONDS = 0.25
LANES = 4
_gatherers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[CommandType, Gatherer]] = WeakKeyDictionary()


class Asked(NamedTuple):
    """A command that waits, by whom, and its request id."""

    user_id: int
    request_id: str
    frame: Command


class Gatherer:
    """What waits of one command in this process."""

    def __init__(self, found: CommandType) -> None:
        self._found = found
        self._waiting: deque[tuple[Asked, asyncio.Future[str | None]]] = deque()
        self._lanes: set[asyncio.Task[None]] = set()
        self._began = 0.0  # when the youngest lane's turn began

    @classmethod
    def of(cls, found: CommandType) -> Gatherer:
        """Return the gatherer of the running event loop."""
        here = _gatherers.setdefault(asyncio.get_running_loop(), {})
        if found not in here:
            here[found] = cls(found)
        return here[found]

    async def execute(self, asked: Asked) -> str | None:
        """Return the reply's text, or None when the command has to be executed alone."""
        outcome: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, outcome))
        self._go_on()
        return await outcome

    def _go_on(self) -> None:
        """Start a turn unless one is under way that is not slow."""
        now = asyncio.get_running_loop().time()
        if self._waiting and (not self._lanes or (now - self._began >= PATIENCE_SECONDS and len(self._lanes) < LANES)):
            self._began = now
            lane = asyncio.create_task(self._run())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
            asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._go_on)

    async def _run(self) -> None:
        while self._waiting:
            self._began = asyncio.get_running_loop().time()
            turn = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            texts: Sequence[str | None] = [None] * len(turn)
            try:
                texts = await in_pool(execute_together, self._found, [asked for asked, _ in turn])
            except Exception:  # each is executed alone, and says what is wrong
                logger.warning("Commands could not be executed together.", exc_info=True)
            for (_, outcome), text in zip(turn, texts, strict=True):
                if not outcome.done():  # its connection may have ended
                    outcome.set_result(text)


def execute_together(found: CommandType, turn: Sequence[Asked]) -> list[str | None]:
    """Execute commands on a thread; return each one's reply, or None for those to be executed alone."""
    assert found.together is not None
    people = get_user_model().objects.filter(pk__in={asked.user_id for asked in turn}, is_active=True)
    actors = {person.pk: person for person in people}
    calls: dict[int, Call] = {}
    for place, asked in enumerate(turn):
        actor, data = actors.get(asked.user_id), _validated(found.serializer, asked.frame.data)
        if actor is not None and data is not None:
            calls[place] = Call(actor, data, asked.request_id)
    texts: list[str | None] = [None] * len(turn)
    if calls:
        for place, data in zip(calls, found.together(list(calls.values())), strict=True):
            texts[place] = reply(turn[place].frame.id, data) if data is not None else None
    return texts


@cache
def _reader(serializer: Any) -> BaseSerializer:
    """Return one instance for all threads: validating leaves nothing in it, and building it costs more than that."""
    return serializer()


def _validated(serializer: Any, data: Any) -> dict[str, Any] | None:
    """Return the validated data, or None when anything is wrong with them."""
    reader = _reader(serializer)
    try:
        found = reader.run_validation(data)
    except ValidationError:
        return None
    return None if next(unknown_members(reader, data), None) else found
