"""What happens to people's data, told upward."""

from __future__ import annotations

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class ErasureRequested(Event):
    """The person is to be told by mail what will happen, when, and how to call it off."""

    erasure_id: int


@dataclass(frozen=True)
class ErasureCancelled(Event):
    erasure_id: int


@dataclass(frozen=True)
class ErasureObstructed(Event):
    """Something stands against an erasure that was due; the person is to be told what."""

    erasure_id: int
    obstacle: str


@dataclass(frozen=True)
class ErasureTold(Event):
    """All but the address is erased; the last letter to it is owed."""

    erasure_id: int


@dataclass(frozen=True)
class ExportReady(Event):
    """An archive waits; the person is to be told by mail where."""

    export_id: int


@dataclass(frozen=True)
class ConsentChanged(Event):
    """A person said yes or no to something optional."""

    person_id: int
    purpose: str
    is_given: bool


@dataclass(frozen=True)
class InactivityWarned(Event):
    """Nobody used an account for long; the person is to be told by mail when it will be erased."""

    person_id: int
    erased_on: str
