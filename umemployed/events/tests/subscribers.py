"""Facts and listeners that exist only in the tests; a relay process may load them too.

Each listener's effect is a row of the audit record, so that effects can be counted whichever
process had them.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

from umemployed.audit.record import record
from umemployed.events.log import Event, Meta, on


@dataclass(frozen=True)
class Happened(Event):
    number: int


@dataclass(frozen=True)
class Poisoned(Event):
    kind: str


@dataclass(frozen=True)
class Unheard(Event):
    number: int


@dataclass(frozen=True)
class Slow(Event):
    seconds: float


@on(Happened)
def tell_first(event: Happened, meta: Meta) -> None:
    record("test:first", actor=None, number=event.number, lane=meta.aggregate, event=meta.event_id)


@on(Happened)
def tell_second(event: Happened, meta: Meta) -> None:
    record("test:second", actor=None, number=event.number, lane=meta.aggregate, event=meta.event_id)


@on(Poisoned)
def choke(event: Poisoned, meta: Meta) -> None:
    record("test:choked", actor=None)
    if event.kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise ValueError("this cannot be swallowed \0 at all")


@on(Slow)
def take_time(event: Slow, meta: Meta) -> None:
    time.sleep(event.seconds)
    record("test:slow", actor=None)
