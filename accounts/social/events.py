"""What happens to the identities that people sign in with, told upward."""

from __future__ import annotations

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class ConnectionChanged(Event):
    """An identity at a provider was added to an account, or taken away; the person is to be told by mail."""

    user_id: int
    provider: str
    change: str  # added, removed


@dataclass(frozen=True)
class AccountReclaimed(Event):
    """The owner of an address took over the unproved account that somebody had made with it; tell them by mail."""

    user_id: int
