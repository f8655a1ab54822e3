"""The one table of what people are told about: its wording, and how it reaches them unless they choose otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from companies.rights import Right


class MailMode(models.TextChoices):
    """When a kind of news is mailed."""

    NOW = "now", _("at once")
    DIGEST = "digest", _("once a day, together")
    OFF = "off", _("never")


@dataclass(frozen=True)
class Kind:
    """A kind of news. ``sentence`` is filled from ``Notification.data`` and the actor's current name.

    ``many`` is said instead of a line of several unread facts (``%(count)d``); without it each fact is a
    line of its own. ``right`` is what one of a team must hold to read the company's news of this kind.
    What is ``mandatory`` cannot be chosen otherwise.
    """

    code: str
    label: Any
    sentence: str
    many: str = ""
    in_app: bool = True
    mail: MailMode = MailMode.NOW
    right: Right | None = None
    mandatory: bool = False


DIGEST = "digest"  # the mail of everything that was put off; a kind of mail, not of news
DIGEST_LABEL = _("The daily summary")


def by_code(kinds: Iterable[Kind]) -> dict[str, Kind]:
    """Return the kinds by their codes."""
    return {kind.code: kind for kind in kinds}


KINDS: dict[str, Kind] = by_code(
    [
        Kind(
            "application_received",
            _("Somebody applies to a job of my company"),
            gettext_noop("%(actor)s applied for %(job)s."),
            many=gettext_noop("%(count)d applications for %(job)s."),
            right=Right.VIEW_APPLICATIONS,
        ),
        Kind(
            "application_submitted",
            _("My application was sent"),
            gettext_noop("Your application for %(job)s at %(company)s was sent."),
            in_app=False,
        ),
        Kind(
            "application_moved",
            _("The state of my application changes"),
            gettext_noop("Your application for %(job)s at %(company)s: %(status)s."),
            # Several steps in a row are one line that says where it stands now.
            many=gettext_noop("Your application for %(job)s at %(company)s: %(status)s."),
        ),
        Kind(
            "application_seen",
            _("An employer opens my application"),
            gettext_noop("%(company)s has opened your application for %(job)s."),
            mail=MailMode.OFF,
        ),
        Kind(
            "application_withdrawn",
            _("A candidate withdraws an application"),
            gettext_noop("%(actor)s withdrew the application for %(job)s."),
            many=gettext_noop("%(count)d applications for %(job)s were withdrawn."),
            mail=MailMode.OFF,
            right=Right.VIEW_APPLICATIONS,
        ),
        Kind(
            "candidate_revealed",
            _("Somebody of my company reveals a candidate of a blind review"),
            gettext_noop("%(actor)s revealed a candidate for %(job)s."),
            many=gettext_noop("%(count)d candidates for %(job)s were revealed."),
            mail=MailMode.OFF,
            right=Right.VIEW_APPLICATIONS,
        ),
        Kind(
            "blind_review_ended",
            _("Somebody of my company ends a blind review"),
            gettext_noop("%(actor)s ended the blind review of %(job)s."),
            mail=MailMode.OFF,
            right=Right.VIEW_APPLICATIONS,
        ),
        Kind(
            "message_received",
            _("Somebody writes to me"),
            gettext_noop("%(actor)s sent you a message."),
            many=gettext_noop("%(count)d new messages, the latest from %(actor)s."),
            right=Right.MESSAGE_CANDIDATES,
        ),
        Kind(
            "invitation_accepted",
            _("Somebody accepts my invitation to a company"),
            gettext_noop("%(actor)s joined %(company)s."),
            many=gettext_noop("%(count)d people joined %(company)s."),
            mail=MailMode.OFF,
            right=Right.MANAGE_MEMBERS,
        ),
        Kind(
            "team_role_changed",
            _("My role in a company changes"),
            gettext_noop("Your role at %(company)s is now: %(role)s."),
        ),
        Kind(
            "team_left",
            _("I am removed from a company"),
            gettext_noop("You no longer belong to the team of %(company)s."),
        ),
        Kind(
            "ownership_received",
            _("A company becomes mine"),
            gettext_noop("%(actor)s made you the owner of %(company)s."),
        ),
        Kind(
            "job_team_joined",
            _("I am put on a job's hiring team"),
            gettext_noop("You are on the hiring team of %(job)s now: %(job_role)s."),
            mail=MailMode.DIGEST,
            right=Right.VIEW_APPLICATIONS,
        ),
        Kind(
            "posting_to_approve",
            _("A posting waits for my approval"),
            gettext_noop("%(job)s waits for your approval."),
            right=Right.APPROVE_JOBS,
        ),
        Kind(
            "posting_approved",
            _("My posting is approved"),
            gettext_noop("%(actor)s approved %(job)s."),
            mail=MailMode.DIGEST,
            right=Right.POST_JOBS,
        ),
        Kind(
            "posting_rejected",
            _("My posting is sent back"),
            gettext_noop("%(actor)s sent %(job)s back with remarks."),
            right=Right.POST_JOBS,
        ),
        Kind(
            "posting_held_back",
            _("My posting could not go live at its moment"),
            gettext_noop("%(job)s could not go live; it is a draft again and says why."),
            right=Right.POST_JOBS,
        ),
        Kind(
            "saved_search_matched",
            _("A search that I saved finds a new job"),
            gettext_noop("New for your search %(search)s: %(job)s."),
            many=gettext_noop("%(count)d new jobs for your search %(search)s."),
        ),
        Kind(
            "offer_received",
            _("I receive an offer"),
            gettext_noop("%(company)s makes you an offer for %(job)s."),
        ),
        Kind(
            "offer_withdrawn",
            _("An offer to me is withdrawn"),
            gettext_noop("%(company)s has withdrawn the offer for %(job)s."),
        ),
        Kind(
            "offer_over",
            _("An offer to me has run out"),
            gettext_noop("The offer of %(company)s for %(job)s has run out."),
        ),
        Kind(
            "offer_accepted",
            _("A candidate accepts an offer"),
            gettext_noop("%(actor)s accepted the offer for %(job)s."),
            right=Right.MOVE_APPLICATIONS,
        ),
        Kind(
            "offer_declined",
            _("A candidate declines an offer"),
            gettext_noop("%(actor)s declined the offer for %(job)s."),
            right=Right.MOVE_APPLICATIONS,
        ),
        Kind(
            "offer_expired",
            _("An offer to a candidate has run out"),
            gettext_noop("The offer to %(actor)s for %(job)s has run out."),
            mail=MailMode.DIGEST,
            right=Right.MOVE_APPLICATIONS,
        ),
        Kind(
            "offer_to_approve",
            _("An offer waits for my approval"),
            gettext_noop("An offer for %(job)s waits for your approval."),
            right=Right.APPROVE_OFFERS,
        ),
        Kind(
            "offer_approved",
            _("My offer is approved"),
            gettext_noop("Your offer for %(job)s is approved and can be sent."),
            mail=MailMode.DIGEST,
            right=Right.MOVE_APPLICATIONS,
        ),
        Kind(
            "offer_sent_back",
            _("My offer is sent back"),
            gettext_noop("%(actor)s wants other terms for the offer for %(job)s."),
            right=Right.MOVE_APPLICATIONS,
        ),
        Kind(
            "note_mentions_me",
            _("A note mentions me"),
            gettext_noop("%(actor)s mentioned you in a note on an application for %(job)s."),
            right=Right.VIEW_APPLICATIONS,
        ),
        Kind(
            "application_assigned",
            _("I am put in charge of an application"),
            gettext_noop("%(actor)s put you in charge of an application for %(job)s."),
            mail=MailMode.DIGEST,
            right=Right.VIEW_APPLICATIONS,
        ),
        Kind(
            "reply_falls_due",
            _("An answer that we promised falls due"),
            gettext_noop("An answer to an application for %(job)s was promised and is due within a day."),
            mail=MailMode.DIGEST,
            right=Right.VIEW_APPLICATIONS,
        ),
        Kind(
            "pool_consent_asked",
            _("A company would like to keep me in mind"),
            gettext_noop("%(company)s would like to keep you in mind for later; you decide."),
        ),
        Kind(
            "retake_granted",
            _("I may take an assessment once more"),
            gettext_noop("%(company)s lets you take the assessment for %(job)s once more."),
        ),
        Kind(
            "account_security",
            _("The safety of my account"),
            gettext_noop("A session of yours was ended for your safety. Look at your sessions."),
            mandatory=True,
        ),
        Kind(
            "address_undeliverable",
            _("My address takes no mails"),
            gettext_noop("Our mails to %(address)s come back. Change your address, or confirm it again."),
            mail=MailMode.OFF,
            mandatory=True,
        ),
    ]
)
