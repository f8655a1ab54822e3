"""What the house does when something happens: who is told, and by which letter.

Each handler runs in one transaction with its delivery record, so the rows that it writes are written
once. Recipients are whoever has the right at this moment, not when the thing happened.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.events import (
    EmailChanged,
    EmailChangeRequested,
    EmailVerificationRequested,
    MfaChanged,
    PasswordChanged,
    PasswordResetRequested,
    RefreshTokenReplayed,
    SignInAddressKnown,
)
from accounts.models import EmailToken, Session, User
from accounts.social.events import AccountReclaimed, ConnectionChanged
from applications.blind.veil import is_veiled
from applications.events import ApplicationMoved, ApplicationSeen, ApplicationSubmitted, ApplicationWithdrawn
from applications.hiring.rights import team_of
from applications.models import Application, ApplicationEvent
from companies.events import InvitationAccepted, InvitationSent
from companies.models import Invitation, Membership
from companies.rights import Right
from jobs.anonymity import employer_of
from messaging.events import MessageSent
from messaging.models import Conversation, Message, Participant, Side
from messaging.services import audience_of
from notifications.mail.models import MailQueue
from notifications.mail.services import post_mail
from notifications.services import notify
from umemployed.events.log import Meta, on

MESSAGE_MAIL_DELAY = timedelta(minutes=2)  # who reads it meanwhile gets no mail
TOKEN_LETTERS = {
    EmailToken.Purpose.VERIFY_EMAIL: "email_verification",
    EmailToken.Purpose.RESET_PASSWORD: "password_reset",
}


@on(EmailVerificationRequested, PasswordResetRequested)
def mail_a_token(event: EmailVerificationRequested | PasswordResetRequested, meta: Meta) -> None:
    """Mail the link of a verification or a reset to the address that it was made for."""
    token = EmailToken.objects.select_related("user").filter(pk=event.token_id).first()
    if token is not None:
        kind = TOKEN_LETTERS[EmailToken.Purpose(token.purpose)]
        guard(token.user, kind, meta, to_address=token.email, token_id=token.pk)


@on(EmailChangeRequested)
def mail_a_change_of_address(event: EmailChangeRequested, meta: Meta) -> None:
    """Mail the link to the new address, and warn the present one."""
    token = EmailToken.objects.select_related("user").filter(pk=event.token_id).first()
    if token is not None:
        guard(token.user, "email_change", meta, to_address=token.email, token_id=token.pk)
        guard(token.user, "email_change_requested", meta)


@on(EmailChanged)
def tell_both_addresses(event: EmailChanged, meta: Meta) -> None:
    """Tell the address that was given up, and the new one."""
    token = EmailToken.objects.select_related("user").filter(pk=event.token_id).first()
    if token is not None:
        guard(token.user, "email_changed", meta, to_address=token.previous_email)
        guard(token.user, "email_confirmed", meta, to_address=token.email)


@on(SignInAddressKnown)
def tell_that_the_address_is_known(event: SignInAddressKnown, meta: Meta) -> None:
    """Answer a sign-up with a known address where only its owner sees it."""
    guard(User.objects.filter(pk=event.user_id).first(), "address_already_known", meta)


@on(PasswordChanged)
def tell_that_the_password_changed(event: PasswordChanged, meta: Meta) -> None:
    """Warn the owner of the account."""
    guard(User.objects.filter(pk=event.user_id).first(), "password_changed", meta)


@on(MfaChanged)
def tell_that_the_second_step_changed(event: MfaChanged, meta: Meta) -> None:
    """Warn the owner of the account."""
    guard(User.objects.filter(pk=event.user_id).first(), f"mfa_{event.change}", meta)


@on(ConnectionChanged)
def tell_that_a_connection_changed(event: ConnectionChanged, meta: Meta) -> None:
    """Warn the owner of the account, and name the provider."""
    person = User.objects.filter(pk=event.user_id).first()
    guard(person, f"connection_{event.change}", meta, provider=event.provider)


@on(AccountReclaimed)
def tell_that_the_account_was_emptied(event: AccountReclaimed, meta: Meta) -> None:
    """Tell the owner of the address that somebody had made an account with it."""
    guard(User.objects.filter(pk=event.user_id).first(), "account_reclaimed", meta)


@on(RefreshTokenReplayed)
def tell_that_a_session_was_ended(event: RefreshTokenReplayed, meta: Meta) -> None:
    """Warn the owner of the account, and name the device."""
    session = Session.objects.select_related("user").filter(pk=event.session_id).first()
    if session is not None:
        guard(session.user, "session_ended", meta, session_id=session.pk)
        # The mail that guards the account has its own letter.
        told = {"group": "account", "data": {}, "can_be_mailed": False}
        notify(kind="account_security", recipient_ids=[session.user_id], meta=meta, **told)


def guard(user: User | None, kind: str, meta: Meta, *, to_address: str = "", **context: Any) -> None:
    """Mail something that guards the account: urgent, and nobody can choose not to get it."""
    if user is None:
        return
    post_mail(
        fact=f"{kind}:{meta.public_id}",
        kind=kind,
        recipient=user,
        to_address=to_address or user.email,
        language=user.language,
        queue=MailQueue.CRITICAL,
        **context,
    )


@on(InvitationSent)
def mail_an_invitation(event: InvitationSent, meta: Meta) -> None:
    """Mail the invitation, in the language of the invited person's account or else of who invites."""
    invitation = Invitation.objects.select_related("invited_by").filter(pk=event.invitation_id).first()
    if invitation is None:
        return
    reader = User.objects.filter(email=invitation.email).first() or invitation.invited_by
    post_mail(
        fact=f"invitation:{meta.public_id}",
        kind="invitation",
        to_address=invitation.email,
        language=reader.language if reader is not None else "en",
        queue=MailQueue.CRITICAL,
        invitation_id=invitation.pk,
    )


