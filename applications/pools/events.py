"""Facts about talent pools."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class PoolConsentAsked(Event):
    """A company would like to keep a candidate in a pool."""

    entry_id: int


@dataclass(frozen=True)
class PoolConsentAnswered(Event):
    """The candidate agreed or refused."""

    entry_id: int
