"""The words of offers, and their one law."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.vocabulary import Side


class OfferStatus(models.TextChoices):
    """Where an offer is. An open one whose time is over counts as expired at once, before the clock's task says so."""

    DRAFT = "draft", _("draft")
    PENDING = "pending", _("waiting for approval")
    APPROVED = "approved", _("approved")
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


# New terms make a draft of it again, also of one that was sent: nobody accepts what is being changed.
TRANSITIONS: dict[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.DRAFT: frozenset({OfferStatus.DRAFT, OfferStatus.PENDING, OfferStatus.SENT, OfferStatus.WITHDRAWN}),
    OfferStatus.PENDING: frozenset({OfferStatus.DRAFT, OfferStatus.APPROVED, OfferStatus.WITHDRAWN}),
    OfferStatus.APPROVED: frozenset({OfferStatus.DRAFT, OfferStatus.SENT, OfferStatus.WITHDRAWN}),
    OfferStatus.SENT: frozenset(
        {
            OfferStatus.DRAFT,
            OfferStatus.ACCEPTED,
            OfferStatus.DECLINED,
            OfferStatus.WITHDRAWN,
            OfferStatus.EXPIRED,
        }
    ),
    OfferStatus.ACCEPTED: frozenset({OfferStatus.WITHDRAWN}),
    OfferStatus.DECLINED: frozenset(),
    OfferStatus.WITHDRAWN: frozenset(),
    OfferStatus.EXPIRED: frozenset(),
}
# Of these an application has at most one.
LIVE = (OfferStatus.DRAFT, OfferStatus.PENDING, OfferStatus.APPROVED, OfferStatus.SENT, OfferStatus.ACCEPTED)


class OfferView(models.TextChoices):
    """What a candidate is told of an offer that was sent to them."""

    OPEN = "open", _("open")
    IN_REVISION = "in_revision", _("being changed")
    ACCEPTED = OfferStatus.ACCEPTED.value, OfferStatus.ACCEPTED.label
    DECLINED = OfferStatus.DECLINED.value, OfferStatus.DECLINED.label
    WITHDRAWN = OfferStatus.WITHDRAWN.value, OfferStatus.WITHDRAWN.label
    EXPIRED = OfferStatus.EXPIRED.value, OfferStatus.EXPIRED.label


VIEW_OF: dict[OfferStatus, OfferView] = {
    OfferStatus.DRAFT: OfferView.IN_REVISION,
    OfferStatus.PENDING: OfferView.IN_REVISION,
    OfferStatus.APPROVED: OfferView.IN_REVISION,
    OfferStatus.SENT: OfferView.OPEN,
    OfferStatus.ACCEPTED: OfferView.ACCEPTED,
    OfferStatus.DECLINED: OfferView.DECLINED,
    OfferStatus.WITHDRAWN: OfferView.WITHDRAWN,
    OfferStatus.EXPIRED: OfferView.EXPIRED,
}


class DeclineReason(models.TextChoices):
    """Why a candidate said no."""

    PAY = "pay", _("pay")
    OTHER_OFFER = "other_offer", _("another offer")
    COUNTER_OFFER = "counter_offer", _("the present employer's counter-offer")
    LOCATION = "location", _("location or work mode")
    ROLE = "role", _("the role itself")
    TIMING = "timing", _("timing")
    PERSONAL = "personal", _("personal reasons")
    OTHER = "other", _("other")


@dataclass(frozen=True)
class OfferVerb:
    """One act on an offer: who may, from where, to where. No ``sources`` means wherever the table allows."""

    id: str
    side: Side
    target: OfferStatus
    sources: frozenset[OfferStatus] = frozenset(OfferStatus)
    arguments: tuple[str, ...] = ("version",)
    method: str = "POST"

    def accepts(self, status: OfferStatus) -> bool:
        """Say whether the table allows the act from this status."""
        return self.target in TRANSITIONS[status] and status in self.sources


UNFINISHED = frozenset({OfferStatus.DRAFT, OfferStatus.PENDING, OfferStatus.APPROVED, OfferStatus.SENT})
EDIT = OfferVerb("edit", Side.TEAM, OfferStatus.DRAFT, UNFINISHED, ("terms",), method="PATCH")
SUBMIT = OfferVerb("submit", Side.TEAM, OfferStatus.PENDING)
APPROVE = OfferVerb("approve", Side.TEAM, OfferStatus.APPROVED)
SEND_BACK = OfferVerb(
    "send-back", Side.TEAM, OfferStatus.DRAFT, frozenset({OfferStatus.PENDING}), arguments=("note", "version")
)
SEND = OfferVerb("send", Side.TEAM, OfferStatus.SENT, arguments=("expires_at", "version"))
WITHDRAW = OfferVerb("withdraw", Side.TEAM, OfferStatus.WITHDRAWN, arguments=("note", "version"))
ACCEPT = OfferVerb("accept", Side.CANDIDATE, OfferStatus.ACCEPTED, arguments=("name", "version"))
DECLINE = OfferVerb("decline", Side.CANDIDATE, OfferStatus.DECLINED, arguments=("reason", "note", "version"))
VERBS = (EDIT, SUBMIT, APPROVE, SEND_BACK, SEND, WITHDRAW, ACCEPT, DECLINE)
JUDGED_BY_APPROVERS = frozenset({APPROVE, SEND_BACK})


class OfferEventKind(models.TextChoices):
    """What a row of an offer's history tells."""

    CREATED = "created", _("created")
    EDITED = "edited", _("edited")
    SUBMITTED = "submitted", _("submitted for approval")
    APPROVED = "approved", _("approved")
    SENT_BACK = "sent_back", _("sent back")
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")