@on(InvitationAccepted)
def tell_the_inviter(event: InvitationAccepted, meta: Meta) -> None:
    """Tell whoever invited that somebody joined."""
    membership = Membership.objects.select_related("company").filter(pk=event.membership_id).first()
    invitation = Invitation.objects.filter(pk=event.invitation_id).first()
    if membership is None or invitation is None or invitation.invited_by_id is None:
        return
    notify(
        kind="invitation_accepted",
        recipient_ids=[invitation.invited_by_id],
        meta=meta,
        actor_id=membership.user_id,
        company_id=membership.company_id,
        for_team=True,
        group=f"company:{membership.company.public_id}",
        data={"company_slug": membership.company.slug, "company": membership.company.name},
    )


@on(ApplicationSubmitted)
def tell_of_an_application(event: ApplicationSubmitted, meta: Meta) -> None:
    """Tell the team that somebody applied, and give the candidate a receipt."""
    application = application_of(event)
    if application is None:
        return
    context = {"application_id": application.pk}
    told: dict[str, Any] = {"meta": meta, "data": labels_of(application), "mail_context": context}
    notify(kind="application_received", **told, **for_the_team_of(application))
    notify(
        kind="application_submitted",
        recipient_ids=[application.candidate_id],
        group=f"application:{application.public_id}",
        is_receipt=True,
        **told,
    )


@on(ApplicationMoved)
def tell_of_a_move(event: ApplicationMoved, meta: Meta) -> None:
    """Tell the candidate, if the move says something new to them, and in the words that are meant for them."""
    entry = ApplicationEvent.objects.shown_to_candidate().filter(pk=event.transition_id).first()
    application = application_of(event)
    if entry is None or application is None:
        return
    notify(
        kind="application_moved",
        recipient_ids=[application.candidate_id],
        meta=meta,
        # Who of the team decided is not the candidate's business.
        is_anonymous=True,
        company_id=application.company_id,
        group=f"application:{application.public_id}",
        data=labels_of(application) | {"progress": entry.progress},
        mail_context={"application_id": application.pk, "transition_id": entry.pk},
    )


