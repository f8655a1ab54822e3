"""What happens to people and their sessions, told upward."""

from __future__ import annotations

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class UserRegistered(Event):
    """A new person signed up; the address is not proved yet."""

    user_id: int


@dataclass(frozen=True)
class SignInAddressKnown(Event):
    """Somebody signed up with the proved address of this person, who is to be told by mail."""

    user_id: int


@dataclass(frozen=True)
class EmailVerificationRequested(Event):
    """The address of this EmailToken is owed a verification mail (``accounts.links.link_for``)."""

    token_id: int


@dataclass(frozen=True)
class EmailVerified(Event):
    user_id: int


@dataclass(frozen=True)
class PasswordResetRequested(Event):
    """The address of this EmailToken is owed a reset mail (``accounts.links.link_for``)."""

    token_id: int


@dataclass(frozen=True)
class EmailChangeRequested(Event):
    """The new address of this EmailToken is owed a link, the present address a warning."""

    token_id: int


@dataclass(frozen=True)
class EmailChanged(Event):
    """A person moved to the address of this EmailToken; both addresses are to be told by mail."""

    token_id: int


@dataclass(frozen=True)
class PasswordChanged(Event):
    """The password was changed or reset, and every session ended; the person is to be told by mail."""

    user_id: int


@dataclass(frozen=True)
class MfaChanged(Event):
    """Two-step sign-in was turned on or off, or its recovery codes replaced; the person is to be told by mail."""

    user_id: int
    change: str  # enabled, disabled, codes_replaced, code_spent


@dataclass(frozen=True)
class RefreshTokenReplayed(Event):
    """A used refresh token came back, perhaps from a thief: the session ended, tell the person by mail."""

    session_id: int
