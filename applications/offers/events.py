"""Facts about offers."""

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class OfferSubmitted(Event):
    """Somebody asks for approval."""

    offer_id: int


@dataclass(frozen=True)
class OfferApproved(Event):
    """Enough people said yes to the terms."""

    offer_id: int


@dataclass(frozen=True)
class OfferSentBack(Event):
    """An approver wants other terms."""

    offer_id: int


@dataclass(frozen=True)
class OfferSent(Event):
    """The candidate can read it."""

    offer_id: int
    terms_id: int


@dataclass(frozen=True)
class OfferAccepted(Event):
    """The candidate signed."""

    offer_id: int


@dataclass(frozen=True)
class OfferDeclined(Event):
    """The candidate said no."""

    offer_id: int


@dataclass(frozen=True)
class OfferWithdrawn(Event):
    """The team took it back, or the application ended."""

    offer_id: int


@dataclass(frozen=True)
class OfferExpired(Event):
    """Nobody answered in time."""

    offer_id: int
