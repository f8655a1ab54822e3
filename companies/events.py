"""What happens to companies and their teams, told upward."""

from __future__ import annotations

from dataclasses import dataclass

from umemployed.events.log import Event


@dataclass(frozen=True)
class CompanyCreated(Event):
    company_id: int


@dataclass(frozen=True)
class CompanyRenamed(Event):
    """A company has another name; what copied the old one has to be made anew."""

    company_id: int


@dataclass(frozen=True)
class InvitationSent(Event):
    """The invited address is owed a mail (``companies.links.link_for``)."""

    invitation_id: int


@dataclass(frozen=True)
class InvitationAccepted(Event):
    invitation_id: int
    membership_id: int


@dataclass(frozen=True)
class MemberRoleChanged(Event):
    membership_id: int


@dataclass(frozen=True)
class MemberRemoved(Event):
    """A membership ended, by removal or by leaving; whatever it allowed is over now."""

    company_id: int
    user_id: int


@dataclass(frozen=True)
class OwnershipTransferred(Event):
    company_id: int
    from_user_id: int
    to_user_id: int