@on(ApplicationWithdrawn)
def tell_of_a_withdrawal(event: ApplicationWithdrawn, meta: Meta) -> None:
    """Tell the team that a candidate withdrew."""
    application = application_of(event)
    if application is not None:
        labels = labels_of(application)
        notify(kind="application_withdrawn", meta=meta, data=labels, **for_the_team_of(application))


@on(ApplicationSeen)
def tell_that_it_was_seen(event: ApplicationSeen, meta: Meta) -> None:
    """Give the candidate the receipt of the employer's first look, if the employer tells it."""
    application = application_of(event)
    if application is not None and application.is_seen_told:
        notify(
            kind="application_seen",
            recipient_ids=[application.candidate_id],
            meta=meta,
            is_anonymous=True,
            company_id=application.company_id,
            group=f"application:{application.public_id}",
            data=labels_of(application),
        )


AboutAnApplication = ApplicationSubmitted | ApplicationMoved | ApplicationWithdrawn | ApplicationSeen


def application_of(event: AboutAnApplication) -> Application | None:
    """Return the application with job and company, or None if it is gone."""
    return Application.objects.with_parties().filter(pk=event.application_id).first()


def for_the_team_of(application: Application) -> dict[str, Any]:
    """Return who of the company hears of an application, and on whose behalf; never the candidate."""
    return {
        "recipient_ids": set(viewers_of(application)) - {application.candidate_id},
        "company_id": application.company_id,
        "job_id": application.job_id,
        "for_team": True,
        "group": f"job:{application.job.public_id}",
        "is_anonymous": is_veiled(application),
    }


def viewers_of(application: Application) -> list[int]:
    """Return the user ids of all who may view the application for its team now."""
    return team_of(company_id=application.company_id, job_id=application.job_id, right=Right.VIEW_APPLICATIONS)


def labels_of(application: Application) -> dict[str, str]:
    """Return what a frontend links to, and the names of things that do not change with their reader.

    ``company`` is empty where the employer stays anonymous.
    """
    employer = employer_of(application.job)
    return {
        "application_id": str(application.public_id),
        "job_id": str(application.job.public_id),
        "job": application.job.title,
        "company": employer.name if employer else "",
    }


@on(MessageSent)
def tell_of_a_message(event: MessageSent, meta: Meta) -> None:
    """Tell the other side; by mail only if nobody reads it for a while, and once until they have read."""
    found = Message.objects.select_related("conversation__application__job__company", "conversation__company")
    message = found.filter(pk=event.message_id).first()
    if message is None:
        return
    conversation = message.conversation
    readers = audience_of(message)
    pointers = dict(
        Participant.objects.filter(conversation=conversation, user__in=readers).values_list("user", "last_read_seq")
    )
    notify(
        kind="message_received",
        recipient_ids=readers,
        meta=meta,
        company_id=conversation.company_id,
        for_team=message.side == Side.CANDIDATE,
        group=f"conversation:{conversation.public_id}",
        data={
            "conversation_id": str(conversation.public_id),
            **about(conversation),
        },
        mail_context={"message_id": message.pk},
        mail_facts={reader: f"{conversation.public_id}:{pointers.get(reader, 0)}" for reader in readers},
        mail_delay=MESSAGE_MAIL_DELAY,
    )


def about(conversation: Conversation) -> dict[str, str]:
    """Return which application a conversation is on, if any, and the company as the candidate may know it."""
    application = conversation.application
    if application is None:
        return {"company": conversation.company.name}
    employer = employer_of(application.job)
    return {
        "application_id": str(application.public_id),
        "job": application.job.title,
        "company": employer.name if employer else "",
    }
